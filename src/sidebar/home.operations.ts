import { DateTime } from 'luxon';
import { z } from 'zod';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { ordersWaitingFor } from '../outreach';
import { knownFriends, listTasks, reasonsFor, type KnownFriend } from '../sales';
import { personName } from '../relationships';
import { repOf } from './rep-of';
import { instant, iso, presentStage, presentTask, StageView, TaskView, tell, Told } from './views';

const mostShown = 20;

const HomeView = z.object({
  asOf: z.string(),
  rep: z.object({ userId: z.string(), name: z.string() }),
  counts: z.object({ friends: z.number(), newToday: z.number(), lostThisWeek: z.number() }),
  tasks: z.array(TaskView),
  /** Mass messages and moments the rep has to confirm in WeCom. */
  orders: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['message', 'moment']),
      name: z.string(),
      text: z.string(),
      people: z.number(),
      orderedAt: instant,
    }),
  ),
  first: z.array(
    z.object({
      externalUserId: z.string(),
      name: z.string(),
      avatar: z.string().nullable(),
      lastActiveAt: instant,
      stage: StageView.nullable(),
      reasons: z.array(Told),
    }),
  ),
});

/** A rep's day: what they meant to do, and who comes first and why. */
export function homeOperation(kit: Kit): Operation {
  return operation(
    {
      method: 'GET',
      path: '/api/v1/sidebar/home',
      permission: 'rep',
      summary: 'Today’s tasks, and who first and why',
      response: HomeView,
    },
    async ({ actor, locale }) => {
      const rep = repOf(actor);
      const now = kit.clock.business();
      const today = DateTime.fromMillis(now, { zone: kit.settings.orgZone });
      const midnight = today.startOf('day').toMillis();
      const [tasks, friends, lost, orders] = await Promise.all([
        listTasks(kit, rep, {
          ...{ state: 'open', dueBefore: today.endOf('day').toMillis() + 1, limit: 50 },
        }),
        knownFriends(kit, rep),
        countLost(kit, rep, today.startOf('week').toMillis()),
        ordersWaitingFor(kit.db.read, rep),
      ]);
      const nameOf = (friend: KnownFriend) =>
        personName(locale, friend.name, friend.externalUserId, true);
      const first = friends
        .map((friend) => ({ friend, reasons: reasonsFor(friend.facts, { now, midnight }) }))
        .filter(({ reasons }) => reasons.length > 0)
        .sort((a, b) => (b.reasons[0]?.weight ?? 0) - (a.reasons[0]?.weight ?? 0))
        .slice(0, mostShown);
      return {
        asOf: new Date(now).toISOString(),
        rep: { userId: rep.userId, name: actor.name },
        counts: {
          friends: friends.length,
          newToday: friends.filter(
            ({ facts }) => (facts.addedAt ?? 0) >= midnight && facts.handedOver === null,
          ).length,
          lostThisWeek: lost,
        },
        tasks: tasks.map((task) => presentTask(task, now)),
        orders: orders.map(({ orderedAt, ...order }) => ({ ...order, orderedAt: iso(orderedAt) })),
        first: first.map(({ friend, reasons }) => ({
          externalUserId: friend.externalUserId,
          name: nameOf(friend),
          avatar: friend.avatar,
          lastActiveAt: iso(friend.facts.lastActiveAt),
          stage: presentStage(locale, friend.stage, friend.stageAt),
          reasons: reasons.map((one) => tell(locale, one)),
        })),
      };
    },
  );
}

async function countLost(
  kit: Kit,
  { accountId, userId }: { accountId: string; userId: string },
  since: number,
): Promise<number> {
  const [row] = await kit.db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM staff_link WHERE accountId = ? AND userId = ?
       AND ((state IN ('left', 'parted') AND customerDeletedAt >= ?)
         OR (state = 'gone' AND endedAt >= ?))`,
    [accountId, userId, since, since],
  );
  return row?.n ?? 0;
}
