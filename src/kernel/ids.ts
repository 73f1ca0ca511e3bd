import { randomFillSync } from 'node:crypto';
import { monotonicFactory } from 'ulid';

/** Makes ULIDs: 26 characters, sorted by time of making within one process. */
export type NewId = () => string;

export function ulids(): NewId {
  const next = monotonicFactory(pooledRandom());
  return () => next();
}

/** Fractions from one large draw: the library would ask the system for each of sixteen characters. */
function pooledRandom(): () => number {
  const pool = new Uint8Array(4_096);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += 1;
    return (pool[used - 1] ?? 0) / 256;
  };
}
