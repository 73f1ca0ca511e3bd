import { DateTime } from 'luxon';
import { z } from 'zod';
import { whoWaits } from '../conversations';
import { operation, type Operation } from '../kernel/http';
import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { countWaiting } from '../review';
import { missedRuns, permissionFor } from './missed-runs';
import { accountScope, progressScope } from './account-scope';
import { dailySeries, dayBounds, todayFigures, topSources, wantedScope } from './overview';

export type RunningWork = {
  kind: 'campaign' | 'promotion' | 'sync' | 'import';
  id: string;
  name: string;
  done: number;
  total: number;
  /** Of red packets: what WeChat sent and nobody opened yet, fen; `done` is what was opened. */
  out?: number;
  status: string;
};

const Overview = z.object({
  asOf: z.string(),
  zone: z.string(),
  today: z.object({
    newFollows: z.number(),
    newFollowsBefore: z.number(),
    unfollows: z.number(),
    unfollowsBefore: z.number(),
    asked: z.number(),
    answered: z.number(),
    sent: z.number(),
    delivered: z.number(),
    redPacketPaidFen: z.number(),
    redPacketDayCapFen: z.number().nullable(),
  }),
  series: z.array(
    z.object({
      day: z.string(),
      followed: z.number(),
      unfollowed: z.number(),
      returned: z.number(),
    }),
  ),
  sources: z.array(
    z.object({ scene: z.string().nullable(), name: z.string().nullable(), followed: z.number() }),
  ),
  running: z.array(
    z.object({
      kind: z.string(),
      id: z.string(),
      name: z.string(),
      done: z.number(),
      total: z.number(),
      /** Of red packets: sent and not opened yet. */
      out: z.number().optional(),
      status: z.string(),
    }),
  ),
  todo: z.array(
    z.object({
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
      href: z.string(),
      text: z.string(),
      detail: z.string().optional(),
      /** What can be done about it at once: send `body` to `path`. */
      actions: z
        .array(
          z.object({
            code: z.string(),
            text: z.string(),
            path: z.string(),
            body: z.record(z.string(), z.unknown()),
          }),
        )
        .optional(),
    }),
  ),
});

export type OverviewParts = {
  /** What the list of questions to learn says, so that both say the same number. */
  openQuestions: (accountIds: Actor['accountIds']) => Promise<number>;
};

export function overviewOperations(kit: Kit, parts: OverviewParts): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/overview',
        permission: 'overview.read',
        summary:
          'Today in figures, follows of the last days, sources, running work, what needs somebody',
        query: z.object({
          days: z.coerce.number().int().min(1).max(90).default(30),
          accountId: z.string().max(26).optional(),
        }),
        response: Overview,
      },
      async ({ actor, query, locale }) => {
        const now = kit.clock.business();
        const zone = kit.settings.orgZone;
        const scope = wantedScope(actor, query.accountId);
        const bounds = dayBounds(now, zone, Math.max(2, query.days));
        const [todayStart = 0, tomorrow = 0] = bounds.slice(-2);
        const [series, sources, figures, running, todo] = await Promise.all([
          dailySeries(kit.db, scope, bounds, zone),
          topSources(kit.db, scope, bounds[0] ?? 0),
          todayFigures(kit.db, scope, todayStart, tomorrow),
          runningWork(kit, actor, locale),
          todoList(kit, parts, actor, locale),
        ]);
        const [yesterday, today] = series.slice(-2);
        return {
          asOf: new Date(now).toISOString(),
          zone,
          today: {
            newFollows: today?.followed ?? 0,
            newFollowsBefore: yesterday?.followed ?? 0,
            unfollows: today?.unfollowed ?? 0,
            unfollowsBefore: yesterday?.unfollowed ?? 0,
            ...figures,
            redPacketDayCapFen: kit.settings.dailyPayoutCapFen,
          },
          series: series.slice(-query.days),
          sources,
          running,
          todo,
        };
      },
    ),
  ];
}

async function runningWork(kit: Kit, actor: Actor, locale: Locale): Promise<RunningWork[]> {
  const { accountIds } = actor;
  const ofCampaigns = accountScope(accountIds, 'c.accountId');
  const ofPromotions = accountScope(accountIds);
  const ofSyncs = progressScope(accountIds);
  const runs = await kit.db.read.all<{
    id: string;
    name: string;
    status: string;
    done: number;
    total: number;
  }>(
    `SELECT c.id, c.name, c.status,
       (SELECT COUNT(*) FROM delivery d WHERE d.runId = r.id AND d.state NOT IN ('queued', 'sending')) AS done,
       (SELECT COUNT(*) FROM delivery d WHERE d.runId = r.id) AS total
     FROM campaign c JOIN send_run r ON r.campaignId = c.id AND r.origin = 'campaign' AND r.isOpen = 1
     WHERE c.status IN ('running', 'paused')${ofCampaigns.sql} ORDER BY r.createdAt DESC LIMIT 5`,
    ofCampaigns.params,
  );
  const money = await kit.db.read.all<{
    id: string;
    name: string;
    status: string;
    budgetFen: number;
    paidFen: number;
    inFlightFen: number;
  }>(
    `SELECT id, name, status, budgetFen, paidFen, inFlightFen FROM promotion
     WHERE status IN ('running', 'paused')${ofPromotions.sql} ORDER BY id DESC LIMIT 5`,
    ofPromotions.params,
  );
  const syncs = await kit.db.read.all<{
    id: string;
    titleCode: string;
    params: string;
    done: number;
    total: number;
  }>(
    `SELECT id, titleCode, params, done, total FROM progress WHERE state = 'running' AND kind = 'sync'${ofSyncs.sql}
     ORDER BY startedAt DESC LIMIT 5`,
    ofSyncs.params,
  );
  return [
    ...runs.map((row) => ({ kind: 'campaign' as const, ...row })),
    ...money.map(({ budgetFen, paidFen, inFlightFen, ...row }) => ({
      kind: 'promotion' as const,
      ...row,
      done: paidFen,
      total: budgetFen,
      out: inFlightFen,
    })),
    ...syncs.map((row) => ({
      kind: 'sync' as const,
      id: row.id,
      name: text(locale, row.titleCode, JSON.parse(row.params) as Record<string, unknown>),
      done: row.done,
      total: row.total,
      status: 'running',
    })),
  ];
}

