import { isMessage, type InboundEvent, type Reply } from '../channels/inbound-event';
import type { Raw } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { text } from '../kernel/text';
import { enqueue } from '../kernel/work';
import type { Changes, KnownFollower } from '../relationships';
import { readOptOut, type Answered } from '../replies';
import { readAttendance, writeAttendance } from './attendance';
import { idleJob, longestWaitMs } from './idle-hand-back';
import type { InboxBook } from './inbox-settings';
import { holdConversation, writeConversation } from './lock';
import { isOpenAt } from './opening-hours';
import { nextOperator } from './presence';

type Part = Pick<Kit, 'clock' | 'newId' | 'settings'>;

const awayEveryMs = 60 * 60_000;

export type Attended = { reply?: Reply; changes: Changes; isLast: true };

/**
 * While a person answers, the bot says nothing to messages, except the away text now and then to somebody who
 * waits. What stops or resumes sending is answered as ever, and so are menu keys: those ask the bot.
 */
export function attendEvent(
  kit: Part,
  inbox: InboxBook,
  event: InboundEvent,
  state: KnownFollower,
): Attended | undefined {
  const attendance = readAttendance(state.attended);
  if (!attendance || !isMessage(event)) return undefined;
  if (event.kind === 'text' && readOptOut(event.text) !== undefined) return undefined;
  const offered = state.offered === null ? {} : { offered: null };
  const silent: Attended = { changes: { set: offered }, isLast: true };
  const { awayText, hours } = inbox.of(event.accountId);
  const now = kit.clock.business();
  if (
    awayText === null ||
    attendance.state !== 'waiting' ||
    now - attendance.awayToldAt < awayEveryMs ||
    isOpenAt(hours, now, kit.settings.orgZone)
  ) {
    return silent;
  }
  const attended = writeAttendance({ state: 'waiting', awayToldAt: now });
  const params = { by: 'away', text: awayText };
  return {
    reply: { kind: 'text', text: awayText },
    changes: {
      set: { ...offered, attended },
      timeline: [{ at: event.at, kind: 'message-out', params }],
    },
    isLast: true,
  };
}

export type HandedOff = {
  answered: Answered;
  changes: Changes;
  effect?: (raw: Raw) => Promise<void>;
};

/**
 * An answer that asks for a person: the follower waits in our inbox from now on, in the transaction of the
 * event. With WeChat's own customer service the answer stays as it is.
 */
export function handOff(
  kit: Part,
  inbox: InboxBook,
  answered: Answered,
  event: InboundEvent,
  state: KnownFollower,
): HandedOff | undefined {
  const isTransfer = answered.reply?.kind === 'transfer-to-agent';
  const settings = inbox.of(event.accountId);
  if (!isTransfer && answered.handOff !== true) return undefined;
  const canAnswer = state.kind === 'follower' || (isMessage(event) && event.kf !== undefined);
  if (settings.inbox === 'wechat' || !canAnswer) return undefined;
  const now = kit.clock.business();
  const isOpen = isOpenAt(settings.hours, now, kit.settings.orgZone);
  const said = isTransfer ? spoken(answered, wordsFor(settings, isOpen)) : answered;
  if (state.attended !== null) return { answered: said, changes: {} };
  const attended = writeAttendance({ state: 'waiting', awayToldAt: isOpen ? 0 : now });
  return {
    answered: said,
    changes: {
      set: { attended },
      timeline: [{ at: event.at, kind: 'conversation', params: { what: 'asked' } }],
    },
    effect: (raw) => beginWaiting(kit, inbox, raw, state.id, event.at),
  };
}

function wordsFor(settings: ReturnType<InboxBook['of']>, isOpen: boolean): string {
  if (isOpen) return settings.handOffText ?? text('zh-CN', 'conversation.handed-off');
  return settings.awayText ?? text('zh-CN', 'conversation.away');
}

const spoken = (answered: Answered, words: string): Answered => ({
  ...answered,
  reply: { kind: 'text', text: words },
  params: { ...answered.params, messageKind: 'text', text: words },
});

async function beginWaiting(
  kit: Part,
  inbox: InboxBook,
  raw: Raw,
  identityId: string,
  at: number,
): Promise<void> {
  const now = kit.clock.business();
  const held = await holdConversation(raw, identityId);
  const { accountId, conversation } = held;
  const operatorId =
    inbox.of(accountId).assign === 'round-robin'
      ? await nextOperator(kit, raw, accountId, conversation?.lastOperatorId ?? null)
      : null;
  const world = { now, systemNow: kit.clock.system() };
  const change = { state: 'waiting', since: now, waitingSince: at, operatorId } as const;
  await writeConversation(raw, world, held, change);
  await enqueue(raw, [
    idleJob(kit, { identityId, accountId, since: now, dueAt: at + longestWaitMs }),
  ]);
}
