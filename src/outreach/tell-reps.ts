import type { Kit } from '../kernel/kit';
import { select, type Reader, type Tx } from '../kernel/database';
import { text } from '../kernel/text';
import {
  enqueueOne,
  findOrder,
  findOutreach,
  jobs,
  type OutreachKit,
  type OutreachParts,
} from './outreach-kit';

const digest = 'outreach-digest';

type TellOrder = { orderId: string } | { accountId: string; userId: string; count: number };

/** Three minutes past ten: WeCom asks not to push at full and half hours. */
export function planDigest(kit: Kit, tx: Tx): Promise<void> {
  return kit.schedules.save(tx, {
    ...{ id: digest, kind: digest, ownerId: '', cron: '3 10 * * *', zone: kit.settings.orgZone },
    ...{ missed: 'skip', active: true },
  });
}

/** Reps who have something to confirm hear of it when it comes, and once each morning. */
export function registerTelling(kit: Kit, { book, wecom }: OutreachParts): void {
  kit.schedules.on(digest, async (tx) => {
    const now = kit.clock.business();
    const waiting = await select<{ accountId: string; userId: string; n: number | string }>(
      tx,
      `SELECT accountId, userId, COUNT(*) AS n FROM outreach_order
       WHERE state = 'ordered' AND confirmedAt IS NULL GROUP BY accountId, userId`,
    );
    for (const { accountId, userId, n } of waiting) {
      if (book.weComApps(accountId).length === 0) continue;
      const key = `${accountId}:${userId}`;
      const payload = { accountId, userId, count: Number(n) };
      await enqueueOne(kit, tx, jobs.tell, { key, accountId, payload }, now);
    }
  });
  kit.work.on(jobs.tell, async ({ payload }) => {
    const told = await wordsOf(kit, payload as TellOrder);
    if (!told) return;
    const agent = book.weComOrThrow(told.accountId);
    const { corpId, agentId } = agent;
    const query = new URLSearchParams({ corpId, agentId }).toString();
    const ended = await wecom.tellStaff(agent, [told.userId], {
      ...{ kind: 'card', title: told.title, description: told.description },
      url: `${kit.settings.publicUrl}/sidebar/?${query}`,
    });
    // The same words within half an hour reach nobody twice, so what nobody knows may be said again.
    if (ended.kind !== 'ok') throw ended.error;
  });
}

async function wordsOf(kit: OutreachKit, job: TellOrder) {
  const description = text('zh-CN', 'rep-message.outreach.body');
  if (!('orderId' in job)) {
    const title = text('zh-CN', 'rep-message.outreach.digest', { n: job.count });
    return { ...job, title, description };
  }
  const order = await findOrder(kit.db.read, job.orderId);
  const outreach = order && (await findOutreach(kit.db.read, order.outreachId));
  if (order?.state !== 'ordered' || order.confirmedAt !== null || !outreach) return undefined;
  const { accountId, userId, people } = order;
  const params = { name: outreach.name, n: people };
  return {
    ...{ accountId, userId },
    title: text('zh-CN', 'rep-message.outreach.title', params),
    description,
  };
}

export type WaitingOrder = {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly people: number;
  readonly orderedAt: number;
};

/** What a rep has to confirm, the oldest first. */
export function ordersWaitingFor(
  read: Reader,
  { accountId, userId }: { accountId: string; userId: string },
): Promise<WaitingOrder[]> {
  return read.all<WaitingOrder>(
    `SELECT o.id, m.name, m.text, o.people, o.askedAt AS orderedAt FROM outreach_order o
     JOIN outreach m ON m.id = o.outreachId
     WHERE o.accountId = ? AND o.userId = ? AND o.state = 'ordered' AND o.confirmedAt IS NULL
     ORDER BY o.askedAt, o.id LIMIT 20`,
    [accountId, userId],
  );
}
