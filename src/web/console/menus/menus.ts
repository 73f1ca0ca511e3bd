import { t, textOr } from '../../shared/i18n/i18n';
import type { VersionStand } from '../replies/life';

export const actions = [
  'click',
  'view',
  'miniprogram',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
] as const;

export interface DraftButton {
  name: string;
  action: string;
  key: string;
  url: string;
  appId: string;
  path: string;
  mediaId: string;
  articleId: string;
}
export type DraftEntry = DraftButton & { buttons: DraftButton[] };

export interface MenuProblem {
  path: string;
  code: string;
  text: string;
}
export interface MenuChange {
  kind: 'added' | 'removed' | 'changed' | 'moved';
  where: string;
  before: string | null;
  after: string | null;
}
export interface Menu {
  id: string;
  accountId: string;
  tag: { id: string; name: string } | null;
  draft: DraftEntry[];
  revision: number;
  state: 'draft' | 'publishing' | 'live' | 'changed' | 'trouble' | 'off';
  trouble: string | null;
  problems: MenuProblem[];
  keys: { key: string; rule: { id: string; name: string } | null }[];
  followers: number;
  /** Sent to review and not published yet. */
  review: VersionStand | null;
  publishedAt: string | null;
  changedAt: string;
  changedBy: string;
}
export interface MenuVersion {
  id: string;
  number: number;
  at: string;
  by: string;
  isLive: boolean;
  changes: MenuChange[];
}
export interface LiveMenu {
  entries: DraftEntry[];
  differs: boolean;
  changes: MenuChange[];
}

export const most = { entries: 3, buttons: 5, entryBytes: 16, buttonBytes: 60 };
/** What phones show of a name before they cut it. */
export const shownLetters = { entry: 4, button: 8 };

export const bytesOf = (text: string): number => new TextEncoder().encode(text.trim()).length;
export const hasKey = (action: string): boolean =>
  !['view', 'miniprogram', 'media_id', 'article_id'].includes(action);
export const eventKeyOf = ({ action, key }: DraftButton): string =>
  `${action === 'click' ? 'CLICK' : action}:${key.trim()}`;

/** Keys are for machines: a new one is short and never used before. */
function newKey(entries: readonly DraftEntry[]): string {
  const used = new Set(entries.flatMap((entry) => [entry, ...entry.buttons]).map(({ key }) => key));
  for (let number = 1; ; number += 1) {
    const key = `MENU_${number}`;
    if (!used.has(key)) return key;
  }
}

export const blankButton = (entries: readonly DraftEntry[], name: string): DraftButton => ({
  ...{ name, action: 'click', key: newKey(entries) },
  ...{ url: '', appId: '', path: '', mediaId: '', articleId: '' },
});
export const blankEntry = (entries: readonly DraftEntry[]): DraftEntry => ({
  ...blankButton(entries, t('menus.new-entry')),
  buttons: [],
});

/** Where the editor is: an entry, or a button below one. */
export type Place = { entry: number; button: number | null };
export const pathOf = ({ entry, button }: Place): string =>
  button === null ? `draft.${entry}` : `draft.${entry}.buttons.${button}`;

/** What a button does, in the reader's words, from the server's short line (`view https://…`). */
export function deedText(deed: string): string {
  if (deed === '') return t('menus.does-open');
  const event = /^(CLICK|scancode_push|scancode_waitmsg|pic_\w+|location_select):(.*)$/.exec(deed);
  if (event) {
    const action = event[1] === 'CLICK' ? 'click' : (event[1] ?? '');
    return `${t(`menus.action-${action}`)} ${event[2] ?? ''}`;
  }
  const [action = '', ...rest] = deed.split(' ');
  const told = textOr(`menus.action-${action}`, '');
  return told === '' ? deed : `${told} ${rest.join(' ')}`;
}
