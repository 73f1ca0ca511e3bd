import { DateTime } from 'luxon';
import type { Db } from '../../kernel/database';
import type { StoredWay } from './read-way';

type Count = { n: number | string; bucket: number | string; kind: string };
type RepCount = {
  userId: string;
  name: string | null;
  n: number | string;
  still: number | string;
  /** Handed over: with another rep. */
  passed: number | string;
};

/** Days begin where the organisation is; no zone is off the quarter of an hour. */
const quarter = 900_000;

/** What a code brought and what became of it, day by day up to today, and rep by rep. */
export async function wayStatistics(
  db: Db,
  way: Pick<StoredWay, 'accountId' | 'state'>,
  place: { now: number; zone: string; days: number },
) {
  const { now, zone, days } = place;
  const from = DateTime.fromMillis(now, { zone })
    .startOf('day')
    .minus({ days: days - 1 });
  const of = [way.accountId, way.state];
  const bucket = (column: string) => `${column} - ${column} % ${quarter}`;
  const since = from.toMillis();
  const counts = await db.longRead<Count>(
    `SELECT kind, ${bucket('at')} AS bucket, COUNT(*) AS n FROM link_episode
     WHERE accountId = ? AND kind = 'added' AND at >= ? AND source = ? GROUP BY kind, ${bucket('at')}
     UNION ALL
     SELECT e.kind, ${bucket('e.at')} AS bucket, COUNT(*) AS n FROM link_episode e
     JOIN staff_link l ON l.identityId = e.identityId AND l.userId = e.userId
     WHERE e.accountId = ? AND e.kind IN ('deleted-by-customer', 'deleted-by-rep') AND e.at >= ?
       AND l.source = ? GROUP BY e.kind, ${bucket('e.at')}
     UNION ALL
     SELECT 'still' AS kind, ${bucket('addedAt')} AS bucket, COUNT(*) AS n FROM staff_link
     WHERE accountId = ? AND source = ? AND state IN ('friend', 'half') AND addedAt >= ?
     GROUP BY ${bucket('addedAt')}`,
    [way.accountId, since, way.state, way.accountId, since, way.state, ...of, since],
  );
  const [back] = await db.longRead<{ same: number | string | null; elsewhere: number | string }>(
    `SELECT SUM(CASE WHEN l.addCount > 1 THEN 1 ELSE 0 END) AS same,
       (SELECT COUNT(DISTINCT n.identityId) FROM friend_notice n
        JOIN staff_link b ON b.identityId = n.identityId AND b.userId = n.userId
        WHERE n.accountId = ? AND n.kind = 'back-elsewhere' AND b.source = ?) AS elsewhere
     FROM staff_link l WHERE l.accountId = ? AND l.source = ?`,
    [...of, ...of],
  );
  const dayOf = (at: number) => DateTime.fromMillis(at, { zone }).toISODate() ?? '';
  const sum = (day: string, kind: string) =>
    counts
      .filter((one) => one.kind === kind && dayOf(Number(one.bucket)) === day)
      .reduce((total, { n }) => total + Number(n), 0);
  const reps = await db.longRead<RepCount>(
    `SELECT l.userId, MAX(s.name) AS name, COUNT(*) AS n,
       SUM(CASE WHEN l.state IN ('friend', 'half') THEN 1 ELSE 0 END) AS still,
       SUM(CASE WHEN l.state = 'transferred' THEN 1 ELSE 0 END) AS passed
     FROM staff_link l LEFT JOIN staff s ON s.accountId = l.accountId AND s.userId = l.userId
     WHERE l.accountId = ? AND l.source = ? GROUP BY l.userId ORDER BY n DESC, l.userId`,
    of,
  );
  return {
    days: Array.from({ length: days }, (_, index) => {
      const day = dayOf(from.plus({ days: index }).toMillis());
      return {
        day,
        added: sum(day, 'added'),
        lostByCustomer: sum(day, 'deleted-by-customer'),
        lostByRep: sum(day, 'deleted-by-rep'),
        still: sum(day, 'still'),
      };
    }),
    /** Former friends: to the same rep, or over another one. */
    back: { same: Number(back?.same ?? 0), elsewhere: Number(back?.elsewhere ?? 0) },
    reps: reps.map(({ userId, name, n, still, passed }) => ({
      ...{ userId, name: name ?? userId, added: Number(n), friends: Number(still) },
      handedOver: Number(passed),
      lost: Number(n) - Number(still) - Number(passed),
    })),
  };
}
