import type { MomentReactions, WeComAgent, WeComClient } from '../../channels/wecom';
import { execute, select, type Tx } from '../../kernel/database';
import { concludeJob } from '../../kernel/work';
import {
  aboutOrder,
  enqueueOne,
  findOrder,
  findOutreach,
  jobs,
  type OrderRow,
  type OutreachKit,
  type OutreachParts,
} from '../outreach-kit';
import { askOrNot } from '../poll-order';
import { endIfSettled, moveOrder, settleRest } from '../settle';
import { reacted, shown, type Showing } from './note-viewers';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const batch = 200;
/** Likes come for days; after a week nobody asks any more. */
const readsForMs = 7 * day;

const pauseAfter = (ageMs: number): number => {
  if (ageMs < 5 * minute) return minute;
  if (ageMs < hour) return 10 * minute;
  return ageMs < day ? 2 * hour : 12 * hour;
};

/** On whose phones one rep's moment has arrived, and who liked it or commented. */
export async function readMomentOfRep(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  jobId: string,
  orderId: string,
): Promise<void> {
  const order = await findOrder(kit.db.read, orderId);
  const outreach = order && (await findOutreach(kit.db.read, order.outreachId));
  if (!order || order.confirmedAt === null || order.messageId === null || !outreach) return;
  const { messageId, userId, confirmedAt } = order;
  const agent = book.weComOrThrow(order.accountId);
  const told = await askOrNot(kit, () => readRep(wecom, agent, messageId, userId));
  const now = kit.clock.business();
  const ageMs = now - confirmedAt;
  if (told) await take(kit, { ...order, title: outreach.name }, told, now);
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    await execute(tx, `UPDATE outreach_order SET polledAt = ? WHERE id = ?`, [now, orderId]);
    const isRead = told !== undefined && (ageMs >= day || (await areAllShown(tx, orderId)));
    if (isRead || ageMs > readsForMs) {
      const end = told === undefined ? 'unknown' : 'undelivered';
      await moveOrder(tx, orderId, ['ordered'], { state: 'done', at: now });
      await settleRest(tx, orderId, { state: end, at: now });
      await endIfSettled(tx, order.outreachId, now);
    }
    if (ageMs <= readsForMs)
      await enqueueOne(kit, tx, jobs.readMoment, aboutOrder(order), now + pauseAfter(ageMs));
  });
}

async function areAllShown(tx: Tx, orderId: string): Promise<boolean> {
  const [left] = await select<{ n: number | string }>(
    tx,
    `SELECT COUNT(*) AS n FROM outreach_recipient WHERE orderId = ? AND state IN ('queued', 'waiting')`,
    [orderId],
  );
  return Number(left?.n) === 0;
}

type Told = MomentReactions & { readonly receivers: readonly string[] };

async function readRep(
  wecom: WeComClient,
  agent: WeComAgent,
  momentId: string,
  userId: string,
): Promise<Told> {
  const receivers: string[] = [];
  let after: string | undefined = '';
  do {
    const page: Awaited<ReturnType<WeComClient['listMomentReceivers']>> =
      await wecom.listMomentReceivers(agent, momentId, userId, after);
    receivers.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return { receivers, ...(await wecom.momentReactions(agent, momentId, userId)) };
}

async function take(
  kit: OutreachKit,
  order: OrderRow & { title: string },
  { receivers, likes, comments }: Told,
  now: number,
): Promise<void> {
  const showing: Showing = { ...order, orderId: order.id };
  for (let at = 0; at < receivers.length; at += batch) {
    const some = receivers.slice(at, at + batch);
    await kit.db.transact((tx) => shown(tx, kit.newId, showing, some, now));
  }
  const reactions = [
    ...likes.map((one) => ({ ...one, column: 'likedAt' as const })),
    ...comments.map((one) => ({ ...one, column: 'commentedAt' as const })),
  ];
  for (let at = 0; at < reactions.length; at += batch) {
    const some = reactions.slice(at, at + batch);
    await kit.db.transact((tx) => reacted(tx, kit.newId, showing, some, now));
  }
}
