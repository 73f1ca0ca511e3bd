import { weComLimits, type Attachment, type MassOrder } from '../channels/wecom';
import { execute, select, type Tx } from '../kernel/database';
import { concludeJob } from '../kernel/work';
import {
  aboutOrder,
  enqueueOne,
  findOrder,
  findOutreach,
  jobs,
  attachmentsOf,
  type OrderRow,
  type OutreachKit,
  type OutreachParts,
  type OutreachRow,
} from './outreach-kit';
import { endIfSettled, moveOrder, settleRest, settleSome } from './settle';

const minute = 60_000;
const hour = 60 * minute;
/** Refusals that the same order gets tomorrow too. What is wrong with the app, somebody may put right. */
export const definite = ['request', 'window', 'duplicate'];
const tries = 20;

/**
 * Asks WeCom for the order of one rep. The call has no key of its own: that we are asking is written down
 * first, and who finds it written looks in WeCom instead of asking again.
 */
export async function orderRep(
  kit: OutreachKit,
  { book, wecom, attachments }: OutreachParts,
  job: { id: string; tries: number },
  orderId: string,
): Promise<void> {
  const order = await findOrder(kit.db.read, orderId);
  const outreach = order && (await findOutreach(kit.db.read, order.outreachId));
  if (!order || !outreach) return;
  if (order.state === 'ordering') return leaveUnclear(kit, job.id, order);
  if (order.state !== 'queued') return;
  const receivers = await kit.db.read.all<{ externalUserId: string }>(
    `SELECT externalUserId FROM outreach_recipient WHERE orderId = ? AND state = 'queued'
     ORDER BY identityId LIMIT ${String(weComLimits.massMessage.customers)}`,
    [orderId],
  );
  const agent = book.weComOrThrow(order.accountId);
  const hung = await attachments.supply(order.accountId, attachmentsOf(outreach));
  if (hung.missing > 0) {
    const at = kit.clock.business();
    await kit.db.transact((tx) => refuseOrder(tx, order, 'attachment-missing', at));
    return;
  }
  const askedAt = kit.clock.business();
  const isOurs = await kit.db.transact((tx) =>
    moveOrder(tx, orderId, ['queued'], { state: 'ordering', at: askedAt, askedAt }),
  );
  if (!isOurs) return;
  const ended = await wecom.orderMassMessage(
    agent,
    wireOrder(outreach, order, receivers, hung.attachments),
  );
  const now = kit.clock.business();
  switch (ended.kind) {
    case 'ok':
      await kit.db.transact(async (tx) => {
        if (!(await concludeJob(tx, job.id))) return;
        const { messageId, refused } = ended.value;
        await takeOrdered(kit, tx, outreach, order, { messageId, refused, now });
      });
      kit.work.ring();
      return;
    case 'unknown':
      return leaveUnclear(kit, job.id, { ...order, askedAt });
    case 'refused': {
      const { outcome } = ended.error;
      const reason = 'name' in outcome ? outcome.name : 'unknown-code';
      if (!definite.includes(outcome.kind)) {
        const waitMs = outcome.kind === 'defer' && outcome.until !== 'minute' ? hour : 5 * minute;
        await tryLater(kit, job, order, reason, now + waitMs);
        return;
      }
      await kit.db.transact(async (tx) => {
        if (await concludeJob(tx, job.id)) await refuseOrder(tx, order, reason, now);
      });
      return;
    }
    case 'unsent':
      await tryLater(kit, job, order, 'unreachable', now + 2 * minute);
  }
}

function wireOrder(
  outreach: OutreachRow,
  order: OrderRow,
  receivers: readonly { externalUserId: string }[],
  attachments: readonly Attachment[],
): MassOrder {
  return {
    ...{ to: 'customers', sender: order.userId, text: outreach.text },
    externalUserIds: receivers.map(({ externalUserId }) => externalUserId),
    attachments,
  };
}

