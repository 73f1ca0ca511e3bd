import { eventKeysOf, isMessage, type InboundEvent } from '../channels/inbound-event';
import { askedSegments, type Said } from './matching';
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

/** The segments that could decide what an event is answered. */
export function segmentsAskedBy(book: ReplyBook, event: InboundEvent): ReadonlySet<string> {
  const found = new Set<string>();
  if (!book.rules.asksSegments) return found;
  for (const said of saidBy(event)) {
    for (const id of askedSegments(book.rules, said, event)) found.add(id);
  }
  return found;
}

function saidBy(event: InboundEvent): Said[] {
  if (!isMessage(event)) return [{ kind: 'event', keys: eventKeysOf(event) }];
  const text = event.kind === 'text' ? event.text : '';
  const heard = event.kind === 'voice' ? (event.recognised ?? '') : text;
  return [
    ...(heard === '' ? [] : [{ kind: 'text', text: heard } as const]),
    ...(event.kind === 'text' ? [] : [{ kind: 'message', messageType: event.kind } as const]),
  ];
}
