import type { AccountBook } from '../../accounts';
import {
  WeChatError,
  weComLimits,
  type TransferAnswer,
  type TransferResult,
  type WeComAgent,
  type WeComClient,
} from '../../channels/wecom';
import { execute, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { concludeJob, enqueue } from '../../kernel/work';
import type { Handover, HandoverState } from './handover.entity';
import { registerRoomHandovers } from './hand-over-rooms';
import { endIfSettled, settleItems } from './settle-handover';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
type Payload = { handoverId: string; accountId: string };
type Item = { identityId: string; externalUserId: string; asks: number };

const runKind = 'run-handover';
const pollKind = 'poll-handover';
const hour = 3_600_000;
const minute = 60_000;
/** WeCom settles within a day; after two nobody will tell us any more. */
const forgottenMs = 2 * weComLimits.transfer.settlesAfterMs;

/**
 * Asks WeCom in batches and then how it went, hour by hour, until everybody is settled. An answer that got
 * lost is asked for once more: WeCom then says that they are in a hand-over already, which is ours.
 */
export function registerHandovers(kit: Part, book: AccountBook, wecom: WeComClient): void {
  registerRoomHandovers(kit, book, wecom);
  kit.work.on(runKind, async ({ id, payload }) => {
    const order = payload as Payload;
    const handover = await find(kit, order.handoverId);
    if (handover) await askSome(kit, wecom, book.weComOrThrow(order.accountId), id, handover);
    kit.work.ring();
  });
  kit.work.on(pollKind, async ({ id, payload }) => {
    const order = payload as Payload;
    const handover = await find(kit, order.handoverId);
    if (handover) await poll(kit, wecom, book.weComOrThrow(order.accountId), id, handover);
  });
}

export async function enqueueRun(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  payload: Payload,
): Promise<void> {
  await enqueueAt(kit, tx, runKind, payload, kit.clock.business());
}

async function enqueueAt(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  kind: string,
  payload: Payload,
  dueAt: number,
): Promise<void> {
  const id = kit.newId();
  const { accountId } = payload;
  const createdAt = kit.clock.system();
  await enqueue(tx, [{ id, kind, dedupeKey: id, accountId, payload, dueAt, createdAt }]);
}

async function find(kit: Part, id: string): Promise<Handover | undefined> {
  const [row] = await kit.db.read.all<Handover>(`SELECT * FROM handover WHERE id = ?`, [id]);
  return row;
}

async function askSome(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  jobId: string,
  handover: Handover,
): Promise<void> {
  const { id: handoverId, accountId, way, fromUserId: from, toUserId: to, message } = handover;
  const items = await takeQueued(kit, handoverId);
  const externalUserIds = items.map(({ externalUserId }) => externalUserId);
  const answers =
    items.length === 0
      ? []
      : await ask(wecom, agent, { way, from, to, externalUserIds, ...(message && { message }) });
  const at = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    for (const [key, ids] of judged(items, answers)) {
      const [state, reason] = key.split(' ') as [HandoverState, string?];
      const settlesAt = state === 'waiting' ? at + weComLimits.transfer.settlesAfterMs : undefined;
      await settleItems(tx, kit, handover, ids, { state, at, reason, settlesAt });
    }
    const payload = { handoverId, accountId };
    const [more] = await select<{ identityId: string }>(
      tx,
      `SELECT identityId FROM handover_item WHERE handoverId = ? AND state = 'queued' LIMIT 1`,
      [handoverId],
    );
    if (more) await enqueueRun(kit, tx, payload);
    else await enqueueAt(kit, tx, pollKind, payload, at + hour);
    await endIfSettled(tx, handoverId, at);
  });
}

/** Counted before we ask: after a lost answer it shows that we did. */
async function takeQueued(kit: Part, handoverId: string): Promise<Item[]> {
  return kit.db.transact(async (tx) => {
    const items = await select<Item>(
      tx,
      `SELECT identityId, externalUserId, asks FROM handover_item
       WHERE handoverId = ? AND state = 'queued'
       ORDER BY identityId LIMIT ${String(weComLimits.transfer.customers)}`,
      [handoverId],
    );
    const ids = items.map(({ identityId }) => identityId);
    if (ids.length === 0) return [];
    await execute(
      tx,
      `UPDATE handover_item SET asks = asks + 1
       WHERE handoverId = ? AND identityId IN (${marksFor(ids)})`,
      [handoverId, ...ids],
    );
    return items;
  });
}

