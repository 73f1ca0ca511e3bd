import { eventKeyOf } from './check-menu';
import type { DraftButton, DraftEntry } from './menu.schema';

export type MenuChange = {
  readonly kind: 'added' | 'removed' | 'changed' | 'moved';
  readonly where: string;
  readonly before: string | null;
  readonly after: string | null;
};

type Placed = { readonly where: string; readonly place: string; readonly does: string };

/** What a button does, in one line: `click HELP`, `view https://…`. */
function deedOf(button: DraftButton): string {
  const { action, url, appId, path, mediaId, articleId } = button;
  if (action === 'view') return `view ${url.trim()}`;
  if (action === 'miniprogram') return `miniprogram ${appId.trim()} ${path.trim()} ${url.trim()}`;
  if (action === 'media_id') return `media_id ${mediaId.trim()}`;
  if (action === 'article_id') return `article_id ${articleId.trim()}`;
  return eventKeyOf(button) ?? action;
}

const placed = (entries: readonly DraftEntry[]): Placed[] =>
  entries.flatMap((entry, at) => {
    const name = entry.name.trim();
    if (entry.buttons.length === 0)
      return [{ where: name, place: String(at), does: deedOf(entry) }];
    return [
      { where: name, place: String(at), does: '' },
      ...entry.buttons.map((button, below) => ({
        where: `${name} / ${button.name.trim()}`,
        place: `${at}.${below}`,
        does: deedOf(button),
      })),
    ];
  });

/**
 * From one menu to another, in the order a reader meets them. A button goes by its name; one whose name
 * changed but which does the same at the same place was renamed.
 */
export function compareMenus(
  before: readonly DraftEntry[],
  after: readonly DraftEntry[],
): MenuChange[] {
  const old = placed(before);
  const isTaken = new Set<Placed>();
  const take = (fits: (one: Placed) => boolean): Placed | undefined => {
    const found = old.find((one) => !isTaken.has(one) && fits(one));
    if (found) isTaken.add(found);
    return found;
  };
  const pairs = placed(after).map((now) => ({
    now,
    was:
      take((one) => one.where === now.where && one.place === now.place) ??
      take((one) => one.where === now.where),
  }));
  const changes = pairs.flatMap(({ now, was: sameName }): MenuChange[] => {
    const was =
      sameName ??
      take((one) => one.place === now.place && one.does === now.does && one.does !== '');
    const { where, does } = now;
    if (!was) return [{ kind: 'added', where, before: null, after: does }];
    if (was.where !== where) return [{ kind: 'changed', where, before: was.where, after: where }];
    if (was.does !== does) return [{ kind: 'changed', where, before: was.does, after: does }];
    return was.place === now.place ? [] : [{ kind: 'moved', where, before: null, after: null }];
  });
  const removed = old
    .filter((one) => !isTaken.has(one))
    .map(({ where, does }): MenuChange => ({ kind: 'removed', where, before: does, after: null }));
  return [...changes, ...removed];
}
