import type { Actor } from '../kernel/access';
import { InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { audienceSql, membersOf, outsidersSql } from './audience';
import { capRuleOf, capWindows } from './mass-cap';
import { planMoment } from './moments/moment-audience';
import { findMoment } from './moments/moment-kit';
import { visibleOutreach } from './outreach-kit';
import type { LeftOutReason } from './states';

const mostShown = 20;

/** How many customers by how many reps, and who is left out and why: nothing is written. */
export async function planOutreach(kit: Kit, actor: Actor, id: string) {
  const { accountId, segmentId, kind } = await visibleOutreach(kit, actor, id);
  const moment = kind === 'moment' ? await findMoment(kit.db.read, id) : undefined;
  if (moment) return planMoment(kit.db, moment, kit.clock.business());
  const rule = segmentId === null ? null : await ruleOf(kit, segmentId);
  const cap = await capRuleOf(kit.db.read, accountId);
  const caps = capWindows(cap, kit.clock.business());
  const wanted = { accountId, members: await membersOf(kit, rule), caps };
  const { text, params } = audienceSql(wanted);
  const rows = await kit.db.longRead<{
    userId: string | null;
    name: string | null;
    reason: LeftOutReason | null;
    n: number | string;
  }>(
    `SELECT g.userId, g.reason, g.n, s.name FROM
       (SELECT CASE WHEN a.reason IS NULL THEN a.userId END AS userId, a.reason, COUNT(*) AS n
        FROM (${text}) a GROUP BY CASE WHEN a.reason IS NULL THEN a.userId END, a.reason) g
     LEFT JOIN staff s ON s.accountId = ? AND s.userId = g.userId
     ORDER BY g.n DESC, g.userId`,
    [...params, accountId],
  );
  const outside = outsidersSql(wanted);
  const [beyond] = outside
    ? await kit.db.longRead<{ n: number | string }>(outside.text, outside.params)
    : [];
  const outsiders = Number(beyond?.n ?? 0);
  const reps = rows.filter(({ reason }) => reason === null);
  const sum = (some: readonly { n: number | string }[]) =>
    some.reduce((total, { n }) => total + Number(n), 0);
  return {
    ...{
      audience: sum(rows) + outsiders,
      willReceive: sum(reps),
      reps: reps.length,
      outsiders,
      cap,
      optedOut: 0,
    },
    leftOut: rows.flatMap(({ reason, n }) =>
      reason === null ? [] : [{ reason, count: Number(n) }],
    ),
    busiest: reps.slice(0, mostShown).map(({ userId, name, n }) => ({
      ...{ userId: userId ?? '', name: name ?? userId ?? '', people: Number(n) },
    })),
  };
}

async function ruleOf(kit: Pick<Kit, 'db'>, segmentId: string): Promise<string> {
  const sql = `SELECT rule FROM segment WHERE id = ?`;
  const [row] = await kit.db.read.all<{ rule: string }>(sql, [segmentId]);
  if (!row) throw new InvalidInput('segment_unknown', { path: 'segmentId' });
  return row.rule;
}
