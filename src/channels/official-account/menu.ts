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
  const path = '/cgi-bin/menu/create';
  const body = { button: wireEntries(menu) };
  valueOrThrow(await calls.json(account, { method: 'POST', path, body }));
}

const wireEntries = (menu: readonly MenuEntry[]): object[] =>
  menu.map((entry) =>
    'buttons' in entry
      ? { name: entry.name, sub_button: entry.buttons.map(wireButton) }
      : wireButton(entry),
  );

/** A menu that followers with one of WeChat's tags see instead of the default one. */
export interface PersonalMenu {
  readonly menuId: string;
  readonly tagId: string;
  readonly entries: readonly MenuEntry[];
}

/** The menus made through this interface; the default one is empty when there is none. */
export interface MenusInForce {
  readonly entries: readonly MenuEntry[];
  readonly personal: readonly PersonalMenu[];
}

export async function getMenus(calls: Calls, account: CallingAccount): Promise<MenusInForce> {
  const ended = await calls.json(account, { method: 'GET', path: '/cgi-bin/menu/get' });
  if (ended.kind === 'refused' && isMissing(ended.error)) return { entries: [], personal: [] };
  const answer = valueOrThrow(ended);
  return {
    entries: entriesFrom(objectFrom(answer['menu'])['button']),
    personal: listFrom(answer['conditionalmenu']).map((one) => {
      const menu = objectFrom(one);
      const tagId = textFrom(objectFrom(menu['matchrule'])['tag_id']);
      return { menuId: textFrom(menu['menuid']), tagId, entries: entriesFrom(menu['button']) };
    }),
  };
}

/**
 * The newest menu that matches a follower wins; there is no call that changes one. Returns its id.
 * The default menu must exist, and all personal menus together may lead to at most three domains.
 */
export async function addPersonalMenu(
  calls: Calls,
  account: CallingAccount,
  menu: readonly MenuEntry[],
  tagId: number,
): Promise<string> {
  const path = '/cgi-bin/menu/addconditional';
  const body = { button: wireEntries(menu), matchrule: { tag_id: String(tagId) } };
  const answer = valueOrThrow(await calls.json(account, { method: 'POST', path, body }));
  return textFrom(answer['menuid']);
}

/** One that is gone already is fine. */
export async function deletePersonalMenu(
  calls: Calls,
  account: CallingAccount,
  menuId: string,
): Promise<void> {
  const path = '/cgi-bin/menu/delconditional';
  const ended = await calls.json(account, { method: 'POST', path, body: { menuid: menuId } });
  if (ended.kind === 'refused' && ended.error.errcode === 65301) return;
  valueOrThrow(ended);
}

/** What one follower sees at the foot of the chat, as WeChat decides it. */
export async function matchMenu(
  calls: Calls,
  account: CallingAccount,
  openid: string,
): Promise<readonly MenuEntry[]> {
  const path = '/cgi-bin/menu/trymatch';
  const answer = await calls.json(account, { method: 'POST', path, body: { user_id: openid } });
  const given = valueOrThrow(answer);
  // Older accounts answer with the buttons inside a menu.
  return entriesFrom(given['button'] ?? objectFrom(given['menu'])['button']);
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

const entriesFrom = (buttons: Json | undefined): readonly MenuEntry[] =>
  listFrom(buttons).flatMap(entryFrom);

function entryFrom(answer: Json): MenuEntry[] {
  const entry = objectFrom(answer);
  const inner = entry['sub_button'];
  const below = Array.isArray(inner) ? listFrom(inner) : listFrom(objectFrom(inner)['list']);
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