/** A no to the whole order is a no to each of them. */
async function ask(
  wecom: WeComClient,
  agent: WeComAgent,
  order: Parameters<WeComClient['transferContacts']>[1],
): Promise<readonly TransferAnswer[]> {
  try {
    return await wecom.transferContacts(agent, order);
  } catch (error) {
    const isNo =
      error instanceof WeChatError && ['request', 'account'].includes(error.outcome.kind);
    if (!isNo) throw error;
    const { errcode, outcome } = error;
    const reason = 'name' in outcome ? outcome.name : 'unknown-code';
    return order.externalUserIds.map((externalUserId) => ({
      ...{ externalUserId, isAccepted: false, errcode, reason },
    }));
  }
}

/** Identities by state and reason. */
function judged(items: readonly Item[], answers: readonly TransferAnswer[]): Map<string, string[]> {
  const byId = new Map(answers.map((answer) => [answer.externalUserId, answer]));
  const groups = new Map<string, string[]>();
  for (const { identityId, externalUserId, asks } of items) {
    const answer = byId.get(externalUserId);
    const isOurs = asks > 0 && answer?.reason === 'already-in-transfer';
    const key =
      answer?.isAccepted === true || isOurs
        ? 'waiting'
        : `rejected ${answer?.reason ?? 'unanswered'}`;
    groups.set(key, [...(groups.get(key) ?? []), identityId]);
  }
  return groups;
}

const ends: Partial<Record<TransferResult['state'], HandoverState>> = {
  done: 'done',
  refused: 'refused',
  'rep-full': 'rep-full',
};

async function poll(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  jobId: string,
  handover: Handover,
): Promise<void> {
  const { id: handoverId, accountId, way, fromUserId: from, toUserId: to } = handover;
  let after: string | undefined;
  do {
    const page = await wecom.listTransferResults(agent, { way, from, to }, after);
    for (let first = 0; first < page.items.length; first += 100) {
      const some = page.items.slice(first, first + 100);
      await kit.db.transact((tx) => takeResults(kit, tx, handover, some));
    }
    after = page.next;
  } while (after !== undefined);
  const now = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    const waiting = await select<{ identityId: string; settlesAt: number | null }>(
      tx,
      `SELECT identityId, settlesAt FROM handover_item
       WHERE handoverId = ? AND state = 'waiting' ORDER BY settlesAt LIMIT 100`,
      [handoverId],
    );
    const lost = waiting
      .filter(({ settlesAt }) => (settlesAt ?? 0) < now - forgottenMs)
      .map(({ identityId }) => identityId);
    await settleItems(tx, kit, handover, lost, { state: 'unknown', at: now });
    await endIfSettled(tx, handoverId, now);
    const [next] = waiting.filter(({ identityId }) => !lost.includes(identityId));
    if (!next && lost.length === 0) return;
    const due = Math.max(now + 2 * minute, (next?.settlesAt ?? now) + minute);
    await enqueueAt(kit, tx, pollKind, { handoverId, accountId }, Math.min(now + hour, due));
  });
}

/** Records of an earlier hand-over between the two are older than this one. */
async function takeResults(
  kit: Part,
  tx: Tx,
  handover: Handover,
  results: readonly TransferResult[],
): Promise<void> {
  const fresh = results.filter(({ at = 0 }) => at >= handover.orderedAt - minute);
  if (fresh.length === 0) return;
  const ids = fresh.map(({ externalUserId }) => externalUserId);
  const items = await select<{ identityId: string; externalUserId: string }>(
    tx,
    `SELECT identityId, externalUserId FROM handover_item
     WHERE handoverId = ? AND state = 'waiting' AND externalUserId IN (${marksFor(ids)})`,
    [handover.id, ...ids],
  );
  const identityOf = new Map(items.map((item) => [item.externalUserId, item.identityId]));
  for (const { externalUserId, state: told, at = kit.clock.business() } of fresh) {
    const state = ends[told];
    const identityId = identityOf.get(externalUserId);
    if (state === undefined || identityId === undefined) continue;
    await settleItems(tx, kit, handover, [identityId], { state, at });
  }
}
