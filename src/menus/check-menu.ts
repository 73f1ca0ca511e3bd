import { limits, type MenuButton, type MenuEntry } from '../channels/official-account';
import {
  BUTTON_ACTIONS,
  type ButtonAction,
  type DraftButton,
  type DraftEntry,
} from './menu.schema';

const most = limits.menu;

export type MenuProblem = {
  readonly path: string;
  readonly code:
    | 'menu_empty'
    | 'menu_too_many'
    | 'buttons_too_many'
    | 'name_missing'
    | 'name_too_long'
    | 'key_missing'
    | 'key_too_long'
    | 'url_missing'
    | 'url_invalid'
    | 'url_too_long'
    | 'app_id_missing'
    | 'path_missing'
    | 'media_missing'
    | 'menu_domains';
  readonly maximum?: number;
};

/** Everything WeChat would refuse, by the place where it stands. */
export function checkMenu(entries: readonly DraftEntry[]): MenuProblem[] {
  if (entries.length === 0) return [{ path: 'draft', code: 'menu_empty' }];
  const tooMany: MenuProblem[] =
    entries.length > most.entries
      ? [{ path: 'draft', code: 'menu_too_many', maximum: most.entries }]
      : [];
  return [...tooMany, ...entries.flatMap((entry, place) => checkEntry(entry, `draft.${place}`))];
}

function checkEntry(entry: DraftEntry, path: string): MenuProblem[] {
  const name = checkName(entry.name, `${path}.name`, most.entryNameBytes);
  if (entry.buttons.length === 0) return [...name, ...checkAction(entry, path)];
  const tooMany: MenuProblem[] =
    entry.buttons.length > most.buttons
      ? [{ path: `${path}.buttons`, code: 'buttons_too_many', maximum: most.buttons }]
      : [];
  return [
    ...name,
    ...tooMany,
    ...entry.buttons.flatMap((button, place) => {
      const at = `${path}.buttons.${place}`;
      return [
        ...checkName(button.name, `${at}.name`, most.buttonNameBytes),
        ...checkAction(button, at),
      ];
    }),
  ];
}

function checkName(name: string, path: string, maximum: number): MenuProblem[] {
  if (name.trim() === '') return [{ path, code: 'name_missing' }];
  return Buffer.byteLength(name.trim()) > maximum ? [{ path, code: 'name_too_long', maximum }] : [];
}

const actionsWithKey: ReadonlySet<ButtonAction> = new Set(
  BUTTON_ACTIONS.filter(
    (action) => !['view', 'miniprogram', 'media_id', 'article_id'].includes(action),
  ),
);
export const hasKey = (action: ButtonAction): boolean => actionsWithKey.has(action);

function checkAction(button: DraftButton, path: string): MenuProblem[] {
  const missing = (value: string, field: string, code: MenuProblem['code']): MenuProblem[] =>
    value.trim() === '' ? [{ path: `${path}.${field}`, code }] : [];
  switch (button.action) {
    case 'view':
      return checkUrl(button.url, `${path}.url`);
    case 'miniprogram':
      return [
        ...missing(button.appId, 'appId', 'app_id_missing'),
        ...missing(button.path, 'path', 'path_missing'),
        ...checkUrl(button.url, `${path}.url`),
      ];
    case 'media_id':
      return missing(button.mediaId, 'mediaId', 'media_missing');
    case 'article_id':
      return missing(button.articleId, 'articleId', 'media_missing');
    default: {
      const long = Buffer.byteLength(button.key.trim()) > most.keyBytes;
      const tooLong = {
        path: `${path}.key`,
        code: 'key_too_long',
        maximum: most.keyBytes,
      } as const;
      return long ? [tooLong] : missing(button.key, 'key', 'key_missing');
    }
  }
}

function checkUrl(url: string, path: string): MenuProblem[] {
  const given = url.trim();
  if (given === '') return [{ path, code: 'url_missing' }];
  if (Buffer.byteLength(given) > most.urlBytes) {
    return [{ path, code: 'url_too_long', maximum: most.urlBytes }];
  }
  const isWeb = URL.canParse(given) && /^https?:$/.test(new URL(given).protocol);
  return isWeb ? [] : [{ path, code: 'url_invalid' }];
}

/** Hosts that pages of a menu lead to; WeChat counts them over all personal menus of an account. */
export function hostsOf(entries: readonly DraftEntry[]): string[] {
  const hosts = buttonsOf(entries).flatMap(({ action, url }) =>
    (action === 'view' || action === 'miniprogram') && URL.canParse(url)
      ? [new URL(url).hostname]
      : [],
  );
  return [...new Set(hosts)];
}

/** The buttons that do something. */
export const buttonsOf = (entries: readonly DraftEntry[]): DraftButton[] =>
  entries.flatMap((entry) => (entry.buttons.length > 0 ? entry.buttons : [entry]));

/** The words an event rule is written with: `CLICK:HELP`. */
export function eventKeyOf({ action, key }: DraftButton): string | undefined {
  if (!hasKey(action) || key.trim() === '') return undefined;
  return `${action === 'click' ? 'CLICK' : action}:${key.trim()}`;
}

/** A checked draft as the channel takes it. */
export const menuOf = (entries: readonly DraftEntry[]): MenuEntry[] =>
  entries.map((entry) =>
    entry.buttons.length > 0
      ? { name: entry.name.trim(), buttons: entry.buttons.map(buttonOf) }
      : buttonOf(entry),
  );

function buttonOf(draft: DraftButton): MenuButton {
  const name = draft.name.trim();
  const { action } = draft;
  const url = draft.url.trim();
  switch (action) {
    case 'view':
      return { name, action, url };
    case 'miniprogram':
      return { name, action, url, appId: draft.appId.trim(), path: draft.path.trim() };
    case 'media_id':
      return { name, action, mediaId: draft.mediaId.trim() };
    case 'article_id':
      return { name, action, articleId: draft.articleId.trim() };
    default:
      return { name, action, key: draft.key.trim() };
  }
}

const blank = { key: '', url: '', appId: '', path: '', mediaId: '', articleId: '' };

/** What WeChat shows, as a draft. */
export const draftOf = (menu: readonly MenuEntry[]): DraftEntry[] =>
  menu.map((entry) =>
    'buttons' in entry
      ? {
          ...{ ...blank, name: entry.name, action: 'click' },
          buttons: entry.buttons.map((button) => ({ ...blank, ...button })),
        }
      : { ...blank, ...entry, buttons: [] },
  );
