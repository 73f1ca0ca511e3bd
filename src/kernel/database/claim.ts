import type { Db, Raw, Scalar, Tx } from './db';
import { engineOf, execute, marksFor, select } from './statements';

/** Leases are judged by the database's clock, so that processes with different clocks agree. Epoch ms. */
export async function databaseNow(tx: Tx | Raw): Promise<number> {
  const sql =
    engineOf(tx) === 'sqlite'
      ? `SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now`
      : `SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now`;
  const [row] = await select<{ now: number }>(tx, sql);
  return Number(row?.now);
}

/**
 * Ends a SELECT whose rows this transaction is about to change: `wait` for a row that another one holds,
 * or `skip` it. Nothing on the embedded engine, which has one writer.
 */
export function lockRows(at: Tx | Raw, whenHeld: 'wait' | 'skip'): string {
  if (engineOf(at) === 'sqlite') return '';
  return whenHeld === 'skip' ? ' FOR UPDATE SKIP LOCKED' : ' FOR UPDATE';
}

export type Claim = {
  table: string;
  /** Primary key column; default `id`. */
  idColumn?: string;
  /** What is due, without the lease: `state = ? AND dueAt <= ?`. Never built from outside text. */
  where: string;
  params: readonly Scalar[];
  orderBy: string;
  limit: number;
  /** Unique per process and turn: a late answer of a former owner changes nothing. */
  owner: string;
  leaseMs: number;
  /** More columns to set with the claim, for example `state = 'sending', tries = tries + 1`. */
  set?: string;
};

/** Takes up to `limit` due rows for one owner; two owners never hold the same row while its lease runs. */
export function claimRows<Row>(db: Db, claim: Claim): Promise<Row[]> {
  const idColumn = claim.idColumn ?? 'id';
  return db.transact(async (tx) => {
    const now = await databaseNow(tx);
    const due = await select<Record<string, Scalar>>(
      tx,
      `SELECT ${idColumn} AS claimed FROM ${claim.table}
       WHERE (${claim.where}) AND (leaseUntil IS NULL OR leaseUntil < ?)
       ORDER BY ${claim.orderBy} LIMIT ${Math.trunc(claim.limit)}${lockRows(tx, 'skip')}`,
      [...claim.params, now],
    );
    const ids = due.map((row) => row['claimed'] ?? null);
    if (ids.length === 0) return [];
    const more = claim.set ? `, ${claim.set}` : '';
    await execute(
      tx,
      `UPDATE ${claim.table} SET leaseBy = ?, leaseUntil = ?${more} WHERE ${idColumn} IN (${marksFor(ids)})`,
      [claim.owner, now + claim.leaseMs, ...ids],
    );
    return select<Row>(
      tx,
      `SELECT * FROM ${claim.table} WHERE ${idColumn} IN (${marksFor(ids)}) ORDER BY ${claim.orderBy}`,
      ids,
    );
  });
}

/** A call that a killed process made may still be on its way: who asks about it at once learns less. */
const onItsWayMs = 2_000;

/** Leases run out soon instead of in their time. Only for whoever knows that their owners are dead. */
export async function endLeases(tx: Tx, table: string, where: string): Promise<void> {
  const endsAt = (await databaseNow(tx)) + onItsWayMs;
  const sql = `UPDATE ${table} SET leaseUntil = ? WHERE (${where}) AND leaseUntil > ?`;
  await execute(tx, sql, [endsAt, endsAt]);
}
