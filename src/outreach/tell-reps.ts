import type { Kit } from '../kernel/kit';
import { select, type Reader, type Tx } from '../kernel/database';
import { text, type Locale } from '../kernel/text';
import { languageOf } from '../relationships';
import {
  enqueueOne,
  findOrder,
  findOutreach,
  jobs,
  type OutreachKit,
  type OutreachParts,
} from './outreach-kit';
import type { OutreachKind } from './states';

const digest = 'outreach-digest';

type TellOrder =
  | { orderId: string; times?: number }
  | { accountId: string; userId: string; count: number; moments: number };

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
    const waiting = await select<{
      accountId: string;
      userId: string;
      n: number | string;
      moments: number | string;
    }>(
      tx,
      `SELECT o.accountId, o.userId, COUNT(*) AS n,
         SUM(CASE WHEN m.kind = 'moment' THEN 1 ELSE 0 END) AS moments
       FROM outreach_order o JOIN outreach m ON m.id = o.outreachId
       WHERE o.state = 'ordered' AND o.confirmedAt IS NULL GROUP BY o.accountId, o.userId`,
    );
    for (const { accountId, userId, n, moments } of waiting) {
      if (book.weComApps(accountId).length === 0) continue;
      const key = `${accountId}:${userId}`;
      const payload = { accountId, userId, count: Number(n), moments: Number(moments) };
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

const bodyOf = (language: Locale, kind: 'outreach' | 'moment') =>
  text(language, `rep-message.${kind}.body`);

async function wordsOf(kit: OutreachKit, job: TellOrder) {
  if ('orderId' in job) return wordsOfOrder(kit, job);
  const { count: n, moments } = job;
  const language = await languageOf(kit.db.read, job);
  const code = moments > 0 ? 'rep-message.moment.digest' : 'rep-message.outreach.digest';
  const description = bodyOf(language, moments === n ? 'moment' : 'outreach');
  return { ...job, title: text(language, code, { n, moments }), description };
}

async function wordsOfOrder(kit: OutreachKit, job: Extract<TellOrder, { orderId: string }>) {
  const order = await findOrder(kit.db.read, job.orderId);
  const outreach = order && (await findOutreach(kit.db.read, order.outreachId));
  if (order?.state !== 'ordered' || order.confirmedAt !== null || !outreach) return undefined;
  const { accountId, userId, people } = order;
  const language = await languageOf(kit.db.read, order);
  const kind = outreach.kind === 'moment' ? 'moment' : 'outreach';
  // WeCom drops words it brought within the last half hour: each reminder says which it is.
  const again = job.times === undefined ? '' : '.again';
  const params = { name: outreach.name, n: people, times: job.times };
  return {
    ...{ accountId, userId },
    title: text(language, `rep-message.${kind}.title${again}`, params),
    description: bodyOf(language, kind),
  };
}

export type WaitingOrder = {
  readonly id: string;
  readonly kind: OutreachKind;
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
    `SELECT o.id, m.kind, m.name, m.text, o.people, o.askedAt AS orderedAt FROM outreach_order o
     JOIN outreach m ON m.id = o.outreachId
     WHERE o.accountId = ? AND o.userId = ? AND o.state = 'ordered' AND o.confirmedAt IS NULL
     ORDER BY o.askedAt, o.id LIMIT 20`,
    [accountId, userId],
  );
}
