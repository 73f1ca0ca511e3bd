import { engineOf, execute, insertRows, marksFor, select, type Tx } from '../../kernel/database';
import type { NewId } from '../../kernel/ids';

/** A moment by the rep who published it. */
export type Showing = {
  readonly outreachId: string;
  readonly orderId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly title: string;
};
type Viewer = { identityId: string; externalUserId: string };

/** It has arrived on these phones; who has it from another rep already keeps that. */
export async function shown(
  tx: Tx,
  newId: NewId,
  showing: Showing,
  externalUserIds: readonly string[],
  at: number,
): Promise<void> {
  const { outreachId, orderId, userId } = showing;
  await oneAtATime(tx, outreachId);
  const viewers = await viewersIn(tx, outreachId, externalUserIds, `sentAt IS NULL`);
  if (viewers.length === 0) return;
  await execute(
    tx,
    `UPDATE outreach_recipient SET state = 'sent', sentAt = ?, changedAt = ?, reason = NULL,
       orderId = ?, userId = ?
     WHERE outreachId = ? AND identityId IN (${marksFor(viewers)})`,
    [at, at, orderId, userId, outreachId, ...viewers.map(({ identityId }) => identityId)],
  );
  const entries = viewers.map(({ identityId }) => ({ identityId, kind: 'rep-moment-shown', at }));
  await remember(tx, newId, showing, entries);
}

/** Likes and comments, the first of each; WeCom tells who and when, and not a word of a comment. */
export async function reacted(
  tx: Tx,
  newId: NewId,
  showing: Showing,
  reactions: readonly { by: string; at?: number; column: 'likedAt' | 'commentedAt' }[],
  now: number,
): Promise<void> {
  const { outreachId } = showing;
  await oneAtATime(tx, outreachId);
  const entries: Entry[] = [];
  for (const column of ['likedAt', 'commentedAt'] as const) {
    const ours = reactions.filter((one) => one.column === column);
    if (ours.length === 0) continue;
    const ids = ours.map(({ by }) => by);
    for (const { identityId, externalUserId } of await viewersIn(
      tx,
      outreachId,
      ids,
      `${column} IS NULL`,
    )) {
      const at = ours.find(({ by }) => by === externalUserId)?.at ?? now;
      await execute(
        tx,
        `UPDATE outreach_recipient SET ${column} = ? WHERE outreachId = ? AND identityId = ?`,
        [at, outreachId, identityId],
      );
      const kind = column === 'likedAt' ? 'rep-moment-liked' : 'rep-moment-commented';
      entries.push({ identityId, kind, at });
    }
  }
  await remember(tx, newId, showing, entries);
}

/** A customer may have it from two reps, who are read at once. */
async function oneAtATime(tx: Tx, outreachId: string): Promise<void> {
  if (engineOf(tx) !== 'mysql') return;
  await select(tx, `SELECT outreachId FROM outreach_moment WHERE outreachId = ? FOR UPDATE`, [
    outreachId,
  ]);
}

async function viewersIn(
  tx: Tx,
  outreachId: string,
  externalUserIds: readonly string[],
  only: string,
): Promise<Viewer[]> {
  if (externalUserIds.length === 0) return [];
  return select<Viewer>(
    tx,
    `SELECT identityId, externalUserId FROM outreach_recipient
     WHERE outreachId = ? AND ${only} AND externalUserId IN (${marksFor(externalUserIds)})`,
    [outreachId, ...externalUserIds],
  );
}

type Entry = { identityId: string; kind: string; at: number };

async function remember(
  tx: Tx,
  newId: NewId,
  { outreachId, accountId, userId, title }: Showing,
  entries: readonly Entry[],
): Promise<void> {
  if (entries.length === 0) return;
  const params = JSON.stringify({ userId, title });
  const ref = { refKind: 'outreach', refId: outreachId };
  await insertRows(
    tx,
    'timeline_entry',
    entries.map((entry) => ({ id: newId(), ...entry, accountId, params, ...ref })),
  );
}
