import type { Db } from '../kernel/database';
import type { Kit } from '../kernel/kit';

const running = new WeakMap<Db, number>();

/**
 * The embedded engine leaves the bytes of what is deleted in its file until they are needed; while this runs it
 * writes zeros over them. Only then: every callback would pay for it.
 */
export async function overwritingDeleted<T>(
  { db }: Pick<Kit, 'db'>,
  work: () => Promise<T>,
): Promise<T> {
  if (db.engine !== 'sqlite') return work();
  const set = (state: 'ON' | 'OFF') =>
    db.group((raw) => raw.all(`PRAGMA secure_delete = ${state}`));
  running.set(db, (running.get(db) ?? 0) + 1);
  try {
    await set('ON');
    return await work();
  } finally {
    const left = (running.get(db) ?? 1) - 1;
    running.set(db, left);
    if (left === 0) await set('OFF');
  }
}
