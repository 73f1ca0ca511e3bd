import { DateTime } from 'luxon';
import type { InboundEvent } from '../../channels/inbound-event';
import { answerEvent } from '../answer-event';
import { choiceIdOf } from '../clarify';
import { readLastSaid } from '../last-said';
import type { ReplyBook, ReplyState } from '../reply-book';
import { bookOfTemplates, folderAccount } from './book-of-templates';
import { deeds, type ConversationStep } from './conversation.schema';
import { differenceOf } from './compare-answer';
import type { PlacedConversation, Templates } from './read-templates';
import type { TemplateProblem } from './read-yaml';

/** What a follower says and does and what must come back: the steps that came out otherwise. */
export function playConversations(templates: Templates, zone: string): TemplateProblem[] {
  const book = bookOfTemplates(templates, zone);
  return templates.conversations.flatMap((conversation) => play(book, conversation));
}

function play(book: ReplyBook, conversation: PlacedConversation): TemplateProblem[] {
  const { name, at, who, steps, places, file } = conversation;
  let clock: DateTime = DateTime.fromFormat(at, 'yyyy-MM-dd HH:mm', { zone: book.zone });
  let scene = who?.source;
  let offered: readonly string[] | undefined;
  let coolDowns: string | undefined;
  const tags = new Set(who?.tags);
  const problems: TemplateProblem[] = [];
  for (const [index, step] of steps.entries()) {
    const place = places[index] ?? { file, line: 1, column: 1 };
    clock = later(clock, step);
    if (typeof step.follow === 'string') scene = step.follow;
    const state: ReplyState = {
      accountId: folderAccount,
      now: clock.toMillis(),
      personName: who?.name ?? '',
      tags: [...tags],
      ...(scene === undefined ? {} : { scene }),
      ...(offered ? { offered } : {}),
      ...(coolDowns === undefined ? {} : { coolDowns }),
    };
    const event = eventOf(step, state, index);
    const answered = event && answerEvent(book, event, state);
    offered = answered?.offered;
    coolDowns = answered?.coolDowns ?? coolDowns;
    for (const tag of answered?.also?.addTags ?? []) tags.add(tag);
    for (const tag of answered?.also?.removeTags ?? []) tags.delete(tag);
    const difference = event
      ? step.expect && differenceOf(step.expect, answered)
      : 'nothing was offered to choose from';
    if (difference === undefined) continue;
    const shown = clock.toFormat('yyyy-MM-dd HH:mm');
    const message = `${name}, ${shown}, ${sayDeed(step)}: ${difference}`;
    problems.push({ ...place, code: 'conversation', message });
  }
  return problems;
}

const units = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days' } as const;

/** The clock of the brand when a step begins. A time of day is the next one, be it tomorrow's. */
function later(clock: DateTime, { after, at }: ConversationStep): DateTime {
  const [, count, unit] = /^(\d+) ?([smhd])$/.exec(after ?? '') ?? [];
  if (count !== undefined)
    return clock.plus({ [units[unit as keyof typeof units]]: Number(count) });
  if (at === undefined) return clock;
  const { zone } = clock;
  if (at.length > 5) return DateTime.fromFormat(at, 'yyyy-MM-dd HH:mm', { zone });
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const today = clock.set({ hour, minute, second: 0, millisecond: 0 });
  return today < clock ? today.plus({ days: 1 }) : today;
}

const sayDeed = (step: ConversationStep): string => {
  const deed = deeds.find((one) => step[one] !== undefined) ?? 'say';
  return `${deed} ${String(step[deed])}`;
};

const arrival = { accountId: folderAccount, appId: folderAccount, openid: 'someone' } as const;

/** As it would have come from WeChat; undefined when there is nothing to choose from. */
function eventOf(
  step: ConversationStep,
  state: ReplyState,
  index: number,
): InboundEvent | undefined {
  const id = String(index + 1);
  const base = { ...arrival, dedupeKey: id, laneKey: arrival.openid, at: state.now };
  const message = { ...base, messageId: id };
  if (step.say !== undefined) return { ...message, kind: 'text', text: step.say };
  if (step.choose !== undefined) {
    const picked = readLastSaid(state.offered ?? []).ids[step.choose - 1];
    if (picked === undefined) return undefined;
    return { ...message, kind: 'text', text: picked, menuChoiceId: choiceIdOf(picked) };
  }
  if (step.tap !== undefined) return { ...base, kind: 'menu-tapped', menu: 'click', key: step.tap };
  if (step.scan !== undefined) return { ...base, kind: 'scanned', scene: step.scan };
  if (step.follow !== undefined) {
    return { ...base, kind: 'followed', ...(step.follow === true ? {} : { scene: step.follow }) };
  }
  return messageOf(step.send ?? 'image', message);
}

type Sent = NonNullable<ConversationStep['send']>;
type Envelope = typeof arrival & {
  dedupeKey: string;
  laneKey: string;
  at: number;
  messageId: string;
};

function messageOf(kind: Sent, message: Envelope): InboundEvent {
  switch (kind) {
    case 'image':
      return { ...message, kind, mediaId: '', url: '' };
    case 'voice':
      return { ...message, kind, mediaId: '', format: 'amr' };
    case 'video':
      return { ...message, kind, mediaId: '', thumbMediaId: '', short: false };
    case 'location':
      return { ...message, kind, latitude: 0, longitude: 0, scale: 0, label: '' };
    case 'link':
      return { ...message, kind, title: '', description: '', url: '' };
    case 'file':
      return { ...message, kind, title: '', description: '', fileKey: '', md5: '', size: 0 };
  }
}
