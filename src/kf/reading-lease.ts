import { databaseNow, execute, lockRows, select, type Db, type Tx } from '../kernel/database';

/** Shorter than a work row's: whoever takes the row of a dead process up finds its account free. */
const leaseMs = 18_000;

type Held = { leaseBy: string | null; leaseUntil: number | null; isWanted: number };

async function hold(tx: Tx, id: string): Promise<Held | undefined> {
  const sql = `SELECT leaseBy, leaseUntil, isWanted FROM kf_account WHERE id = ?${lockRows(tx, 'wait')}`;
  const [row] = await select<Held>(tx, sql, [id]);
  return row;
}

/** One reader at a time, whichever process it runs in. Who comes second asks the first to look again. */
export function takeReading(db: Db, id: string, owner: string): Promise<boolean> {
  return db.transact(async (tx) => {
    const now = await databaseNow(tx);
    const row = await hold(tx, id);
    if (!row) return false;
    if (row.leaseBy !== null && (row.leaseUntil ?? 0) > now) {
      await execute(tx, `UPDATE kf_account SET isWanted = 1 WHERE id = ?`, [id]);
      return false;
    }
    await execute(
      tx,
      `UPDATE kf_account SET leaseBy = ?, leaseUntil = ?, isWanted = 0 WHERE id = ?`,
      [owner, now + leaseMs, id],
    );
    return true;
  });
}

/** What was read stays read. False when the lease was lost meanwhile: another reads on. */
export function keepReading(
  db: Db,
  id: string,
  owner: string,
  read: { readTo: string; readAt: number },
): Promise<boolean> {
  return db.transact(async (tx) => {
    const now = await databaseNow(tx);
    if ((await hold(tx, id))?.leaseBy !== owner) return false;
    await execute(
      tx,
      `UPDATE kf_account SET readTo = ?, readAt = ?, leaseUntil = ?, lastError = NULL WHERE id = ?`,
      [read.readTo, read.readAt, now + leaseMs, id],
    );
    return true;
  });
}

/** False when somebody asked meanwhile: then there is more to read, and the lease is still ours. */
export function endReading(db: Db, id: string, owner: string): Promise<boolean> {
  return db.transact(async (tx) => {
    const now = await databaseNow(tx);
    const row = await hold(tx, id);
    if (row?.leaseBy !== owner) return true;
    const isMore = row.isWanted !== 0;
    await execute(
      tx,
      isMore
        ? `UPDATE kf_account SET isWanted = 0, leaseUntil = ? WHERE id = ?`
        : `UPDATE kf_account SET leaseBy = NULL, leaseUntil = ? WHERE id = ?`,
      [isMore ? now + leaseMs : 0, id],
    );
    return !isMore;
  });
}

/** The work row tries again; until then the account is free for whoever comes first. */
export function breakReading(db: Db, id: string, owner: string, why: string): Promise<unknown> {
  return db.transact((tx) =>
    execute(
      tx,
      `UPDATE kf_account SET leaseBy = NULL, leaseUntil = 0, lastError = ? WHERE id = ? AND leaseBy = ?`,
      [why.slice(0, 128), id, owner],
    ),
  );
}
