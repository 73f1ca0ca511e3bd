import type { Clock } from '../clock';
import { execute, insertOnce, type Db, type Tx } from '../database';

export type Earlier =
  | { state: 'new' }
  | { state: 'in-progress' }
  | { state: 'other-request' }
  /** Its changes are committed, but what it answered is not known any more. */
  | { state: 'carried-out' }
  | { state: 'done'; status: number; body: unknown };

/** Answers kept under a caller's Idempotency-Key: the first result is what every repeat gets. */
export interface Replays {
  begin(actorId: string, key: string, requestHash: string): Promise<Earlier>;
  finish(actorId: string, key: string, status: number, body: unknown): Promise<void>;
  /** Written in the request's own transactions: tells afterwards whether one of them was committed. */
  mark(actorId: string, key: string): (tx: Tx) => Promise<void>;
  /** After a refusal: the request may be sent again. */
  forget(actorId: string, key: string): Promise<void>;
  /** After a failure: it may be sent again if nothing of it was committed. */
  giveUp(actorId: string, key: string): Promise<void>;
}

/** In place of the answer's status while only the changes are committed. */
const carriedOut = 0;

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
    if (found.status === null || found.status === carriedOut) {
      if (clock.system() - found.createdAt < abandonedMs) return { state: 'in-progress' };
      if (found.status === carriedOut) return { state: 'carried-out' };
      const taken = await db.transact((tx) =>
        execute(
          tx,
          `UPDATE idempotent_request SET createdAt = ?
           WHERE actorId = ? AND requestKey = ? AND createdAt = ? AND status IS NULL`,
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
    mark: (actorId, key) => async (tx) => {
      await execute(
        tx,
        `UPDATE idempotent_request SET status = ? WHERE actorId = ? AND requestKey = ? AND status IS NULL`,
        [carriedOut, actorId, key],
      );
    },
    forget: async (actorId, key) => {
      await db.transact((tx) =>
        execute(
          tx,
          `DELETE FROM idempotent_request
           WHERE actorId = ? AND requestKey = ? AND (status IS NULL OR status = ?)`,
          [actorId, key, carriedOut],
        ),
      );
    },
    giveUp: async (actorId, key) => {
      await db.transact(async (tx) => {
        await execute(
          tx,
          `DELETE FROM idempotent_request WHERE actorId = ? AND requestKey = ? AND status IS NULL`,
          [actorId, key],
        );
        await execute(
          tx,
          `UPDATE idempotent_request SET createdAt = ? WHERE actorId = ? AND requestKey = ? AND status = ?`,
          [clock.system() - abandonedMs, actorId, key, carriedOut],
        );
      });
    },
  };
}
