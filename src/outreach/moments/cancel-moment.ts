import { WeChatError } from '../../channels/wecom';
import { execute, type Tx } from '../../kernel/database';
import { concludeJob } from '../../kernel/work';
import { enqueueOne, jobs, type OutreachKit, type OutreachParts } from '../outreach-kit';
import { endIfSettled, moveOrder, settleRest } from '../settle';
import { forgetMoment } from './forget-moment';
import { aboutMoment, findMoment, type MomentRow } from './moment-kit';
import { listAllTasks, noteReps } from './poll-moment';

/** What to do about a moment that is cancelled; one WeCom is being asked for is taken back once it is there. */
export async function startCancelling(
  kit: OutreachKit,
  tx: Tx,
  moment: MomentRow,
  now: number,
): Promise<void> {
  if (await forgetMoment(tx, moment, now)) return;
  const changed = await execute(
    tx,
    `UPDATE outreach_moment SET state = 'cancelling' WHERE outreachId = ? AND state = 'ordered'`,
    [moment.outreachId],
  );
  if (changed === 0) return;
  await execute(
    tx,
    `UPDATE outreach_order SET state = 'cancelling', changedAt = ?
     WHERE outreachId = ? AND state = 'ordered' AND confirmedAt IS NULL`,
    [now, moment.outreachId],
  );
  await enqueueOne(kit, tx, jobs.cancelMoment, aboutMoment(moment), now);
}

/** Asks WeCom to take it back from who has not published, then reads who did before it was. */
export async function cancelMoment(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  jobId: string,
  id: string,
): Promise<void> {
  const moment = await findMoment(kit.db.read, id);
  if (moment?.state !== 'cancelling' || moment.momentId === null) return;
  const agent = book.weComOrThrow(moment.accountId);
  let reason: string | null = null;
  try {
    await wecom.cancelMoment(agent, moment.momentId);
  } catch (error) {
    if (!(error instanceof WeChatError)) throw error;
    if (error.outcome.kind !== 'request' && error.outcome.kind !== 'account') throw error;
    reason = error.outcome.name;
  }
  const tasks = await listAllTasks(wecom, agent, moment.momentId);
  const now = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    const rest = await noteReps(kit, tx, { id, from: 'cancelling' }, tasks, now);
    for (const order of rest) {
      await moveOrder(tx, order.id, ['cancelling'], { state: 'cancelled', at: now, reason });
      const end = reason === null ? 'cancelled' : 'unknown';
      await settleRest(tx, order.id, { state: end, at: now });
    }
    await execute(tx, `UPDATE outreach_moment SET state = 'cancelled' WHERE outreachId = ?`, [id]);
    await endIfSettled(tx, id, now);
  });
  kit.work.ring();
}
