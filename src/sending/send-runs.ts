import {
  execute,
  insertRows,
  marksFor,
  select,
  type Db,
  type Raw,
  type Scalar,
  type Tx,
} from '../kernel/database';
import type { RunMessage } from './run-message';
import type { SendChannel, SendOrigin, SendRunState } from './send-run.entity';

export type NewSendRun = {
  id: string;
  accountId: string;
  origin: SendOrigin;
  title: string;
  campaignId?: string;
  message: RunMessage;
  state?: SendRunState;
  /** Business time, epoch ms. */
  at: number;
};

export const channelOf = (message: RunMessage): SendChannel => message.type;

export async function startSendRun(at: Tx | Raw, run: NewSendRun): Promise<void> {
  const row = {
    id: run.id,
    accountId: run.accountId,
    origin: run.origin,
    channel: channelOf(run.message),
    title: run.title.slice(0, 128),
    campaignId: run.campaignId ?? null,
    message: JSON.stringify(run.message),
    state: run.state ?? 'running',
    isOpen: 1,
    pauseReason: null,
    outcomes: 0,
    errors: 0,
    createdAt: run.at,
    finishedAt: null,
  };
  await insertRows(at, 'send_run', [row]);
}

/** Why a member of the audience will not be written to, as far as it is known beforehand; NULL when nothing speaks against it. */
export const skipReasonSql = `CASE WHEN i.state = 'unfollowed' THEN 'unfollowed'
  WHEN i.optedOutAt IS NOT NULL THEN 'opted-out' ELSE NULL END`;

/**
 * The whole audience in one statement: those who may not be written to are rows too, with their reason, so
 * the states always add up to the audience. `members` is a condition on `identity i`. Call it once per run,
 * in the transaction that says so.
 */
export function freezeAudience(
  at: Tx | Raw,
  run: { id: string; accountId: string; dueAt: number },
  members: { text: string; params: readonly Scalar[] },
): Promise<number> {
  return execute(
    at,
    `INSERT INTO delivery (runId, identityId, accountId, state, reason, tries, dueAt)
     SELECT ?, i.id, i.accountId, CASE WHEN (${skipReasonSql}) IS NULL THEN 'queued' ELSE 'skipped' END,
     ${skipReasonSql}, 0, ? FROM identity i WHERE i.accountId = ? AND (${members.text})`,
    [run.id, run.dueAt, run.accountId, ...members.params],
  );
}

/** Stops at the next turn of every sender, well within a second: each reads the state before it claims. */
export async function pauseSendRuns(
  at: Tx | Raw,
  ids: readonly string[],
  reason: string,
): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    at,
    `UPDATE send_run SET state = 'paused', pauseReason = ? WHERE state = 'running' AND id IN (${marksFor(ids)})`,
    [reason, ...ids],
  );
}

/** The share of errors is counted afresh: whoever resumes has seen it. */
export async function resumeSendRuns(at: Tx | Raw, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    at,
    `UPDATE send_run SET state = 'running', pauseReason = NULL, outcomes = 0, errors = 0
     WHERE state = 'paused' AND id IN (${marksFor(ids)})`,
    [...ids],
  );
}

/** First half of stopping: no delivery is claimed after this commit. `dropQueued` does the rest. */
export async function cancelSendRuns(at: Tx | Raw, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await execute(
    at,
    `UPDATE send_run SET state = 'cancelled' WHERE state IN ('running', 'paused') AND id IN (${marksFor(ids)})`,
    [...ids],
  );
}

const dropAtOnce = 10_000;

/** The rows that will not be sent any more, in steps that block nobody for long; how many there were. */
export async function dropQueued(db: Db, runId: string): Promise<number> {
  let dropped = 0;
  let after = '';
  for (;;) {
    const from = after;
    const step = await db.group((raw) => dropSomeQueued(raw, runId, from));
    dropped += step.dropped;
    if (step.last === undefined) return dropped;
    after = step.last;
  }
}

/** One step beyond `after`; without `last` there is nothing left. */
export async function dropSomeQueued(
  raw: Raw,
  runId: string,
  after = '',
): Promise<{ dropped: number; last: string | undefined }> {
  const [row] = await select<{ last: string | null }>(
    raw,
    `SELECT MAX(identityId) AS last FROM (SELECT identityId FROM delivery
     WHERE runId = ? AND state = 'queued' AND identityId > ? ORDER BY identityId LIMIT ${dropAtOnce}) waiting`,
    [runId, after],
  );
  const last = row?.last ?? undefined;
  if (last === undefined) return { dropped: 0, last };
  const dropped = await execute(
    raw,
    `UPDATE delivery SET state = 'skipped', reason = 'cancelled'
     WHERE runId = ? AND state = 'queued' AND identityId > ? AND identityId <= ?`,
    [runId, after, last],
  );
  return { dropped, last };
}

/** `planned` is the sum of the others but `delivered`, which says how many of the sent have arrived. */
export type SendCounts = {
  planned: number;
  pending: number;
  sent: number;
  delivered: number;
  failed: number;
  skipped: number;
  unknown: number;
};

export const noCounts: SendCounts = {
  planned: 0,
  pending: 0,
  sent: 0,
  delivered: 0,
  failed: 0,
  skipped: 0,
  unknown: 0,
};

const countedAs: Record<string, keyof SendCounts> = {
  queued: 'pending',
  sending: 'pending',
  sent: 'sent',
  delivered: 'sent',
  failed: 'failed',
  skipped: 'skipped',
  unknown: 'unknown',
};

/** Counted from the rows themselves, in one read, so the sum always holds. */
export async function countDeliveries(
  db: Db,
  runIds: readonly string[],
): Promise<Map<string, SendCounts>> {
  const counts = new Map(runIds.map((id) => [id, { ...noCounts }]));
  if (runIds.length === 0) return counts;
  const rows = await db.longRead<{ runId: string; state: string; n: number }>(
    `SELECT runId, state, COUNT(*) AS n FROM delivery WHERE runId IN (${marksFor(runIds)}) GROUP BY runId, state`,
    runIds,
  );
  for (const row of rows) {
    const own = counts.get(row.runId);
    const name = countedAs[row.state];
    if (!own || !name) continue;
    own[name] += row.n;
    own.planned += row.n;
    if (row.state === 'delivered') own.delivered += row.n;
  }
  return counts;
}

export function addCounts(all: readonly SendCounts[]): SendCounts {
  const total = { ...noCounts };
  for (const one of all) {
    for (const name of Object.keys(total) as (keyof SendCounts)[]) total[name] += one[name];
  }
  return total;
}
