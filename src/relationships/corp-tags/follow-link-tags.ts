import { execute, insertRows, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';

type Part = Pick<Kit, 'clock' | 'newId'>;

/** The tags one rep has on one contact, as WeCom says now. */
export type TagsRead = {
  readonly identityId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly tagIds: readonly string[];
  /** Just met: what they carry already is no news for the timeline. */
  readonly isFirst: boolean;
  /** Of a follower: the follow that the tags go with. */
  readonly followedAt?: number;
};

type CorpTag = { id: string; corpTagId: string; name: string; tagId: string | null };
type Shadow = { identityId: string; userId: string; corpTag: string };
type Change = { read: TagsRead; tag: CorpTag };

/**
 * Follows what was done to tags on the platform, by reps in WeCom or in the Official Account. A contact carries our tag while one rep or more has the corp's tag
 * on them. Only what differs from WeCom's last word is news: a change of ours that waits to be told stays.
 */
export async function followLinkTags(
  kit: Part,
  tx: Tx,
  accountId: string,
  reads: readonly TagsRead[],
): Promise<void> {
  const identityIds = [...new Set(reads.map(({ identityId }) => identityId))];
  if (identityIds.length === 0) return;
  const shadows = await select<Shadow>(
    tx,
    `SELECT identityId, userId, corpTag FROM link_corp_tag WHERE identityId IN (${marksFor(identityIds)})`,
    identityIds,
  );
  const told = [...new Set(reads.flatMap(({ tagIds }) => tagIds))];
  if (told.length === 0 && shadows.length === 0) return;
  const tags = await tagsFor(tx, accountId, told, shadows);
  const { added, removed } = compare(reads, shadows, tags);
  await insertRows(
    tx,
    'link_corp_tag',
    added.map(({ read, tag }) => shadowOf(read, tag)),
    { onConflict: ['identityId', 'userId', 'corpTag'] },
  );
  for (const { read, tag } of removed) {
    const sql = `DELETE FROM link_corp_tag WHERE identityId = ? AND userId = ? AND corpTag = ?`;
    await execute(tx, sql, [read.identityId, read.userId, tag.id]);
  }
  await addOurs(kit, tx, added);
  for (const change of removed) await removeOurs(kit, tx, change);
}

const shadowOf = ({ identityId, userId, followedAt }: TagsRead, { id: corpTag }: CorpTag) => ({
  ...{ identityId, userId, corpTag, followedAt: followedAt ?? null },
});

async function tagsFor(
  tx: Tx,
  accountId: string,
  told: readonly string[],
  shadows: readonly Shadow[],
): Promise<CorpTag[]> {
  const ids = [...new Set(shadows.map(({ corpTag }) => corpTag))];
  const either = [
    ...(told.length > 0 ? [`corpTagId IN (${marksFor(told)})`] : []),
    ...(ids.length > 0 ? [`id IN (${marksFor(ids)})`] : []),
  ].join(' OR ');
  return select<CorpTag>(
    tx,
    `SELECT id, corpTagId, name, tagId FROM corp_tag
     WHERE accountId = ? AND isGone = 0 AND (${either})`,
    [accountId, ...told, ...ids],
  );
}

function compare(
  reads: readonly TagsRead[],
  shadows: readonly Shadow[],
  tags: readonly CorpTag[],
): { added: Change[]; removed: Change[] } {
  const byCorpId = new Map(tags.map((tag) => [tag.corpTagId, tag]));
  const byId = new Map(tags.map((tag) => [tag.id, tag]));
  const had = new Map<string, Set<string>>();
  for (const { identityId, userId, corpTag } of shadows) {
    const key = `${identityId} ${userId}`;
    had.set(key, (had.get(key) ?? new Set<string>()).add(corpTag));
  }
  const added: Change[] = [];
  const removed: Change[] = [];
  for (const read of reads) {
    const before = had.get(`${read.identityId} ${read.userId}`) ?? new Set<string>();
    const now = read.tagIds.flatMap((tagId) => byCorpId.get(tagId) ?? []);
    const kept = new Set(now.map(({ id }) => id));
    for (const tag of now) if (!before.has(tag.id)) added.push({ read, tag });
    for (const id of before) {
      const tag = byId.get(id);
      if (tag && !kept.has(id)) removed.push({ read, tag });
    }
  }
  return { added, removed };
}

async function addOurs(kit: Part, tx: Tx, added: readonly Change[]): Promise<void> {
  const mapped = added.filter(({ tag }) => tag.tagId !== null);
  if (mapped.length === 0) return;
  const ids = [...new Set(mapped.map(({ read }) => read.identityId))];
  const rows = await select<{ identityId: string; tagId: string }>(
    tx,
    `SELECT identityId, tagId FROM identity_tag WHERE identityId IN (${marksFor(ids)})`,
    ids,
  );
  const carried = new Set(rows.map(({ identityId, tagId }) => `${identityId} ${tagId}`));
  const at = kit.clock.business();
  const fresh = mapped.filter(({ read, tag }) => {
    const key = `${read.identityId} ${tag.tagId ?? ''}`;
    const isNew = !carried.has(key);
    carried.add(key);
    return isNew;
  });
  await insertRows(
    tx,
    'identity_tag',
    fresh.map(({ read: { identityId, userId }, tag: { tagId } }) => ({
      ...{ identityId, tagId, addedBy: byOf(userId), at },
    })),
    { onConflict: ['identityId', 'tagId'] },
  );
  const news = fresh.filter(({ read }) => !read.isFirst);
  await insertRows(
    tx,
    'timeline_entry',
    news.map((change) => lineOf(kit, change, 'tagged', at)),
  );
}

/** Tags of a follower have no rep behind them. */
const byOf = (userId: string): string => (userId === '' ? 'wechat' : userId);

/** Unless another rep has it on them still. */
async function removeOurs(kit: Part, tx: Tx, change: Change): Promise<void> {
  const { read, tag } = change;
  if (tag.tagId === null) return;
  const [other] = await select<{ userId: string }>(
    tx,
    `SELECT l.userId FROM link_corp_tag l JOIN corp_tag c ON c.id = l.corpTag
     WHERE l.identityId = ? AND c.tagId = ? LIMIT 1`,
    [read.identityId, tag.tagId],
  );
  if (other) return;
  const sql = `DELETE FROM identity_tag WHERE identityId = ? AND tagId = ?`;
  const wasThere = (await execute(tx, sql, [read.identityId, tag.tagId])) > 0;
  if (!wasThere) return;
  await insertRows(tx, 'timeline_entry', [lineOf(kit, change, 'untagged', kit.clock.business())]);
}

const lineOf = (kit: Part, { read, tag }: Change, kind: 'tagged' | 'untagged', at: number) => ({
  ...{ id: kit.newId(), identityId: read.identityId, accountId: read.accountId, at, kind },
  params: JSON.stringify({ tag: tag.name, by: byOf(read.userId) }),
  ...{ refKind: null, refId: null },
});
