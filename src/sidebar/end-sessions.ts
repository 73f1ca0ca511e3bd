import type { InboundEvent } from '../channels/inbound-event';
import { execute, type Raw } from '../kernel/database';

/**
 * A session that is over opens nothing and goes on saying when they were here: no token has a hash one digit short.
 * Their next sign-in clears it away.
 */
export const endSession = `UPDATE sidebar_session SET tokenHash = SUBSTR(tokenHash, 2)
  WHERE LENGTH(tokenHash) = 64 AND `;

/**
 * A member who left, was disabled or renamed is out of the sidebar with the very event that tells it.
 * Nothing for every other event.
 */
export function endSessions(event: InboundEvent): ((raw: Raw) => Promise<void>) | undefined {
  if (event.kind !== 'staff-changed') return undefined;
  const { accountId, userId, change, status, newUserId } = event;
  const isGone = change === 'left' || status === 'quit' || status === 'disabled';
  if (!isGone && newUserId === undefined) return undefined;
  return async (raw) => {
    const whose = `accountId = ? AND userId = ?`;
    await execute(raw, `${endSession} ${whose}`, [accountId, userId]);
    if (newUserId === undefined) return;
    const rename = `UPDATE sidebar_session SET userId = ? WHERE ${whose}`;
    await execute(raw, rename, [newUserId, accountId, userId]);
  };
}
