import type { World } from '../world';
import type { AttemptRow } from './shapes';

/** Inside a work. */
export function addAttempt(world: World, attempt: Omit<AttemptRow, 'n'>): void {
  world.store
    .sql(
      `INSERT INTO attempt (eventId, n, callbackId, systemAt, ms, status, stamp, nonce, prefix, replyRaw, replyPlain, verdict, reason, trace)
       VALUES (?, (SELECT coalesce(max(n), 0) + 1 FROM attempt WHERE eventId = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[
        attempt.eventId,
        attempt.eventId,
        attempt.callbackId,
        attempt.systemAt,
        attempt.ms,
        attempt.status,
      ],
      ...[
        attempt.stamp,
        attempt.nonce,
        attempt.prefix,
        attempt.replyRaw,
        attempt.replyPlain,
        attempt.verdict,
        attempt.reason,
        attempt.trace,
      ],
    );
}

export function attemptsOf(world: World, eventId: number): AttemptRow[] {
  return world.store
    .sql<AttemptRow>('SELECT * FROM attempt WHERE eventId = ? ORDER BY n')
    .all(eventId);
}
