import type { WeComAgent, WeComClient } from '../../channels/wecom';
import { execute } from '../../kernel/database';
import { concludeJob } from '../../kernel/work';
import { againMs, marginMs } from '../look-back';
import {
  enqueueOne,
  findOutreach,
  jobs,
  type OutreachKit,
  type OutreachParts,
} from '../outreach-kit';
import { aboutMoment, findMoment, moveMoment, type MomentRow } from './moment-kit';
import { takeMoment } from './order-moment';
import { listAllTasks } from './poll-moment';

/** A moment whose answer got lost: WeCom lists it, or it stays unknown until somebody decides. */
export async function lookBackMoment(
  kit: OutreachKit,
  { book, wecom }: OutreachParts,
  jobId: string,
  id: string,
): Promise<void> {
  const moment = await findMoment(kit.db.read, id);
  const outreach = moment && (await findOutreach(kit.db.read, id));
  if (moment?.state !== 'unclear' || !outreach) return;
  const agent = book.weComOrThrow(moment.accountId);
  const momentId = await findInWeCom(kit, wecom, agent, moment, outreach.text);
  const now = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    if (momentId !== undefined) {
      await takeMoment(kit, tx, moment, { momentId, invalidUserIds: [], now });
      return;
    }
    const waitMs = againMs[moment.looks];
    const looks = moment.looks + 1;
    if (waitMs === undefined) {
      const { askedAt } = moment;
      await moveMoment(tx, id, ['unclear'], { state: 'unknown', at: now, askedAt, looks });
      return;
    }
    await execute(tx, `UPDATE outreach_moment SET looks = ? WHERE outreachId = ?`, [looks, id]);
    await enqueueOne(kit, tx, jobs.lookMoment, aboutMoment(moment), now + waitMs);
  });
  kit.work.ring();
}

/** Of our words and our minute, for our reps and nobody else, and no other moment of ours. */
async function findInWeCom(
  kit: OutreachKit,
  wecom: WeComClient,
  agent: WeComAgent,
  moment: MomentRow,
  words: string,
): Promise<string | undefined> {
  const asked = moment.askedAt ?? 0;
  const reps = await kit.db.read.all<{ userId: string }>(
    `SELECT userId FROM outreach_order WHERE outreachId = ? ORDER BY userId`,
    [moment.outreachId],
  );
  const ours = reps.map(({ userId }) => userId).join();
  let after: string | undefined = '';
  do {
    const page: Awaited<ReturnType<WeComClient['listMoments']>> = await wecom.listMoments(
      agent,
      { from: asked - marginMs, until: asked + marginMs },
      after,
    );
    for (const { momentId, isPersonal, text } of page.items) {
      if (isPersonal || text.trim() !== words || (await isTaken(kit, moment, momentId))) continue;
      const tasks = await listAllTasks(wecom, agent, momentId);
      const theirs = tasks.map(({ userId }) => userId).sort();
      if (theirs.join() === ours) return momentId;
    }
    after = page.next;
  } while (after !== undefined);
  return undefined;
}

async function isTaken(kit: OutreachKit, { accountId }: MomentRow, momentId: string) {
  const rows = await kit.db.read.all(
    `SELECT outreachId FROM outreach_moment WHERE accountId = ? AND momentId = ?`,
    [accountId, momentId],
  );
  return rows.length > 0;
}
