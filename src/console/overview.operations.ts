import { z } from 'zod';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { accountScope } from './account-scope';
import { dailyFriends } from './friend-days';
import { accountsSeen, accountsWanted, dailySeries, todayFigures, topSources } from './overview';
import { dayBounds } from './overview-days';
import { runningWork } from './running-work';
import { todoList, type TodoParts } from './todo-list';

const Overview = z.object({
  asOf: z.string(),
  zone: z.string(),
  /** Kinds of the accounts that are looked at: without a corp nobody can make friends. */
  kinds: z.array(z.string()),
  today: z.object({
    newFollows: z.number(),
    newFollowsBefore: z.number(),
    unfollows: z.number(),
    unfollowsBefore: z.number(),
    asked: z.number(),
    answered: z.number(),
    newFriends: z.number(),
    newFriendsBefore: z.number(),
    lostFriends: z.number(),
    lostFriendsBefore: z.number(),
    /** Messages, whichever way they went. */
    sent: z.number(),
    /** Those of them WeChat sends receipts for, and how many arrived by them. */
    sentByTemplate: z.number(),
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
  /** Friends of the reps, each rep's by themselves; handing over wins and loses nobody. */
  friends: z.array(
    z.object({ day: z.string(), added: z.number(), lost: z.number(), returned: z.number() }),
  ),
  sources: z.array(
    z.object({ scene: z.string().nullable(), name: z.string().nullable(), followed: z.number() }),
  ),
  running: z.array(
    z.object({
      kind: z.enum(['campaign', 'promotion', 'message', 'moment', 'handover', 'sync']),
      id: z.string(),
      accountId: z.string(),
      name: z.string(),
      /** Of messages and moments through reps: reps; of a hand-over: customers and rooms. */
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

export function overviewOperations(kit: Kit, parts: TodoParts): Operation[] {
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
        const wanted = accountsWanted(actor, query.accountId);
        const seen = await accountsSeen(kit.db, wanted);
        const ofFollowers = seen.of('official-account');
        const bounds = dayBounds(now, zone, Math.max(2, query.days));
        const [todayStart = 0, tomorrow = 0] = bounds.slice(-2);
        const [series, friends, sources, figures, running, todo] = await Promise.all([
          dailySeries(kit.db, ofFollowers, bounds, zone),
          dailyFriends(kit.db, seen.of('wecom', 't.accountId'), bounds, zone),
          topSources(kit.db, ofFollowers, bounds[0] ?? 0),
          todayFigures(kit.db, accountScope(wanted), todayStart, tomorrow),
          runningWork(kit, wanted, locale),
          todoList(kit, parts, actor, locale),
        ]);
        const [yesterday, today] = series.slice(-2);
        const [friendsBefore, friendsToday] = friends.slice(-2);
        return {
          asOf: new Date(now).toISOString(),
          zone,
          kinds: seen.kinds,
          today: {
            newFollows: today?.followed ?? 0,
            newFollowsBefore: yesterday?.followed ?? 0,
            unfollows: today?.unfollowed ?? 0,
            unfollowsBefore: yesterday?.unfollowed ?? 0,
            newFriends: friendsToday?.added ?? 0,
            newFriendsBefore: friendsBefore?.added ?? 0,
            lostFriends: friendsToday?.lost ?? 0,
            lostFriendsBefore: friendsBefore?.lost ?? 0,
            ...figures,
            redPacketDayCapFen: kit.settings.dailyPayoutCapFen,
          },
          series: series.slice(-query.days),
          friends: seen.kinds.includes('wecom') ? friends.slice(-query.days) : [],
          sources,
          running,
          todo,
        };
      },
    ),
  ];
}