/** Most urgent first; an entry appears only when there is something to do. */
async function todoList(kit: Kit, parts: OverviewParts, actor: Actor, locale: Locale) {
  const { sql: ofActor, params } = accountScope(actor.accountIds);
  const one = async (sql: string): Promise<number> => {
    const [row] = await kit.db.read.all<{ n: number }>(`${sql}${ofActor}`, params);
    return row?.n ?? 0;
  };
  const [nextLook] = await kit.db.read.all<{ at: number | null }>(
    `SELECT MIN(nextActionAt) AS at FROM payout
     WHERE state = 'unknown' AND nextAction IN ('ask', 'verify')${ofActor}`,
    params,
  );
  const [paused, money, deadJobs, deadEvents, misses, inReview, sentBack] = await Promise.all([
    one(`SELECT COUNT(*) AS n FROM promotion WHERE status = 'paused' AND pauseReason IS NOT NULL`),
    one(`SELECT COUNT(*) AS n FROM payout WHERE state IN ('unknown', 'frozen', 'held')`),
    one(`SELECT COUNT(*) AS n FROM job WHERE state = 'dead'`),
    one(`SELECT COUNT(*) AS n FROM failed_event WHERE 1 = 1`),
    parts.openQuestions(actor.accountIds),
    actor.permissions.has('replies.publish') ? countWaiting(kit, actor, 'in-review') : 0,
    actor.permissions.has('replies.edit') ? countWaiting(kit, actor, 'sent-back', 'own') : 0,
  ]);
  const entries: { code: string; n: number; href: string; detail?: string }[] = [
    { code: 'todo.promotion_paused', n: paused, href: '/console/red-packets' },
    {
      code: 'todo.payout_unclear',
      n: money,
      href: '/console/red-packets',
      ...nextLookDetail(kit, nextLook?.at ?? null, locale),
    },
    { code: 'todo.dead_letters', n: deadJobs + deadEvents, href: '/console/settings/dead-letters' },
    {
      code: 'todo.rules_in_review',
      n: inReview,
      href: '/console/replies/review',
    },
    {
      code: 'todo.rules_sent_back',
      n: sentBack,
      href: '/console/replies/review?state=sent-back',
    },
    { code: 'todo.faq_misses', n: misses, href: '/console/replies/faqs?tab=learning' },
  ];
  const counted = entries
    .filter((entry) => entry.n > 0)
    .map(({ code, n, href, detail }) => ({
      code,
      params: { n },
      href,
      text: text(locale, code, { n }),
      ...(detail === undefined ? {} : { detail }),
    }));
  return [
    ...(await waitingTodo(kit, actor, locale)),
    ...(await missedTodos(kit, actor, locale)),
    ...counted,
  ];
}

/** Somebody is waiting for a person to answer: nothing is more urgent. */
async function waitingTodo(kit: Kit, actor: Actor, locale: Locale) {
  if (!actor.permissions.has('conversations.read')) return [];
  const { count: n, since } = await whoWaits(kit, actor.accountIds);
  if (n === 0 || since === null) return [];
  const minutes = Math.max(0, Math.floor((kit.clock.business() - since) / 60_000));
  return [
    {
      code: 'todo.waiting_for_person',
      params: { n, minutes },
      href: '/console/conversations?view=waiting',
      text: text(locale, 'todo.waiting_for_person', { n }),
      detail: text(locale, 'todo.waiting_for_person.longest', { minutes }),
    },
  ];
}

/** When WeChat is asked again about what it left unclear. */
function nextLookDetail(kit: Kit, at: number | null, locale: Locale): { detail?: string } {
  if (at === null) return {};
  const zone = kit.settings.orgZone;
  const now = DateTime.fromMillis(kit.clock.business(), { zone });
  const when = DateTime.fromMillis(Math.max(at, kit.clock.business()), { zone });
  const due = when.toFormat(when.hasSame(now, 'day') ? 'HH:mm' : 'MM-dd HH:mm');
  return { detail: text(locale, 'todo.payout_unclear.next', { due }) };
}

/** One entry for each run that was missed, with what can be answered. */
async function missedTodos(kit: Kit, actor: Actor, locale: Locale) {
  const runs = await missedRuns(kit, actor);
  return runs.map((run) => {
    const due = DateTime.fromMillis(run.dueAt, { zone: kit.settings.orgZone });
    const params = { name: run.name, due: due.toFormat('yyyy-MM-dd HH:mm') };
    const permission = permissionFor(run.kind);
    const mayAnswer = permission !== undefined && actor.permissions.has(permission);
    const action = (decision: 'run' | 'skip') => ({
      code: decision,
      text: text(locale, `todo.missed_run.${decision}`),
      path: `/api/v1/schedules/${run.scheduleId}/missed`,
      body: { dueAt: new Date(run.dueAt).toISOString(), decision },
    });
    return {
      code: 'todo.missed_run',
      params,
      href: run.href,
      text: text(locale, 'todo.missed_run', params),
      ...(mayAnswer ? { actions: [action('run'), action('skip')] } : {}),
    };
  });
}
