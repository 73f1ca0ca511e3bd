import { WeChatError, WeChatUnclear, weComLimits } from '../../channels/wecom';
import { execute, marksFor, select, type Tx } from '../../kernel/database';
import { concludeJob } from '../../kernel/work';
import {
  attachmentsOf,
  enqueueOne,
  findOutreach,
  jobs,
  readOutreach,
  type OrderRow,
  type OutreachKit,
  type OutreachParts,
} from '../outreach-kit';
import { endIfSettled, moveOrder, settleRest } from '../settle';
import { forgetMoment } from './forget-moment';
import { definite, tellRep } from '../order-reps';
import {
  aboutMoment,
  findMoment,
  moveMoment,
  namesIn,
  readMoment,
  type MomentRow,
} from './moment-kit';

const minute = 60_000;
const tries = 20;

/**
 * Asks WeCom for the moment. The call has no key of its own: that we are asking is written down first, and
 * who finds it written looks in WeCom instead of asking again.
 */
export async function orderMoment(
  kit: OutreachKit,
  { book, wecom, attachments }: OutreachParts,
  jobId: string,
  id: string,
): Promise<void> {
  const moment = await findMoment(kit.db.read, id);
  const outreach = moment && (await findOutreach(kit.db.read, id));
  if (!moment || !outreach) return;
  if (moment.state === 'ordering') return leaveUnclear(kit, jobId, moment);
  if (moment.state !== 'queued') return;
  if (outreach.status === 'cancelled') {
    await kit.db.transact((tx) => forgetMoment(tx, moment, kit.clock.business()));
    return;
  }
  const agent = book.weComOrThrow(moment.accountId);
  const { media, missing } = await attachments.supplyMoment(
    moment.accountId,
    attachmentsOf(outreach),
  );
  const askedAt = kit.clock.business();
  if (missing) {
    await kit.db.transact((tx) => refuse(tx, moment, 'attachment-missing', askedAt));
    return;
  }
  const reps = await kit.db.read.all<{ userId: string }>(
    `SELECT userId FROM outreach_order WHERE outreachId = ? ORDER BY userId`,
    [id],
  );
  const tagIds = await tagsInWeCom(kit, namesIn(moment.corpTags));
  const isOurs = await kit.db.transact((tx) =>
    moveMoment(tx, id, ['queued'], { state: 'ordering', at: askedAt, askedAt }),
  );
  if (!isOurs) return;
  const ended = await wecom.orderMoment(agent, {
    ...(outreach.text !== '' && { text: outreach.text }),
    ...(media && { media }),
    userIds: reps.map(({ userId }) => userId),
    ...(tagIds.length > 0 && { tagIds }),
  });
  const now = kit.clock.business();
  if (ended.kind === 'unknown') return leaveUnclear(kit, jobId, moment);
  if (ended.kind === 'unsent')
    return tryLater(kit, jobId, moment, { reason: 'unreachable', dueAt: now + 2 * minute });
  if (ended.kind === 'refused') {
    const { outcome } = ended.error;
    const reason = 'name' in outcome ? outcome.name : 'unknown-code';
    if (!definite.includes(outcome.kind))
      return tryLater(kit, jobId, moment, { reason, dueAt: now + 5 * minute });
    await kit.db.transact(async (tx) => {
      if (await concludeJob(tx, jobId)) await refuse(tx, moment, reason, now);
    });
    return;
  }
  const { jobId: weComJob } = ended.value;
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    const to = { state: 'working' as const, at: now, jobId: weComJob, askedAt };
    if (!(await moveMoment(tx, id, ['ordering'], to))) return;
    await enqueueOne(kit, tx, jobs.awaitMoment, aboutMoment(moment), now + 2_000);
  });
  kit.work.ring();
}

async function tagsInWeCom(kit: OutreachKit, corpTags: readonly string[]): Promise<string[]> {
  if (corpTags.length === 0) return [];
  const rows = await kit.db.read.all<{ corpTagId: string }>(
    `SELECT corpTagId FROM corp_tag WHERE id IN (${marksFor(corpTags)}) AND isGone = 0`,
    corpTags,
  );
  return rows.map(({ corpTagId }) => corpTagId);
}

