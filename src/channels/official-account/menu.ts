import { listFrom, objectFrom, textFrom, type Json } from '../wire/json';
import type { CallingAccount } from './account';
import { valueOrThrow, type Calls } from './call';
import { WeChatError } from './errors';

/** One button: a tap, or up to five buttons below it. `action` keeps the platform's word. */
export type MenuButton =
  | { readonly name: string; readonly action: MenuKeyAction; readonly key: string }
  | { readonly name: string; readonly action: 'view'; readonly url: string }
  | {
      readonly name: string;
      readonly action: 'miniprogram';
      /** For phones that cannot open mini programs. */
      readonly url: string;
      readonly appId: string;
      readonly path: string;
    }
  | { readonly name: string; readonly action: 'media_id'; readonly mediaId: string }
  | { readonly name: string; readonly action: 'article_id'; readonly articleId: string };

export type MenuKeyAction =
  | 'click'
  | 'scancode_push'
  | 'scancode_waitmsg'
  | 'pic_sysphoto'
  | 'pic_photo_or_album'
  | 'pic_weixin'
  | 'location_select';

export type MenuEntry =
  MenuButton | { readonly name: string; readonly buttons: readonly MenuButton[] };

/** Replaces the account's default menu: one to three entries, one to five buttons under each. */
export async function createMenu(
  calls: Calls,
  account: CallingAccount,
  menu: readonly MenuEntry[],
): Promise<void> {
  const button = menu.map((entry) =>
    'buttons' in entry
      ? { name: entry.name, sub_button: entry.buttons.map(wireButton) }
      : wireButton(entry),
  );
  const path = '/cgi-bin/menu/create';
  valueOrThrow(await calls.json(account, { method: 'POST', path, body: { button } }));
}

/** The menu made through this interface; empty when there is none. */
export async function getMenu(
  calls: Calls,
  account: CallingAccount,
): Promise<readonly MenuEntry[]> {
  const ended = await calls.json(account, { method: 'GET', path: '/cgi-bin/menu/get' });
  const isNone = ended.kind === 'refused' && ended.error.errcode === 46003;
  if (isNone) return [];
  return listFrom(objectFrom(valueOrThrow(ended)['menu'])['button']).flatMap(entryFrom);
}

/** Also deletes every personalised menu. */
export async function deleteMenu(calls: Calls, account: CallingAccount): Promise<void> {
  const ended = await calls.json(account, { method: 'GET', path: '/cgi-bin/menu/delete' });
  if (ended.kind === 'refused' && isMissing(ended.error)) return;
  valueOrThrow(ended);
}

const isMissing = (error: WeChatError) => error.errcode === 46003;

function wireButton(button: MenuButton): object {
  const { name, action: type } = button;
  switch (button.action) {
    case 'view':
      return { name, type, url: button.url };
    case 'miniprogram':
      return { name, type, url: button.url, appid: button.appId, pagepath: button.path };
    case 'media_id':
      return { name, type, media_id: button.mediaId };
    case 'article_id':
      return { name, type, article_id: button.articleId };
    default:
      return { name, type, key: button.key };
  }
}

function entryFrom(answer: Json): MenuEntry[] {
  const entry = objectFrom(answer);
  const below = listFrom(entry['sub_button']);
  if (below.length === 0) return buttonFrom(answer);
  return [{ name: textFrom(entry['name']), buttons: below.flatMap(buttonFrom) }];
}

const keyActions: ReadonlySet<string> = new Set<MenuKeyAction>([
  'click',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
]);

/** Buttons of kinds we do not know are left out. */
function buttonFrom(answer: Json): MenuButton[] {
  const button = objectFrom(answer);
  const text = (tag: string) => textFrom(button[tag]);
  const name = text('name');
  const action = text('type');
  if (action === 'view') return [{ name, action, url: text('url') }];
  if (action === 'miniprogram')
    return [{ name, action, url: text('url'), appId: text('appid'), path: text('pagepath') }];
  if (action === 'media_id') return [{ name, action, mediaId: text('media_id') }];
  if (action === 'article_id') return [{ name, action, articleId: text('article_id') }];
  return isKeyAction(action) ? [{ name, action, key: text('key') }] : [];
}

const isKeyAction = (action: string): action is MenuKeyAction => keyActions.has(action);
