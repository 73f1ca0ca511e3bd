import { eventKeysOf, isMessage, type InboundEvent } from '../channels/inbound-event';
import {
  answerMessage,
  byWelcome,
  type Answered,
  type ReplyBook,
  type ReplyState,
} from './reply-book';

/**
 * What to say to an event, or undefined for silence: text by rules, then FAQ, then the default; other
 * messages by their type; a follow by its scene's rule, then the general one, then the welcome; menu
 * keys and scans by their rules only.
 */
export function answerEvent(
  book: ReplyBook,
  event: InboundEvent,
  state: ReplyState,
): Answered | undefined {
  if (isMessage(event)) {
    if (event.kind === 'text') {
      const said = { kind: 'text', text: event.text, choiceId: event.menuChoiceId } as const;
      return answerMessage(book, said, state);
    }
    const recognised = event.kind === 'voice' ? event.recognised?.trim() : undefined;
    const heard = recognised
      ? answerMessage(book, { kind: 'text', text: recognised }, state)
      : undefined;
    if (heard && heard.by !== 'default') return heard;
    return answerMessage(book, { kind: 'message', messageType: event.kind }, state);
  }
  if (event.kind === 'unfollowed') return undefined;
  const answered = answerMessage(book, { kind: 'event', keys: eventKeysOf(event) }, state);
  if (event.kind !== 'followed' || (answered && !answered.unsaid)) return answered;
  const welcome = byWelcome(book, state);
  return answered?.unsaid && welcome?.reply
    ? { ...welcome, unsaid: answered.unsaid }
    : (answered ?? welcome);
}
