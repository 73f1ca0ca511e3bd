import type { InboundEvent } from '../channels/inbound-event';
import { execute, type Raw } from '../kernel/database';

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
    const sql = `DELETE FROM sidebar_session WHERE accountId = ? AND userId = ?`;
    await execute(raw, sql, [accountId, userId]);
  };
}
