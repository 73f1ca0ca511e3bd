import type { ListedMass, WeComAgent, WeComClient } from '../channels/wecom';
import { execute, marksFor } from '../kernel/database';
import { concludeJob } from '../kernel/work';
import { takeOrdered } from './order-reps';
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
import { moveOrder } from './settle';

const minute = 60_000;
/** WeCom's clock and ours, and an answer that took its time. */
export const marginMs = 3 * minute;
/** After the last of these a person is asked. */
export const againMs = [4 * minute, 15 * minute] as const;

/** An order whose answer got lost: WeCom lists it, or it stays unknown until somebody decides. */
export async function lookBack(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  jobId: string,
  orderId: string,
): Promise<void> {
  const order = await findOrder(kit.db.read, orderId);
  const outreach = order && (await findOutreach(kit.db.read, order.outreachId));
  if (order?.state !== 'unclear' || !outreach) return;
  const agent = book.weComOrThrow(order.accountId);
  const messageId = await findInWeCom(kit, wecom, agent, order, outreach.text);
  const now = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    if (messageId !== undefined) {
      await takeOrdered(kit, tx, outreach, order, { messageId, refused: [], now });
      return;
    }
    const waitMs = againMs[order.looks];
    await execute(tx, `UPDATE outreach_order SET looks = looks + 1 WHERE id = ?`, [orderId]);
    if (waitMs === undefined) {
      await moveOrder(tx, orderId, ['unclear'], { state: 'unknown', at: now });
    } else {
      await enqueueOne(kit, tx, jobs.look, aboutOrder(order), now + waitMs);
    }
  });
  kit.work.ring();
}

/** Of our words and our minute, for this rep alone, and no other order of ours. */
async function findInWeCom(
  kit: OutreachKit,
  wecom: WeComClient,
  agent: WeComAgent,
  order: OrderRow,
  words: string,
): Promise<string | undefined> {
  const asked = order.askedAt ?? order.changedAt;
  const span = { to: 'customers' as const, from: asked - marginMs, until: asked + marginMs };
  let after: string | undefined = '';
  do {
    const page: Awaited<ReturnType<WeComClient['listMassMessages']>> = await wecom.listMassMessages(
      agent,
      span,
      after,
    );
    for (const one of await unclaimed(kit, order.accountId, page.items, words)) {
      const { items, next } = await wecom.listMassTasks(agent, one.messageId);
      const [only] = items;
      if (items.length === 1 && next === undefined && only?.userId === order.userId)
        return one.messageId;
    }
    after = page.next;
  } while (after !== undefined);
  return undefined;
}

async function unclaimed(
  kit: OutreachKit,
  accountId: string,
  listed: readonly ListedMass[],
  words: string,
): Promise<ListedMass[]> {
  const alike = listed.filter((one) => !one.isPersonal && one.text.trim() === words);
  if (alike.length === 0) return [];
  const ids = alike.map(({ messageId }) => messageId);
  const taken = await kit.db.read.all<{ messageId: string }>(
    `SELECT messageId FROM outreach_order WHERE accountId = ? AND messageId IN (${marksFor(ids)})`,
    [accountId, ...ids],
  );
  const known = new Set(taken.map(({ messageId }) => messageId));
  return alike.filter(({ messageId }) => !known.has(messageId));
}
