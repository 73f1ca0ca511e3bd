import { recordChange, type Actor } from '../kernel/access';
import { WeChatError } from '../channels/wecom';
import { execute, select } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { concludeJob } from '../kernel/work';
import { startCancelling } from './moments/cancel-moment';
import { readMoment } from './moments/moment-kit';
import {
  aboutOrder,
  audit,
  enqueueOne,
  findOrder,
  findOutreach,
  jobs,
  visibleOutreach,
  type OrderRow,
  type OutreachKit,
  type OutreachParts,
} from './outreach-kit';
import { readOrder, takeResults } from './poll-order';
import { endIfSettled, moveOrder, settleRest } from './settle';

/** Takes it back from every rep who has not confirmed; what customers have stays theirs. */
export async function cancelOutreach(kit: Kit, actor: Actor, id: string): Promise<void> {
  const { status } = await visibleOutreach(kit, actor, id);
  if (status === 'cancelled') return;
  await kit.db.transact(async (tx) => {
    const now = kit.clock.business();
    const changed = await execute(
      tx,
      `UPDATE outreach SET status = 'cancelled', updatedAt = ?
       WHERE id = ? AND status IN ('draft', 'scheduled', 'running')`,
      [now, id],
    );
    if (changed === 0) throw new Conflict('outreach_over');
    await recordChange(tx, actor, audit(kit, 'cancelled', id));
    const moment = await readMoment(tx, id);
    if (moment) {
      await startCancelling(kit, tx, moment, now);
      return endIfSettled(tx, id, now);
    }
    const open = await select<OrderRow>(
      tx,
      `SELECT * FROM outreach_order WHERE outreachId = ? AND state IN ('queued', 'unknown', 'ordered')`,
      [id],
    );
    for (const order of open) {
      if (order.state === 'ordered') {
        await moveOrder(tx, order.id, ['ordered'], { state: 'cancelling', at: now });
        await enqueueOne(kit, tx, jobs.cancel, aboutOrder(order), now);
        continue;
      }
      // Of an unknown order nobody can be stopped: there is no message to name.
      const end = order.state === 'queued' ? 'cancelled' : 'unknown';
      await moveOrder(tx, order.id, [order.state], { state: 'cancelled', at: now });
      await settleRest(tx, order.id, { state: end, at: now });
    }
    await endIfSettled(tx, id, now);
  });
  kit.work.ring();
}

/** Asks WeCom to take the order back, then reads who confirmed before it did. */
export async function cancelOrder(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  jobId: string,
  orderId: string,
): Promise<void> {
  const order = await findOrder(kit.db.read, orderId);
  const outreach = order && (await findOutreach(kit.db.read, order.outreachId));
  if (order?.state !== 'cancelling' || order.messageId === null || !outreach) return;
  const agent = book.weComOrThrow(order.accountId);
  const { messageId, userId } = order;
  let reason: string | null = null;
  try {
    await wecom.cancelMassMessage(agent, messageId);
  } catch (error) {
    // Taken back already is what we want; a no for good is shown; everything else is tried again.
    if (!(error instanceof WeChatError)) throw error;
    if (error.outcome.kind === 'request' || error.outcome.kind === 'account')
      reason = error.outcome.name;
    else if (error.outcome.kind !== 'duplicate') throw error;
  }
  const { confirmedAt, results } = await readOrder(wecom, agent, { messageId, userId });
  const now = kit.clock.business();
  await takeResults(kit, { ...order, title: outreach.name }, results, now);
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    if (confirmedAt !== undefined)
      await execute(tx, `UPDATE outreach_order SET confirmedAt = ? WHERE id = ?`, [
        ...[confirmedAt, orderId],
      ]);
    await moveOrder(tx, orderId, ['cancelling'], { state: 'cancelled', at: now, reason });
    await settleRest(tx, orderId, { state: reason === null ? 'cancelled' : 'unknown', at: now });
    await endIfSettled(tx, order.outreachId, now);
  });
}
