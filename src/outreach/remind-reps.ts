import { WeChatError, weComLimits } from '../channels/wecom';
import { execute } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { recordChange, type Actor } from '../kernel/access';
import {
  aboutOrder,
  audit,
  enqueueOne,
  findOrder,
  findOutreach,
  jobs,
  remindersOf,
  visibleOutreach,
  type OrderRow,
  type OutreachKit,
  type OutreachParts,
} from './outreach-kit';

const day = 86_400_000;

export const remindersToday = (order: Pick<OrderRow, 'reminders'>, now: number): number =>
  remindersOf(order).filter((at) => at > now - day).length;

export const mayRemind = (order: Pick<OrderRow, 'reminders' | 'state'>, now: number): boolean =>
  order.state === 'ordered' && remindersToday(order, now) < weComLimits.massMessage.reminders;

export type Reminded = { reminded: number; limited: number };

/** Reminds one rep, or all who have not confirmed; who was reminded three times within a day is left alone. */
export async function remindReps(
  kit: Kit,
  actor: Actor,
  id: string,
  userId: string | undefined,
): Promise<Reminded> {
  await visibleOutreach(kit, actor, id);
  const now = kit.clock.business();
  const open = await kit.db.read.all<OrderRow>(
    `SELECT * FROM outreach_order WHERE outreachId = ? AND state = 'ordered' AND confirmedAt IS NULL
     ${userId === undefined ? '' : 'AND userId = ?'}`,
    [id, ...(userId === undefined ? [] : [userId])],
  );
  const able = open.filter((order) => mayRemind(order, now));
  const reminded = await kit.db.transact(async (tx) => {
    let n = 0;
    for (const order of able) {
      // Counted before we ask, and only from what we saw: two clicks at once are one reminder.
      const counted = await execute(
        tx,
        `UPDATE outreach_order SET reminders = ? WHERE id = ? AND reminders = ?`,
        [JSON.stringify([...remindersOf(order), now].slice(-20)), order.id, order.reminders],
      );
      if (counted === 0) continue;
      n += 1;
      const about = { ...aboutOrder(order), key: `${order.id}:${now}` };
      await enqueueOne(
        kit,
        tx,
        jobs.remind,
        { ...about, payload: { ...about.payload, isCounted: true } },
        now,
      );
    }
    const after = { reps: n };
    if (n > 0) await recordChange(tx, actor, { ...audit(kit, 'reminded', id), after });
    return n;
  });
  kit.work.ring();
  return { reminded, limited: open.length - able.length };
}

/** An answer that got lost is not asked for again: a rep reminded once too few is better than twice. */
export async function remindOrder(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  { orderId, isCounted }: { orderId: string; isCounted?: boolean },
): Promise<void> {
  const order = await findOrder(kit.db.read, orderId);
  const outreach = order && (await findOutreach(kit.db.read, order.outreachId));
  if (order?.state !== 'ordered' || order.messageId === null || order.confirmedAt !== null) return;
  const now = kit.clock.business();
  if (isCounted !== true) {
    if (!mayRemind(order, now)) return;
    await kit.db.transact((tx) =>
      execute(tx, `UPDATE outreach_order SET reminders = ? WHERE id = ? AND reminders = ?`, [
        ...[JSON.stringify([...remindersOf(order), now].slice(-20)), orderId, order.reminders],
      ]),
    );
  }
  if (outreach?.kind === 'moment') {
    // WeCom reminds of messages only: of a moment we do.
    const times = remindersToday(order, now) + (isCounted === true ? 0 : 1);
    const again = { ...aboutOrder(order), key: `${orderId}:${now}`, payload: { orderId, times } };
    await kit.db.transact((tx) => enqueueOne(kit, tx, jobs.tell, again, now));
    kit.work.ring();
    return;
  }
  try {
    await wecom.remindMassSenders(book.weComOrThrow(order.accountId), order.messageId);
  } catch (error) {
    if (error instanceof WeChatError && error.outcome.kind === 'retry') throw error;
    const cause = error instanceof Error ? error.message : '';
    kit.log.info('outreach.remind-refused', { orderId, cause });
  }
}
