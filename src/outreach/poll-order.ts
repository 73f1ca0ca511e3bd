import {
  WeChatError,
  WeChatUnclear,
  type MassOutcome,
  type MassResult,
  type WeComClient,
} from '../channels/wecom';
import { execute, select } from '../kernel/database';
import { concludeJob } from '../kernel/work';
import {
  aboutOrder,
  enqueueOne,
  findOrder,
  findOutreach,
  jobs,
  type OrderRow,
  type OutreachKit,
  type OutreachParts,
} from './outreach-kit';
import { endIfSettled, expireOrder, hasLeft, moveOrder, settleSome } from './settle';
import type { RecipientState } from './states';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** WeCom tells no end of an order nobody confirms; we stop asking after so long. */
export const expiresMs = 7 * day;
const batch = 200;

/** Reps mostly confirm soon or in the evening. */
export const pauseAfter = (ageMs: number): number => {
  if (ageMs < 10 * minute) return 30_000;
  if (ageMs < 2 * hour) return 3 * minute;
  return ageMs < day ? 15 * minute : hour;
};

const states: Partial<Record<MassOutcome, RecipientState>> = {
  sent: 'sent',
  'not-a-friend': 'not-a-friend',
  capped: 'capped',
};

/** Nobody tells us of a confirmation: WeCom is asked until everybody on the order has an end, or for a week. */
export async function pollOrder(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  jobId: string,
  orderId: string,
): Promise<void> {
  const order = await findOrder(kit.db.read, orderId);
  const outreach = order && (await findOutreach(kit.db.read, order.outreachId));
  if (order?.state !== 'ordered' || order.messageId === null || !outreach) return;
  const told = await askOrNot(kit, () =>
    readOrder(wecom, book.weComOrThrow(order.accountId), {
      messageId: order.messageId ?? '',
      userId: order.userId,
    }),
  );
  const now = kit.clock.business();
  const orderedAt = order.askedAt ?? order.changedAt;
  if (told) await takeResults(kit, { ...order, title: outreach.name }, told.results, now);
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    await execute(
      tx,
      `UPDATE outreach_order SET polledAt = ?, confirmedAt = COALESCE(confirmedAt, ?) WHERE id = ?`,
      [now, told?.confirmedAt ?? null, orderId],
    );
    const [left] = await select<{ n: number }>(
      tx,
      `SELECT COUNT(*) AS n FROM outreach_recipient WHERE orderId = ? AND state IN ('queued', 'waiting')`,
      [orderId],
    );
    if (Number(left?.n) === 0) {
      await moveOrder(tx, orderId, ['ordered'], { state: 'done', at: now });
    } else if (now - orderedAt > expiresMs) {
      await expireOrder(tx, orderId, { reason: 'week-over', at: now });
    } else if (told?.confirmedAt === undefined && (await hasLeft(tx, order))) {
      await expireOrder(tx, orderId, { reason: 'rep-left', at: now });
    } else {
      const dueAt = now + pauseAfter(now - orderedAt);
      await enqueueOne(kit, tx, jobs.poll, aboutOrder(order), dueAt);
      return;
    }
    await endIfSettled(tx, order.outreachId, now);
  });
}

export type OrderNews = { confirmedAt: number | undefined; results: readonly MassResult[] };

export async function readOrder(
  wecom: WeComClient,
  agent: Parameters<WeComClient['listMassTasks']>[0],
  { messageId, userId }: { messageId: string; userId: string },
): Promise<OrderNews> {
  const { items: tasks } = await wecom.listMassTasks(agent, messageId);
  const task = tasks.find((one) => one.userId === userId);
  if (!task?.isConfirmed) return { confirmedAt: undefined, results: [] };
  const results: MassResult[] = [];
  let after: string | undefined = '';
  do {
    const page: Awaited<ReturnType<WeComClient['listMassResults']>> = await wecom.listMassResults(
      agent,
      messageId,
      userId,
      after,
    );
    results.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return { confirmedAt: task.confirmedAt ?? results.find(({ sentAt }) => sentAt)?.sentAt, results };
}

/** WeCom is still dispatching, cannot be reached or says no: the next round asks again. */
export async function askOrNot<News>(
  kit: OutreachKit,
  ask: () => Promise<News>,
): Promise<News | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof WeChatError || error instanceof WeChatUnclear)) throw error;
    kit.log.info('outreach.poll-unanswered', { cause: error.message });
    return undefined;
  }
}

export async function takeResults(
  kit: OutreachKit,
  order: OrderRow & { title: string },
  results: readonly MassResult[],
  now: number,
): Promise<void> {
  const ended = results.flatMap(({ receiver, outcome, sentAt }) => {
    const state = states[outcome];
    return state ? [{ externalUserId: receiver, state, at: sentAt ?? now }] : [];
  });
  for (let at = 0; at < ended.length; at += batch) {
    const some = ended.slice(at, at + batch);
    await kit.db.transact((tx) => settleSome(tx, kit.newId, order, some));
  }
}
