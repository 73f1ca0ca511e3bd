import type { Db } from '../kernel/database';
import type { Scope } from './account-scope';
import { dayOf, slotOf } from './overview-days';

export type FriendDay = { day: string; added: number; lost: number; returned: number };

/**
 * Friends won, lost and come back, each rep's by themselves, from the same lines of the timeline as the pages of
 * reps and of losses. A friend is lost by whichever side ended it first, or found missing; whom one rep hands to
 * another is neither lost nor won. Reads the lines of these kinds and days only, by `ix_timeline_kind`.
 */
export async function dailyFriends(
  db: Db,
  scope: Scope,
  bounds: readonly number[],
  zone: string,
): Promise<FriendDay[]> {
  const rows = await db.longRead<{ slot: number; what: string; n: number | string }>(
    `SELECT slot, what, COUNT(*) AS n FROM (
       SELECT ${slotOf(bounds, 't.at')} AS slot, CASE
         WHEN t.kind LIKE 'friend-deleted-%' OR t.kind = 'friend-gone'
           THEN CASE WHEN t.params LIKE '%"days":%' THEN 'lost' END
         WHEN l.addWay = 'assigned-by-admin' THEN NULL
         WHEN t.kind = 'friend-added' OR t.params LIKE '%"nth":1,%' OR t.params LIKE '%"nth":1}'
           THEN 'added'
         ELSE 'returned' END AS what
       FROM timeline_entry t
       JOIN link_episode e ON e.id = t.refId
       JOIN staff_link l ON l.identityId = e.identityId AND l.userId = e.userId
       WHERE t.kind IN ('friend-added', 'friend-half-added', 'friend-back',
           'friend-deleted-by-customer', 'friend-deleted-by-rep', 'friend-gone')
         AND t.at >= ? AND t.at < ?${scope.sql}) x
     WHERE what IS NOT NULL GROUP BY slot, what`,
    [bounds[0] ?? 0, bounds.at(-1) ?? 0, ...scope.params],
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
