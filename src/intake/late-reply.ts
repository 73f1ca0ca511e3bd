import type { InboundEvent, Reply } from '../channels/inbound-event';
import { execute, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { replyBudgetMs, type Taken } from './commit-events';
import { restoreEvent, type StoredEvent } from './stored-event';

type Part = Pick<Kit, 'db' | 'clock' | 'log' | 'work'>;

export type LateOutcome = {
  /** Nothing: what was asked stays without an answer. */
  reply: Reply | undefined;
  /** Written with the reply in its transaction, if it is said. */
  record?: (tx: Tx) => Promise<void>;
  /** Once that is committed. */
  afterCommit?: () => void;
};

/** Works out an answer that needs the outside. It is called again when a process died over the first time. */
export type LateAnswer = (payload: unknown, event: InboundEvent) => Promise<LateOutcome>;

export type LateParts = {
  answers: Readonly<Record<string, LateAnswer>>;
  /** Queues the answer as a customer-service message in the same transaction; false when the window is closed. */
  speak: (
    tx: Tx,
    said: { accountId: string; openid: string; eventId: string; reply: Reply },
  ) => Promise<boolean>;
};

/**
 * The answer within the budget is the passive reply; after it, a customer-service message. One conditional
 * update decides which, so that only one of the two is ever said.
 */
export async function awaitLateReply(
  kit: Part,
  parts: LateParts,
  event: InboundEvent,
  taken: Taken,
  deadline: number,
): Promise<Reply | undefined> {
  if (!taken.later) return waitForOther(kit, taken.eventId, deadline);
  const answer = finishLateReply(kit, parts, event, taken.eventId, taken.later);
  const first = await Promise.race([
    answer.catch(() => undefined),
    kit.clock.sleep(Math.max(0, deadline - kit.clock.system())).then(() => 'too late' as const),
  ]);
  if (first !== 'too late') return first;
  answer.catch((error: unknown) => kit.log.warn('intake.late_reply', { error }));
  const isDeferred = await kit.db.transact((tx) =>
    execute(
      tx,
      `UPDATE inbound_event SET replyState = 'deferred' WHERE id = ? AND replyState = 'pending'`,
      [taken.eventId],
    ),
  );
  return isDeferred === 1 ? undefined : answer.catch(() => undefined);
}

/** Works the answer out; gives it back when it is to be the passive reply. */
async function finishLateReply(
  kit: Part,
  parts: LateParts,
  event: InboundEvent,
  eventId: string,
  later: { kind: string; payload: unknown },
): Promise<Reply | undefined> {
  const work = parts.answers[later.kind];
  if (!work) throw new Error(`nobody answers ${later.kind}`);
  const { reply, record, afterCommit } = await work(later.payload, event);
  const stored = reply === undefined ? null : JSON.stringify(reply);
  const become = (tx: Tx, state: 'passive' | 'late', from: 'pending' | 'deferred') =>
    execute(
      tx,
      `UPDATE inbound_event SET replyState = ?, reply = ? WHERE id = ? AND replyState = ?`,
      [state, stored, eventId, from],
    );
  const said = await kit.db.transact(async (tx) => {
    if ((await become(tx, 'passive', 'pending')) === 1) {
      await record?.(tx);
      return 'passive';
    }
    if ((await become(tx, 'late', 'deferred')) === 0) return undefined;
    const { accountId, openid } = event;
    const isSaid = reply && (await parts.speak(tx, { accountId, openid, eventId, reply }));
    if (isSaid) await record?.(tx);
    return 'late';
  });
  if (said) afterCommit?.();
  return said === 'passive' ? reply : undefined;
}

/** The job of a process that died between commit and answer: the passive chance is over. */
export async function recoverLateReply(
  kit: Part,
  parts: LateParts,
  payload: { eventId: string; later: { kind: string; payload: unknown } },
): Promise<void> {
  const [row] = await kit.db.transact(async (tx) => {
    await execute(
      tx,
      `UPDATE inbound_event SET replyState = 'deferred' WHERE id = ? AND replyState = 'pending'`,
      [payload.eventId],
    );
    return select<StoredEvent & { replyState: string }>(
      tx,
      `SELECT accountId, dedupeKey, kind, eventAt, payload, replyState FROM inbound_event WHERE id = ?`,
      [payload.eventId],
    );
  });
  if (row?.replyState !== 'deferred') return;
  const event = restoreEvent(row);
  await finishLateReply(kit, parts, event, payload.eventId, payload.later);
}

/** A redelivery waits on the row that another process or an earlier attempt is working on. */
async function waitForOther(
  kit: Part,
  eventId: string,
  deadline: number,
): Promise<Reply | undefined> {
  while (kit.clock.system() < deadline) {
    const [row] = await kit.db.read.all<{ reply: string | null; replyState: string }>(
      `SELECT reply, replyState FROM inbound_event WHERE id = ?`,
      [eventId],
    );
    if (row?.replyState !== 'pending') {
      return row?.replyState === 'passive' && row.reply !== null
        ? (JSON.parse(row.reply) as Reply)
        : undefined;
    }
    await kit.clock.sleep(50);
  }
  return undefined;
}

export const lateReplyDeadline = (arrivedAt: number): number => arrivedAt + replyBudgetMs;
