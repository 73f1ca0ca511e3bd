import { execute, type Tx } from '../database';

/** Puts a dead letter back at the start of the line; false when there is none by that id. */
export async function replayJob(tx: Tx, id: string, dueAt: number): Promise<boolean> {
  const changed = await execute(
    tx,
    `UPDATE job SET state = 'queued', tries = 0, crashes = 0, dueAt = ? WHERE id = ? AND state = 'dead'`,
    [dueAt, id],
  );
  return changed === 1;
}
