import { weComLimits } from '../../channels/wecom';
import { marksFor, type Db, type Scalar } from '../../kernel/database';
import type { Sql } from '../../segments';
import { monthStart } from '../mass-cap';
import type { LeftOutReason } from '../states';
import { namesIn, type MomentRow } from './moment-kit';

const mostShown = 20;
const active = `COALESCE(s.status, 'active') = 'active'`;
const withStaff = `staff_link l
  LEFT JOIN staff s ON s.accountId = l.accountId AND s.userId = l.userId`;

/** Links by which a moment can reach somebody: of its reps, with one of its tags. Of `staff_link l`. */
function linksOf({ userIds, corpTags }: Pick<MomentRow, 'userIds' | 'corpTags'>): Sql {
  const [reps, tags] = [namesIn(userIds), namesIn(corpTags)];
  const tagged = `EXISTS (SELECT 1 FROM link_corp_tag t WHERE t.identityId = l.identityId
    AND t.userId = l.userId AND t.corpTag IN (${marksFor(tags)}))`;
  const parts = [
    ...(reps.length > 0 ? [`l.userId IN (${marksFor(reps)})`] : []),
    ...(tags.length > 0 ? [tagged] : []),
  ];
  return { text: parts.map((part) => ` AND ${part}`).join(''), params: [...reps, ...tags] };
}

/**
 * Customers who may see a moment, each with the rep who added them last, or with why they will not:
 * `identityId`, `accountId`, `externalUserId`, `userId`, `reason`. WeCom leaves nobody out by name, so who
 * opted out (`optedOut`) sees it too; `capped` have had as many as WeCom brings.
 */
export function momentAudienceSql(moment: MomentRow, now: number): Sql {
  const links = linksOf(moment);
  const own = (only: string) => `SELECT l.userId FROM ${withStaff}
    WHERE l.identityId = c.id AND l.accountId = c.accountId AND l.state = 'friend'${only}${links.text}
    ORDER BY l.addedAt DESC, l.userId LIMIT 1`;
  const params: Scalar[] = [
    ...[...links.params, ...links.params, ...links.params],
    ...[monthStart(now), weComLimits.moment.perMonth, moment.accountId, ...links.params],
  ];
  return {
    text: `SELECT c.id AS identityId, c.accountId, c.externalId AS externalUserId,
      (${own(` AND ${active}`)}) AS userId,
      CASE WHEN NOT EXISTS (${own('')}) THEN 'not-a-friend'
        WHEN NOT EXISTS (${own(` AND ${active}`)}) THEN 'rep-inactive' END AS reason,
      CASE WHEN (SELECT COUNT(*) FROM outreach_recipient r
        JOIN outreach m ON m.id = r.outreachId AND m.kind = 'moment'
        WHERE r.identityId = c.id AND r.state = 'sent' AND r.sentAt >= ?) >= ? THEN 1 ELSE 0 END AS capped,
      CASE WHEN EXISTS (SELECT 1 FROM identity o WHERE o.personId = c.personId
        AND o.optedOutAt IS NOT NULL) THEN 1 ELSE 0 END AS optedOut
    FROM identity c WHERE c.accountId = ? AND c.kind = 'external-contact' AND EXISTS
      (SELECT 1 FROM staff_link l WHERE l.identityId = c.id AND l.accountId = c.accountId${links.text})`,
    params,
  };
}

/** Every rep who is to publish it, with how many of their customers may see it. */
export function momentRepsSql(moment: MomentRow): Sql {
  const links = linksOf(moment);
  return {
    text: `SELECT l.userId, MAX(s.name) AS name, COUNT(*) AS n FROM ${withStaff}
      WHERE l.accountId = ? AND l.state = 'friend' AND ${active}${links.text}
      GROUP BY l.userId ORDER BY COUNT(*) DESC, l.userId`,
    params: [moment.accountId, ...links.params],
  };
}

type Count = number | string;

/** How many reps, how many customers at most, and who will not see it: nothing is written. */
export async function planMoment(db: Pick<Db, 'longRead'>, moment: MomentRow, now: number) {
  const audience = momentAudienceSql(moment, now);
  const reps = momentRepsSql(moment);
  const rows = await db.longRead<{
    reason: LeftOutReason | null;
    capped: number;
    optedOut: number;
    n: Count;
  }>(
    `SELECT a.reason, a.capped, a.optedOut, COUNT(*) AS n FROM (${audience.text}) a
     GROUP BY a.reason, a.capped, a.optedOut`,
    audience.params,
  );
  const publishers = await db.longRead<{ userId: string; name: string | null; n: Count }>(
    reps.text,
    reps.params,
  );
  const sum = (of: (row: (typeof rows)[number]) => boolean) =>
    rows.reduce((total, row) => total + (of(row) ? Number(row.n) : 0), 0);
  const leftOut = (['not-a-friend', 'rep-inactive', 'capped'] as const).map((reason) => ({
    reason,
    count: sum((row) =>
      reason === 'capped' ? row.reason === null && row.capped === 1 : row.reason === reason,
    ),
  }));
  const mayReceive = (row: (typeof rows)[number]) => row.reason === null && row.capped === 0;
  return {
    ...{ audience: sum(() => true), willReceive: sum(mayReceive), reps: publishers.length },
    ...{ outsiders: 0, cap: null, optedOut: sum((row) => mayReceive(row) && row.optedOut === 1) },
    leftOut: leftOut.filter(({ count }) => count > 0),
    busiest: publishers.slice(0, mostShown).map(({ userId, name, n }) => ({
      ...{ userId, name: name ?? userId, people: Number(n) },
    })),
  };
}
