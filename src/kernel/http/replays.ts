import type { Clock } from '../clock';
import { execute, insertOnce, type Db } from '../database';

export type Earlier =
  | { state: 'new' }
  | { state: 'in-progress' }
  | { state: 'other-request' }
  | { state: 'done'; status: number; body: unknown };

/** Answers kept under a caller's Idempotency-Key: the first result is what every repeat gets. */
export interface Replays {
  begin(actorId: string, key: string, requestHash: string): Promise<Earlier>;
  finish(actorId: string, key: string, status: number, body: unknown): Promise<void>;
  forget(actorId: string, key: string): Promise<void>;
}

/** A request whose process died is taken up again after this long. */
const abandonedMs = 60_000;

type Row = { requestHash: string; status: number | null; body: string | null; createdAt: number };

export function openReplays(db: Db, clock: Clock): Replays {
  const begin = async (actorId: string, key: string, requestHash: string): Promise<Earlier> => {
    const row = {
      actorId,
      requestKey: key,
      requestHash,
      status: null,
      body: null,
      createdAt: clock.system(),
    };
    const isNew = await db.transact((tx) =>
      insertOnce(tx, 'idempotent_request', row, ['actorId', 'requestKey']),
    );
    if (isNew) return { state: 'new' };
    const [found] = await db.read.all<Row>(
      `SELECT requestHash, status, body, createdAt FROM idempotent_request WHERE actorId = ? AND requestKey = ?`,
      [actorId, key],
    );
    if (!found) return begin(actorId, key, requestHash);
    if (found.requestHash !== requestHash) return { state: 'other-request' };
    if (found.status === null) {
      if (clock.system() - found.createdAt < abandonedMs) return { state: 'in-progress' };
      const taken = await db.transact((tx) =>
        execute(
          tx,
          `UPDATE idempotent_request SET createdAt = ? WHERE actorId = ? AND requestKey = ? AND createdAt = ?`,
          [clock.system(), actorId, key, found.createdAt],
        ),
      );
      return taken === 1 ? { state: 'new' } : { state: 'in-progress' };
    }
    return {
      state: 'done',
      status: found.status,
      body: found.body === null ? undefined : (JSON.parse(found.body) as unknown),
    };
  };
  return {
    begin,
    finish: async (actorId, key, status, body) => {
      const kept = body === undefined ? null : JSON.stringify(body);
      await db.transact((tx) =>
        execute(
          tx,
          `UPDATE idempotent_request SET status = ?, body = ? WHERE actorId = ? AND requestKey = ?`,
          [status, kept, actorId, key],
        ),
      );
    },
    forget: async (actorId, key) => {
      await db.transact((tx) =>
        execute(
          tx,
          `DELETE FROM idempotent_request WHERE actorId = ? AND requestKey = ? AND status IS NULL`,
          [actorId, key],
        ),
      );
    },
  };
}
