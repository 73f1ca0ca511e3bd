import type { WorldClock } from './clock';
import { insertRows, type Db } from './database';

/** The offset of business time is one row, so that every process tells the same time. */
export async function readWorldOffset(db: Db): Promise<number> {
  const [row] = await db.read.all<{ offsetMs: number }>(
    `SELECT offsetMs FROM world_clock WHERE id = 'world'`,
  );
  return row?.offsetMs ?? 0;
}

export async function moveWorldClock(db: Db, clock: WorldClock, offsetMs: number): Promise<void> {
  await db.transact((tx) =>
    insertRows(tx, 'world_clock', [{ id: 'world', offsetMs }], {
      onConflict: ['id'],
      update: ['offsetMs'],
    }),
  );
  clock.moveBusinessTime(offsetMs);
}

/** Follows the row once a second; returns how to stop. */
export function followWorldClock(db: Db, clock: WorldClock): () => void {
  const timer = setInterval(() => {
    readWorldOffset(db).then(
      (offset) => clock.moveBusinessTime(offset),
      () => undefined,
    );
  }, 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
