import type { Kit } from './kernel/kit';
import type { EventHandler } from './intake';
import { trackRelationship } from './relationships';
import type { Replies } from './replies';
import type { Sending } from './sending';

/**
 * What an event goes through, in this order: the relationship, receipts of what we sent, what an installation
 * adds of its own, the answer.
 * Each sees what the one before it changed; the first reply wins.
 */
export function eventHandlers(
  kit: Pick<Kit, 'clock'>,
  parts: { replies: Replies; sending: Sending; own?: readonly EventHandler[] | undefined },
): EventHandler[] {
  const { replies, sending, own = [] } = parts;
  return [relationship, receipts(sending), ...own, answer(kit, replies)];
}

const relationship: EventHandler = (event, state) => ({ changes: trackRelationship(event, state) });

const receipts =
  (sending: Sending): EventHandler =>
  (event) =>
    event.kind === 'template-receipt'
      ? {
          effect: (raw) =>
            sending.takeReceipt(raw, event.accountId, event.messageId, event.outcome),
        }
      : undefined;

const answer =
  (kit: Pick<Kit, 'clock'>, replies: Replies): EventHandler =>
  (event, state) => {
    const now = kit.clock.business();
    const answered = replies.answerEvent(event, {
      accountId: event.accountId,
      now,
      personName: state.displayName ?? null,
      tags: state.tagNames ? state.tagNames.split('\n') : [],
      scene: state.sourceScene,
      ...(state.offered === null ? {} : { offered: JSON.parse(state.offered) as string[] }),
    });
    if (!answered) return undefined;
    const { optOut } = answered;
    const optedOutAt = optOut === undefined ? {} : { optedOutAt: optOut ? event.at : null };
    const offered = answered.offered ? JSON.stringify(answered.offered) : null;
    return {
      reply: answered.reply,
      afterCommit: () => replies.count(answered, now),
      because: becauseOf(answered),
      changes: {
        set: { ...optedOutAt, offered },
        timeline: [
          ...(optOut === undefined
            ? []
            : [{ at: event.at, kind: optOut ? 'opted-out' : 'opted-in', params: {} }]),
          ...(answered.reply
            ? [{ at: event.at, kind: 'message-out', params: answered.params }]
            : []),
        ],
      },
    };
  };

function becauseOf(answered: { by: string; ruleId?: string; faqId?: string }) {
  return { id: answered.ruleId ?? answered.faqId ?? '', name: answered.by, why: answered.by };
}
