import { DateTime } from 'luxon';
import type { Db } from '../../kernel/database';
import type { StoredWay } from './read-way';

/**
 * Whom a code brought: everybody who ever came by it, each to a rep, since the first time. Who comes back by
 * another way is still one of these. Takes the account and what the code carries.
 */
export const broughtSql = `SELECT e.accountId, e.source, e.identityId, e.userId, MIN(e.at) AS at FROM link_episode e
  WHERE e.accountId = ? AND e.source = ? AND e.kind IN ('added', 'half-added')
  GROUP BY e.accountId, e.source, e.identityId, e.userId`;

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

/**
 * What a code brought and what became of it: day by day what happened, up to today, and rep by rep how it
 * stands now.
 */
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
    `WITH brought AS (${broughtSql})
     SELECT 'added' AS kind, ${bucket('b.at')} AS bucket, COUNT(*) AS n FROM brought b
     WHERE b.at >= ? GROUP BY ${bucket('b.at')}
     UNION ALL
     SELECT e.kind, ${bucket('e.at')} AS bucket, COUNT(*) AS n FROM brought b
     JOIN link_episode e ON e.identityId = b.identityId AND e.userId = b.userId AND e.at >= b.at
     WHERE e.kind IN ('deleted-by-customer', 'deleted-by-rep') AND e.at >= ?
     GROUP BY e.kind, ${bucket('e.at')}
     UNION ALL
     SELECT 'still' AS kind, ${bucket('b.at')} AS bucket, COUNT(*) AS n FROM brought b
     JOIN staff_link l ON l.identityId = b.identityId AND l.userId = b.userId
     WHERE l.state IN ('friend', 'half') AND b.at >= ? GROUP BY ${bucket('b.at')}`,
    [...of, since, since, since],
  );
  const [back] = await db.longRead<{ same: number | string; elsewhere: number | string }>(
    `WITH brought AS (${broughtSql})
     SELECT COUNT(CASE WHEN l.addCount > 1 THEN 1 END) AS same,
       (SELECT COUNT(DISTINCT n.identityId) FROM friend_notice n
        JOIN brought b ON b.identityId = n.identityId
        WHERE n.accountId = b.accountId AND n.kind = 'back-elsewhere') AS elsewhere
     FROM brought b JOIN staff_link l ON l.identityId = b.identityId AND l.userId = b.userId`,
    of,
  );
  const dayOf = (at: number) => DateTime.fromMillis(at, { zone }).toISODate() ?? '';
  const sum = (day: string, kind: string) =>
    counts
      .filter((one) => one.kind === kind && dayOf(Number(one.bucket)) === day)
      .reduce((total, { n }) => total + Number(n), 0);
  const reps = await db.longRead<RepCount>(
    `WITH brought AS (${broughtSql})
     SELECT b.userId, MAX(s.name) AS name, COUNT(*) AS n,
       SUM(CASE WHEN l.state IN ('friend', 'half') THEN 1 ELSE 0 END) AS still,
       SUM(CASE WHEN l.state = 'transferred' THEN 1 ELSE 0 END) AS passed
     FROM brought b JOIN staff_link l ON l.identityId = b.identityId AND l.userId = b.userId
     LEFT JOIN staff s ON s.accountId = b.accountId AND s.userId = b.userId
     GROUP BY b.userId ORDER BY n DESC, b.userId`,
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
    /** Who had left and came back, by whatever way: to the same rep, or over another one. */
    back: { same: Number(back?.same ?? 0), elsewhere: Number(back?.elsewhere ?? 0) },
    reps: reps.map(({ userId, name, n, still, passed }) => ({
      ...{ userId, name: name ?? userId, added: Number(n), friends: Number(still) },
      handedOver: Number(passed),
      lost: Number(n) - Number(still) - Number(passed),
    })),
  };
}
