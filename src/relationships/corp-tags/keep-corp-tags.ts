import type { CorpTagGroup } from '../../channels/wecom';
import { execute, insertRows, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { tagIdsOf } from '../commit-changes';

type Part = Pick<Kit, 'clock' | 'newId'>;
type Known = { id: string; corpTagId: string; name: string; tagId: string | null };

const mostRank = 2_000_000_000;

/**
 * Writes the corp's tags as they are now and finds ours of the same name, or makes it. A name that two groups
 * share belongs to neither: that is shown, not guessed. What a renamed tag was on gets the new name.
 */
export async function keepCorpTags(
  kit: Part,
  tx: Tx,
  accountId: string,
  groups: readonly CorpTagGroup[],
): Promise<void> {
  const before = await liveTags(tx, accountId);
  const tags = groups.flatMap((group) => group.tags.map((tag) => ({ group, tag })));
  const live = tags.filter(({ tag }) => !tag.isDeleted);
  const rows = live.map(({ group, tag }) => ({
    ...{ id: kit.newId(), accountId, corpTagId: tag.id, groupId: group.id },
    ...{ groupName: group.name.slice(0, 64), name: tag.name.slice(0, 32) },
    ...{ sortRank: Math.min(tag.order, mostRank), tagId: null, isGone: 0 },
  }));
  await insertRows(tx, 'corp_tag', rows, {
    onConflict: ['accountId', 'corpTagId'],
    update: ['groupId', 'groupName', 'name', 'sortRank', 'isGone'],
  });
  const shown = new Set(rows.map(({ corpTagId }) => corpTagId));
  await forget(
    tx,
    before.filter(({ corpTagId }) => !shown.has(corpTagId)),
  );
  await map(kit, tx, accountId);
}

const liveTags = (tx: Tx, accountId: string) =>
  select<Known>(
    tx,
    `SELECT id, corpTagId, name, tagId FROM corp_tag WHERE accountId = ? AND isGone = 0 ORDER BY id`,
    [accountId],
  );

/** Deleted in WeCom. Ours stays, and so does whoever carries it: segments and answers may name it. */
async function forget(tx: Tx, gone: readonly Known[]): Promise<void> {
  for (const { id } of gone) {
    await execute(tx, `UPDATE corp_tag SET isGone = 1, tagId = NULL WHERE id = ?`, [id]);
    await execute(tx, `DELETE FROM link_corp_tag WHERE corpTag = ?`, [id]);
  }
}

/** Upper and lower case are one name to the database that keeps ours. */
export const fold = (name: string): string => name.trim().toLowerCase();

async function map(kit: Part, tx: Tx, accountId: string): Promise<void> {
  const live = await liveTags(tx, accountId);
  const count = new Map<string, number>();
  for (const { name } of live) count.set(fold(name), (count.get(fold(name)) ?? 0) + 1);
  const single = live.filter(({ name }) => count.get(fold(name)) === 1);
  const ours = await oursByName(
    kit,
    tx,
    single.map(({ name }) => name.trim()),
  );
  for (const { id, name, tagId: was } of live) {
    const tagId = count.get(fold(name)) === 1 ? (ours.get(fold(name)) ?? null) : null;
    if (tagId === was) continue;
    await execute(tx, `UPDATE corp_tag SET tagId = ? WHERE id = ?`, [tagId, id]);
    if (tagId !== null) await carry(kit, tx, id, was, tagId);
  }
}

async function oursByName(
  kit: Part,
  tx: Tx,
  names: readonly string[],
): Promise<Map<string, string>> {
  const ours = new Map<string, string>();
  const world = { newId: kit.newId, systemNow: kit.clock.system() };
  for (let from = 0; from < names.length; from += 200) {
    const ids = await tagIdsOf(tx, world, names.slice(from, from + 200));
    if (ids.length === 0) continue;
    const rows = await select<{ id: string; name: string }>(
      tx,
      `SELECT id, name FROM tag WHERE id IN (${marksFor(ids)})`,
      ids,
    );
    for (const { id, name } of rows) ours.set(fold(name), id);
  }
  return ours;
}

/** Whoever has the corp's tag carries ours: the new name instead of the old one. */
async function carry(
  kit: Part,
  tx: Tx,
  corpTag: string,
  was: string | null,
  tagId: string,
): Promise<void> {
  const carriers = `SELECT DISTINCT l.identityId FROM link_corp_tag l WHERE l.corpTag = ?`;
  await execute(
    tx,
    `INSERT INTO identity_tag (identityId, tagId, addedBy, at)
     SELECT c.identityId, ?, 'wecom', ? FROM (${carriers}) c
     WHERE NOT EXISTS (SELECT 1 FROM identity_tag t WHERE t.identityId = c.identityId AND t.tagId = ?)`,
    [tagId, kit.clock.business(), corpTag, tagId],
  );
  if (was === null) return;
  await execute(
    tx,
    `DELETE FROM identity_tag WHERE tagId = ? AND identityId IN (SELECT identityId FROM (${carriers}) c)`,
    [was, corpTag],
  );
}
