import type { Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue, type NewJob } from '../kernel/work';
import type { Conversation } from './conversation.entity';
import { writeEntry } from './entries';
import type { InboxBook } from './inbox-settings';
import type { Sending } from '../sending';
import { holdConversation, setAttended, writeConversation, type Held } from './lock';
import { tellUnanswered } from './tell-unanswered';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;

export const idleKind = 'conversation-idle';
/** Nobody came: WeChat lets us answer for two days, the bot is silent for one. */
export const longestWaitMs = 24 * 3_600_000;

type Payload = { identityId: string; since: number };

/** Looks at a conversation when it may have been idle for long enough; `since` says which one was meant. */
export function idleJob(
  kit: Pick<Kit, 'newId' | 'clock'>,
  wanted: Payload & { accountId: string; dueAt: number },
): NewJob {
  const { identityId, since, accountId, dueAt } = wanted;
  return {
    id: kit.newId(),
    kind: idleKind,
    dedupeKey: `${identityId}.${since}.${dueAt}`,
    accountId,
    payload: { identityId, since },
    dueAt,
    createdAt: kit.clock.system(),
  };
}

/** When the bot answers again if nobody says anything until then; business time. */
export function handBackAt(
  conversation: Pick<Conversation, 'state' | 'since' | 'waitingSince' | 'lastOperatorAt'>,
  lastInboundAt: number | null,
  afterMinutes: number,
): number | null {
  const { state, since, waitingSince, lastOperatorAt } = conversation;
  if (state === 'waiting') return (waitingSince ?? since) + longestWaitMs;
  if (state !== 'taken') return null;
  return Math.max(since, lastOperatorAt ?? 0, lastInboundAt ?? 0) + afterMinutes * 60_000;
}

export function registerIdleHandBack(
  kit: Part,
  inbox: InboxBook,
  sending: Pick<Sending, 'ring'>,
): void {
  kit.work.on(idleKind, async ({ payload }) => {
    const wanted = payload as Payload;
    await kit.db.transact((tx) => lookAgain(kit, inbox, tx, wanted));
    sending.ring();
  });
}

async function lookAgain(kit: Part, inbox: InboxBook, tx: Tx, wanted: Payload): Promise<void> {
  const held = await holdConversation(tx, wanted.identityId);
  const { conversation, accountId } = held;
  if (conversation?.since !== wanted.since) return;
  const minutes = inbox.of(accountId).handBackAfterMinutes;
  const due = handBackAt(conversation, held.lastInboundAt, minutes);
  if (due === null) return;
  if (due > kit.clock.business()) {
    await enqueue(tx, [idleJob(kit, { ...wanted, accountId, dueAt: due })]);
    return;
  }
  if (conversation.state === 'waiting') {
    await giveToBot(kit, tx, held, { what: 'unanswered' });
    await tellUnanswered(kit, inbox, tx, held);
  } else await giveToBot(kit, tx, held, { what: 'idle' });
}

const stateAfter = {
  idle: 'bot',
  'handed-back': 'bot',
  unanswered: 'lapsed',
  closed: 'closed',
} as const;

/** The bot answers again; whoever had them stays the first choice for the next time. */
export async function giveToBot(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  held: Held,
  why: {
    what: keyof typeof stateAfter;
    operator?: string;
    operatorId?: string;
  },
): Promise<void> {
  const now = kit.clock.business();
  const { operatorId, lastOperatorId, waitingSince } = held.conversation ?? {};
  await setAttended(tx, held.id, null);
  await writeConversation(tx, { now, systemNow: kit.clock.system() }, held, {
    state: stateAfter[why.what],
    since: now,
    waitingSince: why.what === 'unanswered' ? (waitingSince ?? null) : null,
    operatorId: null,
    lastOperatorId: operatorId ?? lastOperatorId ?? null,
    draftBy: null,
    draftUntil: null,
  });
  await writeEntry(tx, {
    ...{ id: kit.newId(), identityId: held.id, accountId: held.accountId, at: now },
    ...{ kind: 'conversation', params: why },
  });
}
