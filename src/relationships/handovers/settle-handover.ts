import {
  engineOf,
  execute,
  insertRows,
  marksFor,
  select,
  type Raw,
  type Tx,
} from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';
import { keepLink } from '../friends/keep-link';
import { handedOverJob } from '../notices';
import type { Handover, HandoverState } from './handover.entity';

export type Settled = {
  readonly state: HandoverState;
  readonly at: number;
  readonly reason?: string | undefined;
  readonly settlesAt?: number | undefined;
};
type Part = Pick<Kit, 'clock' | 'newId'>;
type Parts = Pick<Handover, 'id' | 'accountId' | 'fromUserId' | 'toUserId'>;

const lines: Partial<Record<HandoverState, string>> = {
  waiting: 'handover-asked',
  done: 'handover-done',
  refused: 'handover-refused',
  'rep-full': 'handover-failed',
  rejected: 'handover-failed',
  unknown: 'handover-failed',
};

/** Writes how some of a hand-over stand now, with their lines on the timeline. Whoever stands so already stays. */
export async function settleItems(
  at: Raw | Tx,
  { clock, newId }: Part,
  handover: Parts,
  identityIds: readonly string[],
  settled: Settled,
): Promise<void> {
  if (identityIds.length === 0) return;
  const { id: handoverId, accountId, fromUserId, toUserId } = handover;
  const marks = marksFor(identityIds);
  if (engineOf(at) === 'mysql') {
    const sql = `SELECT id FROM identity WHERE id IN (${marks}) ORDER BY id FOR UPDATE`;
    await select(at, sql, identityIds);
  }
  const open = await select<{ identityId: string }>(
    at,
    `SELECT identityId FROM handover_item
     WHERE handoverId = ? AND state IN ('queued', 'waiting') AND state <> ? AND identityId IN (${marks})
     ORDER BY identityId`,
    [handoverId, settled.state, ...identityIds],
  );
  const ids = open.map(({ identityId }) => identityId);
  if (ids.length === 0) return;
  await execute(
    at,
    `UPDATE handover_item SET state = ?, reason = ?, settlesAt = ?, changedAt = ?
     WHERE handoverId = ? AND identityId IN (${marksFor(ids)})`,
    [
      ...[settled.state, settled.reason?.slice(0, 64) ?? null, settled.settlesAt ?? null],
      ...[settled.at, handoverId, ...ids],
    ],
  );
  const kind = lines[settled.state];
  if (kind === undefined) return;
  const params = { userId: fromUserId, toUserId, reason: settled.reason };
  await insertRows(
    at,
    'timeline_entry',
    ids.map((identityId) => ({
      ...{ id: newId(), identityId, accountId, at: settled.at, kind },
      ...{ params: JSON.stringify(params), refKind: 'handover', refId: handoverId },
    })),
  );
  if (settled.state !== 'done') return;
  await endLinks(at, newId, handover, ids, settled.at);
  const job = handedOverJob({ handoverId, accountId }, clock.business());
  await enqueue(at, [{ ...job, id: newId(), createdAt: clock.system() }]);
}

/** The giver hears nothing of a customer taken away after they left, and an event may be lost. */
async function endLinks(
  at: Raw | Tx,
  newId: Kit['newId'],
  { accountId, fromUserId: userId }: Parts,
  ids: readonly string[],
  when: number,
): Promise<void> {
  const open = await select<{ identityId: string }>(
    at,
    `SELECT identityId FROM staff_link
     WHERE userId = ? AND state IN ('friend', 'half') AND identityId IN (${marksFor(ids)})`,
    [userId, ...ids],
  );
  for (const { identityId } of open) {
    await keepLink(at, newId, { identityId, accountId, userId }, [
      { kind: 'transferred', at: when, learnedBy: 'sync' },
    ]);
  }
}

/** Over once nobody is asked for or waits any more. */
export async function endIfSettled(at: Raw | Tx, handoverId: string, now: number): Promise<void> {
  await execute(
    at,
    `UPDATE handover SET endedAt = ? WHERE id = ? AND endedAt IS NULL AND NOT EXISTS
       (SELECT 1 FROM handover_item i WHERE i.handoverId = handover.id
         AND i.state IN ('queued', 'waiting'))
     AND NOT EXISTS (SELECT 1 FROM handover_room r WHERE r.handoverId = handover.id
         AND r.state IN ('queued', 'waiting'))`,
    [now, handoverId],
  );
}
