import { marksFor, type Db } from '../kernel/database';
import { friendLines, friendMove } from '../relationships';
import type { Scope } from './account-scope';
import { dayOf, slotOf } from './overview-days';

export type FriendDay = { day: string; added: number; lost: number; returned: number };

/**
 * Friends won, lost and come back, each rep's by themselves, from the same lines of the timeline as the pages of
 * reps and of losses. Reads the lines of these kinds and days only, by `ix_timeline_kind`.
 */
export async function dailyFriends(
  db: Db,
  scope: Scope,
  bounds: readonly number[],
  zone: string,
): Promise<FriendDay[]> {
  const rows = await db.longRead<{ slot: number; what: string; n: number | string }>(
    `SELECT slot, what, COUNT(*) AS n FROM (
       SELECT ${slotOf(bounds, 't.at')} AS slot, ${friendMove} AS what
       FROM timeline_entry t
       JOIN link_episode e ON e.id = t.refId
       JOIN staff_link l ON l.identityId = e.identityId AND l.userId = e.userId
       WHERE t.kind IN (${marksFor(friendLines)}) AND t.at >= ? AND t.at < ?${scope.sql}) x
     WHERE what IS NOT NULL GROUP BY slot, what`,
    [...friendLines, bounds[0] ?? 0, bounds.at(-1) ?? 0, ...scope.params],
  );
  return bounds.slice(0, -1).map((start, slot) => {
    const count = (what: string) =>
      Number(rows.find((row) => row.slot === slot && row.what === what)?.n ?? 0);
    return {
      day: dayOf(start, zone),
      ...{ added: count('added'), lost: count('lost'), returned: count('returned') },
    };
  });
}
