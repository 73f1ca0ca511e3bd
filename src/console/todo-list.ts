import { DateTime } from 'luxon';
import { whoWaits } from '../conversations';
import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { countWaiting } from '../review';
import { accountScope } from './account-scope';
import { missedRuns, permissionFor } from './missed-runs';

export type TodoParts = {
  /** What the list of questions to learn says, so that both say the same number. */
  openQuestions: (accountIds: Actor['accountIds']) => Promise<number>;
};

/** Most urgent first; an entry appears only when there is something to do. */
export async function todoList(kit: Kit, parts: TodoParts, actor: Actor, locale: Locale) {
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
  const longest = minutes === 0 ? 'just-now' : 'longest';
  return [
    {
      code: 'todo.waiting_for_person',
      params: { n, minutes },
      href: '/console/conversations?view=waiting',
      text: text(locale, 'todo.waiting_for_person', { n }),
      detail: text(locale, `todo.waiting_for_person.${longest}`, { minutes }),
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
