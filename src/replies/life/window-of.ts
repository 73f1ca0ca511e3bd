import { openWindow, windowRoom } from '../../channels/official-account';
import type { Kit } from '../../kernel/kit';
import { windowsOf } from '../../relationships';
import { iso } from '../rule-access';

/** How many customer-service messages may still be sent to somebody, now and once they have said this. */
export async function windowOf(
  { db }: Pick<Kit, 'db'>,
  accountId: string,
  openid: string,
  now: number,
) {
  const [row] = await db.read.all<{ windows: string | null }>(
    `SELECT windows FROM identity WHERE accountId = ? AND externalId = ?`,
    [accountId, openid],
  );
  if (!row) return null;
  const windows = windowsOf(row);
  const room = windowRoom(windows, now);
  const after = windowRoom(openWindow(windows, 'said', now), now);
  return {
    open: room.open,
    left: room.open ? room.left : 0,
    until: room.open ? iso(room.until) : null,
    reason: room.open ? null : room.reason,
    afterSaying: {
      left: after.open ? after.left : 0,
      until: after.open ? iso(after.until) : null,
    },
  };
}
