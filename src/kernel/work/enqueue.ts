import { execute, insertRows, marksFor, type Raw, type Tx } from '../database';

export type NewJob = {
  id: string;
  kind: string;
  payload: unknown;
  /** With the same kind and key a second job is not made while the first waits. */
  dedupeKey?: string;
  /** 0 first (welcome messages), 9 last (campaigns); default 5. */
  priority?: number;
  /** Business time, epoch ms. */
  dueAt: number;
  accountId?: string;
  /** System time, epoch ms. */
  createdAt: number;
};

export async function enqueue(at: Tx | Raw, jobs: readonly NewJob[]): Promise<void> {
  const rows = jobs.map((job) => ({
    id: job.id,
    kind: job.kind,
    dedupeKey: job.dedupeKey ?? null,
    accountId: job.accountId ?? null,
    payload: JSON.stringify(job.payload),
    priority: job.priority ?? 5,
    state: 'queued',
    dueAt: job.dueAt,
    tries: 0,
    crashes: 0,
    leaseBy: null,
    leaseUntil: null,
    lastError: null,
    createdAt: job.createdAt,
  }));
  await insertRows(at, 'job', rows, { onConflict: ['kind', 'dedupeKey'] });
}

/**
 * Ends a job in the transaction of its result, so that a kill between the two cannot make it run again.
 * False when somebody else ended it: then nothing may be written.
 */
export async function concludeJob(tx: Tx, id: string): Promise<boolean> {
  return (await execute(tx, `DELETE FROM job WHERE id = ?`, [id])) === 1;
}

/** Brings waiting jobs forward; how many of them there were. */
export async function hurryJobs(
  tx: Tx,
  kind: string,
  keys: readonly string[],
  dueAt: number,
): Promise<number> {
  if (keys.length === 0) return 0;
  return execute(
    tx,
    `UPDATE job SET dueAt = ? WHERE kind = ? AND state = 'queued' AND leaseBy IS NULL AND dueAt > ?
       AND dedupeKey IN (${marksFor(keys)})`,
    [dueAt, kind, dueAt, ...keys],
  );
}
