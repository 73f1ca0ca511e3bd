import type { WeComAgent, WeComClient } from '../../channels/wecom';
import { execute, select, type Tx } from '../../kernel/database';
import { concludeJob } from '../../kernel/work';
import {
  aboutOrder,
  enqueueOne,
  jobs,
  type OrderRow,
  type OutreachKit,
  type OutreachParts,
} from '../outreach-kit';
import { askOrNot, expiresMs, pauseAfter } from '../poll-order';
import { endIfSettled, expireOrder, hasLeft, moveOrder } from '../settle';
import { aboutMoment, findMoment } from './moment-kit';

type Task = Awaited<ReturnType<WeComClient['listMomentTasks']>>['items'][number];

/** Nobody tells us that a rep has published: WeCom is asked until all have, or for a week. */
export async function pollMoment(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  jobId: string,
  id: string,
): Promise<void> {
  const moment = await findMoment(kit.db.read, id);
  if (moment?.state !== 'ordered' || moment.momentId === null) return;
  const { momentId } = moment;
  const agent = book.weComOrThrow(moment.accountId);
  const tasks = await askOrNot(kit, () => listAllTasks(wecom, agent, momentId));
  const now = kit.clock.business();
  const ageMs = now - (moment.askedAt ?? now);
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    const open = await noteReps(kit, tx, { id, from: 'ordered' }, tasks ?? [], now);
    if (open.length === 0) return;
    let waiting = 0;
    for (const order of open) {
      if (ageMs > expiresMs) await expireOrder(tx, order.id, { reason: 'week-over', at: now });
      else if (await hasLeft(tx, order))
        await expireOrder(tx, order.id, { reason: 'rep-left', at: now });
      else waiting += 1;
    }
    if (waiting > 0) {
      await enqueueOne(kit, tx, jobs.pollMoment, aboutMoment(moment), now + pauseAfter(ageMs));
    }
    await endIfSettled(tx, id, now);
  });
  kit.work.ring();
}

/** Writes down who has published since; answers with those who have not. WeCom tells no time: it is now. */
export async function noteReps(
  kit: OutreachKit,
  tx: Tx,
  { id, from }: { id: string; from: 'ordered' | 'cancelling' },
  tasks: readonly Task[],
  now: number,
): Promise<OrderRow[]> {
  const published = new Set(tasks.flatMap((task) => (task.isPublished ? [task.userId] : [])));
  const open = await select<OrderRow>(
    tx,
    `SELECT * FROM outreach_order WHERE outreachId = ? AND state = ? AND confirmedAt IS NULL`,
    [id, from],
  );
  for (const order of open) {
    if (!published.has(order.userId)) continue;
    await moveOrder(tx, order.id, [from], { state: 'ordered', at: now });
    await execute(tx, `UPDATE outreach_order SET confirmedAt = ? WHERE id = ?`, [now, order.id]);
    await enqueueOne(kit, tx, jobs.readMoment, aboutOrder(order), now);
  }
  return open.filter(({ userId }) => !published.has(userId));
}

export async function listAllTasks(
  wecom: WeComClient,
  agent: WeComAgent,
  momentId: string,
): Promise<Task[]> {
  const tasks: Task[] = [];
  let after: string | undefined = '';
  do {
    const page: Awaited<ReturnType<WeComClient['listMomentTasks']>> = await wecom.listMomentTasks(
      agent,
      momentId,
      after,
    );
    tasks.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return tasks;
}