/** The rep has it: from now on it is asked after, told to the rep, and reminded of if so wished. */
export async function takeOrdered(
  kit: OutreachKit,
  tx: Tx,
  outreach: OutreachRow,
  order: OrderRow,
  { messageId, refused, now }: { messageId: string; refused: readonly string[]; now: number },
): Promise<void> {
  const isCancelled = outreach.status === 'cancelled' || (await isCancelledNow(tx, outreach.id));
  const state = isCancelled ? 'cancelling' : 'ordered';
  const from = ['ordering', 'unclear', 'unknown'] as const;
  if (!(await moveOrder(tx, order.id, from, { state, at: now, messageId, reason: null }))) return;
  for (let at = 0; at < refused.length; at += 500) {
    const results = refused.slice(at, at + 500);
    await settleSome(
      tx,
      kit.newId,
      { ...order, title: outreach.name },
      results.map((externalUserId) => ({ externalUserId, state: 'refused', at: now })),
    );
  }
  await execute(
    tx,
    `UPDATE outreach_recipient SET state = 'waiting', changedAt = ? WHERE orderId = ? AND state = 'queued'`,
    [now, order.id],
  );
  const about = aboutOrder(order);
  if (isCancelled) {
    await enqueueOne(kit, tx, jobs.cancel, about, now);
    return;
  }
  await enqueueOne(kit, tx, jobs.poll, about, now + 20_000);
  await tellRep(kit, tx, outreach, order, now);
}

/** That there is something to confirm, and once more later if so wished. */
export async function tellRep(
  kit: OutreachKit,
  tx: Tx,
  { remindAfterHours }: Pick<OutreachRow, 'remindAfterHours'>,
  order: Pick<OrderRow, 'id' | 'accountId'>,
  now: number,
): Promise<void> {
  const about = aboutOrder(order);
  await enqueueOne(kit, tx, jobs.tell, about, now);
  if (remindAfterHours === null) return;
  const dueAt = now + remindAfterHours * hour;
  await enqueueOne(kit, tx, jobs.remind, { ...about, key: `${order.id}:auto` }, dueAt);
}

async function isCancelledNow(tx: Tx, id: string): Promise<boolean> {
  const sql = `SELECT status FROM outreach WHERE id = ?`;
  const [row] = await select<{ status: string }>(tx, sql, [id]);
  return row?.status === 'cancelled';
}

export async function refuseOrder(
  tx: Tx,
  order: OrderRow,
  reason: string,
  at: number,
): Promise<void> {
  if (!(await moveOrder(tx, order.id, ['queued', 'ordering'], { state: 'refused', at, reason })))
    return;
  await settleRest(tx, order.id, { state: 'refused', reason, at });
  await endIfSettled(tx, order.outreachId, at);
}

/** Nothing reached WeCom, or WeCom said not now: the order is free again. */
async function tryLater(
  kit: OutreachKit,
  job: { id: string; tries: number },
  order: OrderRow,
  reason: string,
  dueAt: number,
): Promise<void> {
  const at = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, job.id))) return;
    if (order.looks >= tries) return refuseOrder(tx, order, reason, at);
    await moveOrder(tx, order.id, ['ordering'], { state: 'queued', at, reason, askedAt: null });
    await execute(tx, `UPDATE outreach_order SET looks = looks + 1 WHERE id = ?`, [order.id]);
    await enqueueOne(kit, tx, jobs.order, aboutOrder(order), dueAt);
  });
}

/** Whether WeCom took the order nobody knows: it is looked for, not given again. */
async function leaveUnclear(kit: OutreachKit, jobId: string, order: OrderRow): Promise<void> {
  const at = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    if (!(await moveOrder(tx, order.id, ['ordering'], { state: 'unclear', at }))) return;
    await execute(tx, `UPDATE outreach_order SET looks = 0 WHERE id = ?`, [order.id]);
    await enqueueOne(kit, tx, jobs.look, aboutOrder(order), at + minute);
  });
}
