import type { Actor } from '../kernel/access';
import { marksFor, type Db, type Scalar } from '../kernel/database';
import { text, type Locale } from '../kernel/text';
import { availableOf } from './ledger';
import { payoutStates } from './payout-states';
import { recipientStates, type Promotion } from './promotion.entity';
import type { PromotionView } from './promotion.schema';

type Row = Omit<Promotion, 'isRandom'> & {
  isRandom: number;
  appId: string;
  mchId: string;
  segmentRule: string | null;
  nextDueAt: number | null;
};

const rowsSql = `
  SELECT m.*, a.platformId AS appId, t.platformId AS mchId, s.rule AS segmentRule, c.nextDueAt
  FROM promotion m
  JOIN account a ON a.id = m.accountId
  JOIN account t ON t.id = m.merchantAccountId
  LEFT JOIN segment s ON s.id = m.segmentId
  LEFT JOIN schedule c ON c.id = m.id AND c.active = 1`;

/** Absent and not visible look the same. */
export async function readPromotion(
  db: Db,
  actor: Actor,
  id: string,
  locale: Locale,
): Promise<PromotionView | undefined> {
  const scope = scopeOf(actor);
  const rows = await db.read.all<Row>(`${rowsSql} WHERE m.id = ? AND ${scope.sql}`, [
    id,
    ...scope.params,
  ]);
  const [view] = await present(db, rows, locale);
  return view;
}

type Page = {
  limit: number;
  beforeId?: string | undefined;
  status?: string | undefined;
  payBy?: 'audience' | 'keyword' | undefined;
};

/** Newest first; one more than `limit` when there are more. */
export async function listPromotions(
  db: Db,
  actor: Actor,
  page: Page,
  locale: Locale,
): Promise<PromotionView[]> {
  const scope = scopeOf(actor);
  const parts = [scope.sql];
  const params: Scalar[] = [...scope.params];
  if (page.beforeId !== undefined) {
    parts.push('m.id < ?');
    params.push(page.beforeId);
  }
  if (page.status !== undefined) {
    parts.push('m.status = ?');
    params.push(page.status);
  }
  if (page.payBy !== undefined) {
    parts.push(`m.oncePer IS ${page.payBy === 'keyword' ? 'NOT NULL' : 'NULL'}`);
  }
  const rows = await db.read.all<Row>(
    `${rowsSql} WHERE ${parts.join(' AND ')} ORDER BY m.id DESC LIMIT ${String(page.limit + 1)}`,
    params,
  );
  return present(db, rows, locale);
}

function scopeOf(actor: Actor): { sql: string; params: readonly string[] } {
  if (actor.accountIds === 'all') return { sql: '1 = 1', params: [] };
  if (actor.accountIds.length === 0) return { sql: '1 = 0', params: [] };
  return { sql: `m.accountId IN (${marksFor(actor.accountIds)})`, params: actor.accountIds };
}

async function present(db: Db, rows: readonly Row[], locale: Locale): Promise<PromotionView[]> {
  if (rows.length === 0) return [];
  const counts = await countRecipients(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => presentOne(row, counts.get(row.id) ?? emptyCounts(), locale));
}

const emptyCounts = (): Record<string, number> => {
  const undealt = recipientStates.filter((state) => state !== 'reserved');
  return Object.fromEntries([...payoutStates, ...undealt].map((state) => [state, 0]));
};

/** Payouts by state, and the people who got none by what kept them from it. */
async function countRecipients(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, Record<string, number>>> {
  const rows = await db.read.all<{ promotionId: string; state: string; n: number }>(
    `SELECT promotionId, state, COUNT(*) AS n FROM payout
     WHERE promotionId IN (${marksFor(ids)}) GROUP BY promotionId, state
     UNION ALL
     SELECT promotionId, state, COUNT(*) FROM promotion_recipient
     WHERE promotionId IN (${marksFor(ids)}) AND state <> 'reserved' GROUP BY promotionId, state`,
    [...ids, ...ids],
  );
  const counts = new Map(ids.map((id) => [id, emptyCounts()]));
  for (const { promotionId, state, n } of rows) {
    const of = counts.get(promotionId);
    if (of) of[state] = (of[state] ?? 0) + n;
  }
  return counts;
}

function presentOne(row: Row, recipients: Record<string, number>, locale: Locale): PromotionView {
  const [budgetFen, reservedFen, inFlightFen, paidFen] = [
    row.budgetFen,
    row.reservedFen,
    row.inFlightFen,
    row.paidFen,
  ];
  const minFen = row.minFen;
  return {
    id: row.id,
    name: row.name,
    segmentId: row.segmentId === '' ? null : row.segmentId,
    oncePer: row.oncePer,
    endsAt: iso(row.endsAt),
    mchId: row.mchId,
    appId: row.appId,
    accountId: row.accountId,
    merchantAccountId: row.merchantAccountId,
    amount: row.isRandom ? { minFen, maxFen: row.maxFen } : { fixedFen: minFen },
    budgetFen,
    perPersonFen: maybe(row.perPersonFen),
    perDayFen: maybe(row.perDayFen),
    schedule:
      row.cron === null
        ? null
        : { cron: row.cron, zone: row.zone ?? '', missed: row.missed ?? 'once' },
    nextRunAt: iso(row.nextDueAt),
    senderName: row.senderName,
    wish: row.wish,
    activityName: row.activityName,
    remark: row.remark,
    sceneId: row.sceneId,
    acknowledged: row.acknowledgedAt !== null,
    warnings: warningsOf(row, locale),
    status: row.status,
    pauseReason:
      row.pauseReason === null
        ? null
        : { code: row.pauseReason, text: reasonText(locale, 'promotion.pause', row.pauseReason) },
    paidFen,
    reservedFen: reservedFen + inFlightFen,
    refundedFen: row.refundedFen,
    availableFen: availableOf({ budgetFen, reservedFen, inFlightFen, paidFen }),
    deliveredFen: inFlightFen,
    recipients,
    createdAt: isoOf(row.createdAt),
    startedAt: iso(row.startedAt),
  };
}

/** WeChat forbids paying people for following; being a follower is no such condition, when they came is. */
const followFields = /"field":"(followedAt|firstFollowedAt|followCount|unfollowedAt)"/;

function warningsOf(row: Row, locale: Locale): PromotionView['warnings'] {
  if (!followFields.test(row.segmentRule ?? '')) return [];
  return [{ code: 'rewards_follows', text: text(locale, 'promotion.warning.rewards_follows') }];
}

/** `refused:NO_AUTH` is told by the sentence of `refused`, with the code in it. */
export function reasonText(locale: Locale, prefix: string, code: string): string {
  const own = `${prefix}.${code}`;
  const told = text(locale, own, { code });
  if (told !== own) return told;
  const [head = '', ...rest] = code.split(':');
  const detail = rest.join(':') || head;
  const general = `${prefix}.${head}`;
  const told2 = text(locale, general, { code: detail });
  return told2 === general ? text(locale, `${prefix}.other`, { code: detail }) : told2;
}

const maybe = (value: number | null): number | null => (value === null ? null : value);
export const isoOf = (at: number): string => new Date(at).toISOString();
export const iso = (at: number | null): string | null => (at === null ? null : isoOf(at));
