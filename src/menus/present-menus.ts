import { DateTime } from 'luxon';
import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { presentVersion, standingsOf } from '../review';
import { buttonsOf, checkMenu, eventKeyOf } from './check-menu';
import { compareMenus } from './compare-menus';
import type { DraftEntry, MenuView } from './menu.schema';
import { againMark } from './settle-menus';
import { entriesIn, entriesOf, type MenuRow } from './stored-menu';

/** Which published rule of an account names an event, `CLICK:HELP`. Handed in by the replies. */
export type RulesNaming = (
  accountId: string,
) => (eventKey: string) => { readonly id: string; readonly name: string } | undefined;

export const iso = (at: number | null): string | null =>
  at === null ? null : DateTime.fromMillis(at).toUTC().toISO();

export async function presentMenus(
  kit: Pick<Kit, 'db'>,
  rows: readonly MenuRow[],
  rulesNaming: RulesNaming,
  locale: Locale,
): Promise<MenuView[]> {
  const [first] = rows;
  if (!first) return [];
  const wanted = await entriesOf(
    kit.db.read,
    rows.map(({ wantedVersionId }) => wantedVersionId),
  );
  const tags = await tagsNamed(kit, rows);
  const followers = await followersOf(kit, first.accountId, [...tags.keys()]);
  const ruleNaming = rulesNaming(first.accountId);
  const standings = await standingsOf(
    kit.db,
    'menu',
    rows.map(({ id }) => id),
  );
  const reviewOf = (id: string) => {
    const open = standings.get(id)?.open;
    return open ? presentVersion(open, locale) : null;
  };
  return rows.map((row) => {
    const draft = entriesIn(row.draft);
    const published = wanted.get(row.wantedVersionId ?? '');
    return {
      ...{ id: row.id, accountId: row.accountId, draft, revision: row.revision },
      tag: row.tagKey === '' ? null : { id: row.tagKey, name: tags.get(row.tagKey) ?? '' },
      state: stateOf(row, draft, published),
      trouble: row.trouble?.replace(againMark, '') ?? null,
      problems: checkMenu(draft).map((problem) => ({
        ...problem,
        text: text(locale, `field-error.${problem.code}`, { maximum: problem.maximum ?? 0 }),
      })),
      keys: keysOf(draft).map((key) => ({ key, rule: ruleNaming(key) ?? null })),
      followers: followers.get(row.tagKey) ?? 0,
      review: reviewOf(row.id),
      ...{ publishedAt: iso(row.publishedAt), changedAt: iso(row.changedAt) ?? '' },
      changedBy: row.changedBy,
    };
  });
}

const keysOf = (draft: readonly DraftEntry[]): string[] => [
  ...new Set(buttonsOf(draft).flatMap((button) => eventKeyOf(button) ?? [])),
];

function stateOf(
  row: MenuRow,
  draft: readonly DraftEntry[],
  published: readonly DraftEntry[] | undefined,
): MenuView['state'] {
  const isSettled = row.wantedVersionId === row.liveVersionId;
  if (row.trouble !== null && !row.trouble.startsWith(againMark)) return 'trouble';
  if (!isSettled) return 'publishing';
  if (!published) return row.publishedAt === null ? 'draft' : 'off';
  return compareMenus(published, draft).length > 0 ? 'changed' : 'live';
}

async function tagsNamed(kit: Pick<Kit, 'db'>, rows: readonly MenuRow[]) {
  const ids = rows.map(({ tagKey }) => tagKey).filter((id) => id !== '');
  if (ids.length === 0) return new Map<string, string>();
  const tags = await kit.db.read.all<{ id: string; name: string }>(
    `SELECT id, name FROM tag WHERE id IN (${marksFor(ids)})`,
    ids,
  );
  return new Map(tags.map(({ id, name }) => [id, name]));
}

/** Followers of the account, under the empty key, and of each tag. */
async function followersOf(kit: Pick<Kit, 'db'>, accountId: string, tagIds: readonly string[]) {
  const here = `i.accountId = ? AND i.kind = 'follower' AND i.state = 'following'`;
  const [all] = await kit.db.longRead<{ n: number }>(
    `SELECT COUNT(*) AS n FROM identity i WHERE ${here}`,
    [accountId],
  );
  const byTag =
    tagIds.length === 0
      ? []
      : await kit.db.longRead<{ tagId: string; n: number }>(
          `SELECT t.tagId, COUNT(*) AS n FROM identity_tag t JOIN identity i ON i.id = t.identityId
           WHERE t.tagId IN (${marksFor(tagIds)}) AND ${here} GROUP BY t.tagId`,
          [...tagIds, accountId],
        );
  return new Map([['', all?.n ?? 0] as const, ...byTag.map(({ tagId, n }) => [tagId, n] as const)]);
}