/** WeCom makes a moment behind a job: asked until it is done, or until the job itself is forgotten. */
export async function awaitMoment(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  jobId: string,
  id: string,
): Promise<void> {
  const moment = await findMoment(kit.db.read, id);
  if (moment?.state !== 'working' || moment.jobId === null) return;
  const asked = moment.askedAt ?? 0;
  const job = await wecom
    .momentJob(book.weComOrThrow(moment.accountId), moment.jobId)
    .catch((error: unknown) => {
      if (error instanceof WeChatError || error instanceof WeChatUnclear) return undefined;
      throw error;
    });
  const now = kit.clock.business();
  if (job?.state !== 'done') {
    if (now - asked > weComLimits.moment.jobLifeMs) return leaveUnclear(kit, jobId, moment);
    await kit.db.transact(async (tx) => {
      if (!(await concludeJob(tx, jobId))) return;
      const dueAt = now + (now - asked < 10 * minute ? 10_000 : 5 * minute);
      await enqueueOne(kit, tx, jobs.awaitMoment, aboutMoment(moment), dueAt);
    });
    return;
  }
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    if (job.errcode !== 0 || job.momentId === '') {
      await refuse(tx, moment, `errcode-${job.errcode}`, now);
      return;
    }
    const { momentId, invalidUserIds } = job;
    await takeMoment(kit, tx, moment, { momentId, invalidUserIds, now });
  });
  kit.work.ring();
}

/** The reps have it: from now on they are told, reminded if so wished, and WeCom is asked who published it. */
export async function takeMoment(
  kit: OutreachKit,
  tx: Tx,
  moment: MomentRow,
  told: { momentId: string; invalidUserIds: readonly string[]; now: number },
): Promise<void> {
  const { momentId, invalidUserIds, now } = told;
  const { outreachId } = moment;
  const outreach = await readOutreach(tx, outreachId);
  if (!outreach) return;
  const isCancelled = outreach.status === 'cancelled';
  const state = isCancelled ? 'cancelling' : 'ordered';
  const askedAt = moment.askedAt ?? now;
  const to = { state, at: now, momentId, askedAt } as const;
  if (!(await moveMoment(tx, outreachId, ['ordering', 'working', 'unclear', 'unknown'], to)))
    return;
  await execute(
    tx,
    `UPDATE outreach_recipient SET state = 'waiting', changedAt = ?
     WHERE outreachId = ? AND state = 'queued'`,
    [now, outreachId],
  );
  if (isCancelled) {
    await enqueueOne(kit, tx, jobs.cancelMoment, aboutMoment(moment), now);
    return;
  }
  const reps = await select<OrderRow>(
    tx,
    `SELECT * FROM outreach_order WHERE outreachId = ? AND state = 'ordered'`,
    [outreachId],
  );
  for (const order of reps) {
    if (!invalidUserIds.includes(order.userId)) {
      await tellRep(kit, tx, outreach, order, now);
      continue;
    }
    const reason = 'member-out-of-range';
    await moveOrder(tx, order.id, ['ordered'], { state: 'refused', at: now, reason });
    await settleRest(tx, order.id, { state: 'refused', reason, at: now });
  }
  await enqueueOne(kit, tx, jobs.pollMoment, aboutMoment(moment), now + 20_000);
  await endIfSettled(tx, outreachId, now);
}

export async function refuse(tx: Tx, moment: MomentRow, reason: string, at: number): Promise<void> {
  const { outreachId } = moment;
  const from = ['queued', 'ordering', 'working', 'unknown'] as const;
  if (!(await moveMoment(tx, outreachId, from, { state: 'refused', at, reason }))) return;
  const state = reason === 'dropped' ? 'unknown' : 'refused';
  await execute(
    tx,
    `UPDATE outreach_recipient SET state = ?, reason = ?, changedAt = ?
     WHERE outreachId = ? AND state IN ('queued', 'waiting')`,
    [state, reason.slice(0, 64), at, outreachId],
  );
  await endIfSettled(tx, outreachId, at);
}

/** Nothing reached WeCom, or WeCom said not now. */
async function tryLater(
  kit: OutreachKit,
  jobId: string,
  moment: MomentRow,
  { reason, dueAt }: { reason: string; dueAt: number },
): Promise<void> {
  const at = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    if (moment.looks >= tries) return refuse(tx, moment, reason, at);
    const to = { state: 'queued', at, reason, askedAt: null, looks: moment.looks + 1 } as const;
    if (!(await moveMoment(tx, moment.outreachId, ['ordering'], to))) return;
    await enqueueOne(kit, tx, jobs.orderMoment, aboutMoment(moment), dueAt);
  });
}

/** Whether WeCom took it nobody knows: it is looked for, not ordered again. */
async function leaveUnclear(kit: OutreachKit, jobId: string, moment: MomentRow): Promise<void> {
  const at = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    const before = await readMoment(tx, moment.outreachId);
    const to = { state: 'unclear', at, askedAt: before?.askedAt ?? at, looks: 0 } as const;
    if (!(await moveMoment(tx, moment.outreachId, ['ordering', 'working'], to))) return;
    await enqueueOne(kit, tx, jobs.lookMoment, aboutMoment(moment), at + minute);
  });
}
