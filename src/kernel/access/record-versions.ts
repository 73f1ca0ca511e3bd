import { engineOf, marksFor, select, type Reader, type Tx } from '../database';
import { Conflict } from '../errors';

/** The log of changes counts them: what has been changed since it was read is known without a column of its own. */
export async function recordVersions(
  read: Reader,
  targetKind: string,
  targetIds: readonly string[],
): Promise<Map<string, number>> {
  if (targetIds.length === 0) return new Map();
  const rows = await read.all<{ targetId: string; n: number | string }>(
    `SELECT targetId, COUNT(*) AS n FROM audit_entry
     WHERE targetKind = ? AND targetId IN (${marksFor(targetIds)}) GROUP BY targetId`,
    [targetKind, ...targetIds],
  );
  return new Map(rows.map(({ targetId, n }) => [targetId, Number(n)]));
}

/**
 * First in the transaction of a change: takes the row, so that changes of one thing come one after the other, and
 * refuses with who and when if somebody has changed it since it was read. Who sent no version is not refused.
 */
export async function refuseIfChanged(
  tx: Tx,
  { table, targetKind, id }: { table: string; targetKind: string; id: string },
  seen: number | undefined,
): Promise<void> {
  const lock = engineOf(tx) === 'mysql' ? ' FOR UPDATE' : '';
  await select(tx, `SELECT id FROM ${table} WHERE id = ?${lock}`, [id]);
  if (seen === undefined) return;
  const changes = await select<{ at: number; actorName: string }>(
    tx,
    `SELECT at, actorName FROM audit_entry WHERE targetKind = ? AND targetId = ?
     ORDER BY at DESC, id DESC`,
    [targetKind, id],
  );
  const [latest] = changes;
  if (!latest || changes.length === seen) return;
  throw new Conflict('record_changed_meanwhile', {
    ...{ by: latest.actorName, at: new Date(latest.at).toISOString(), version: changes.length },
  });
}
