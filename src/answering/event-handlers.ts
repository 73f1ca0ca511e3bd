import type { InboundEvent } from '../channels/inbound-event';
import { spendWindow, windowRoom } from '../channels/official-account';
import type { Raw } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { EventHandler } from '../intake';
import {
  arrivalJob,
  contactJob,
  corpNews,
  friendNews,
  keepLink,
  noticeJob,
  trackRelationship,
  welcomeJob,
  windowsOf,
  type FollowerState,
} from '../relationships';
import { packetLater } from './keyword-packets';
import { kfNews } from '../kf';
import { kfOriginOf, notInKf, speakInKf } from './speak-in-kf';
import type { Attention } from '../conversations';
import type { Models } from '../models';
import type { Answered, Replies } from '../replies';
import { changesByRule, queueMore } from './rule-actions';
import type { Sending } from '../sending';
import { endSessions } from '../sidebar';

/**
 * What an event goes through, in this order: the relationship, receipts of what we sent, what an installation
 * adds of its own, the silence while a person answers, the answer.
 * Each sees what the one before it changed; the first reply wins.
 */
export function eventHandlers(
  kit: Pick<Kit, 'clock' | 'newId' | 'work'>,
  parts: {
    replies: Replies;
    sending: Sending;
    conversations: Attention;
    models?: Pick<Models, 'later'> | undefined;
    own?: readonly EventHandler[] | undefined;
    /** Told of every follow once it is committed. */
    onFollowed?: ((event: InboundEvent) => void) | undefined;
  },
): EventHandler[] {
  const { replies, sending, conversations, models, own = [], onFollowed } = parts;
  const speaking: EventHandler[] = [
    ...own,
    (event, state) => conversations.attend(event, state),
    answer(kit, replies, conversations, models),
  ];
  return [
    ...whoTheyAre(kit, onFollowed),
    corp(kit),
    repsGone,
    receipts(sending),
    (event, state) => kfNews(kit, event, state),
    (event) => failedInKf(conversations, event),
    ...speaking.map(notInKf),
    speakInKf(kit, sending, conversations, speaking),
  ];
}

/** What an event says of followers and of reps' friends, before anybody answers. */
export const whoTheyAre = (
  kit: Pick<Kit, 'clock' | 'newId' | 'work'>,
  onFollowed?: (event: InboundEvent) => void,
): EventHandler[] => [relationship(onFollowed), friends(kit)];

const relationship =
  (onFollowed: ((event: InboundEvent) => void) | undefined): EventHandler =>
  (event, state) => ({
    changes: trackRelationship(event, state),
    ...(onFollowed && event.kind === 'followed' && { afterCommit: () => onFollowed(event) }),
  });

/** A rep's friends: the ledger in the event's own transaction, the profile by a work row. */
const friends =
  (kit: Pick<Kit, 'clock' | 'newId' | 'work'>): EventHandler =>
  (event, state) => {
    const news = friendNews(event);
    if (!news) return undefined;
    const { id: identityId, accountId } = state;
    const { userId, episodes, asksProfile, welcome, isTheirs, source } = news;
    const { openid: externalUserId, at } = event;
    const dueAt = kit.clock.business();
    const what = tellsOf(event.kind, state.followCount);
    return {
      changes: {
        set: isTheirs ? { lastActiveAt: Math.max(at, state.lastActiveAt ?? 0) } : {},
        work: [
          ...(source === undefined
            ? []
            : [
                arrivalJob(
                  { ...{ accountId, identityId, externalUserId, userId }, state: source, at },
                  dueAt,
                ),
              ]),
          ...(welcome
            ? [welcomeJob({ accountId, identityId, userId, at, ...welcome }, dueAt)]
            : []),
          ...(what ? [noticeJob({ accountId, identityId, userId, at, what }, dueAt)] : []),
          ...(asksProfile ? [contactJob({ accountId, externalUserId, userId, at, dueAt })] : []),
        ],
      },
      ...(episodes.length > 0 && {
        effect: (raw) => keepLink(raw, kit.newId, { identityId, accountId, userId }, episodes),
      }),
      afterCommit: () => kit.work.ring(0, 0),
    };
  };

/** What the corp may have to be told; whether it has to, the ledger says later. */
function tellsOf(kind: InboundEvent['kind'], timesAdded: number) {
  if (kind === 'contact-deleted-by-customer') return 'lost';
  if (kind === 'contact-deleted-by-rep') return 'dropped';
  return kind === 'contact-added' && timesAdded > 0 ? 'added' : undefined;
}

const repsGone: EventHandler = (event) => {
  const effect = endSessions(event);
  return effect && { effect };
};

/** Staff, departments, rooms and tags of a corp. */
const corp =
  (kit: Pick<Kit, 'clock' | 'newId' | 'work'>): EventHandler =>
  (event) => {
    const effect = corpNews(kit, event);
    return effect && { effect, afterCommit: () => kit.work.ring() };
  };

const failedInKf = (conversations: Attention, event: InboundEvent) =>
  event.kind === 'kf-send-failed'
    ? { effect: (raw: Raw) => conversations.noteKfFailure(raw, event) }
    : undefined;

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
  (
    kit: Pick<Kit, 'clock' | 'newId'>,
    replies: Replies,
    conversations: Attention,
    models: Pick<Models, 'later'> | undefined,
  ): EventHandler =>
  (event, state) => {
    const now = kit.clock.business();
    const kf = kfOriginOf(event);
    const listener = {
      accountId: event.accountId,
      now,
      personName: state.displayName ?? null,
      tags: state.tagNames ? state.tagNames.split('\n') : [],
      scene: state.sourceScene,
      ...(state.offered === null ? {} : { offered: JSON.parse(state.offered) as string[] }),
      coolDowns: state.coolDowns,
      ...(state.inSegments ? { segments: state.inSegments } : {}),
      // In customer service the answer itself is paid from the window too.
      room: () => roomIn(state, now) - (kf ? 1 : 0),
    };
    const found = replies.answerEvent(event, listener);
    if (!found) return undefined;
    const handedOff = conversations.handOff(found, event, state);
    const answered = handedOff?.answered ?? found;
    const follower = { identityId: state.id, state: listener };
    const later = handedOff ? undefined : models?.later(answered, follower);
    if (later)
      return { later, because: becauseOf({ by: 'model' }), changes: { set: { offered: null } } };
    const { optOut, coolDowns } = answered;
    const optedOutAt = optOut === undefined ? {} : { optedOutAt: optOut ? event.at : null };
    const offered = answered.offered ? JSON.stringify(answered.offered) : null;
    const besides = changesByRule(answered, event.at, state);
    const packet = packetLater(answered, state.id);
    const more = packet
      ? undefined
      : queueMore(kit, answered, {
          ...{ accountId: event.accountId, identityId: state.id, now, kf },
        });
    return {
      ...(packet ? { later: packet } : { reply: answered.reply }),
      afterCommit: () => replies.count(answered, now, event.accountId),
      because: becauseOf(answered),
      ...((handedOff?.effect ?? more) && {
        effect: async (raw: Raw) => {
          await handedOff?.effect?.(raw);
          await more?.(raw);
        },
      }),
      changes: {
        ...besides,
        set: {
          ...{ ...optedOutAt, offered, ...(kf ? paidFor(answered, state, now) : {}) },
          ...(coolDowns === undefined ? {} : { coolDowns }),
          ...handedOff?.changes.set,
        },
        timeline: [
          ...(optOut === undefined
            ? []
            : [{ at: event.at, kind: optOut ? 'opted-out' : 'opted-in', params: {} }]),
          ...(answered.reply && !packet
            ? [{ at: event.at, kind: 'message-out', params: answered.params }]
            : []),
          ...(handedOff?.changes.timeline ?? []),
          ...(besides.timeline ?? []),
        ],
      },
    };
  };

/** What follows the answer in customer service. */
function paidFor({ more = [] }: Answered, state: FollowerState, now: number) {
  if (more.length === 0) return {};
  const left = more.reduce((windows) => spendWindow(windows, now) ?? windows, windowsOf(state));
  return { windows: JSON.stringify(left) };
}

/** Customer-service messages that may be said to them now. */
function roomIn(state: FollowerState, now: number): number {
  const room = windowRoom(windowsOf(state), now);
  return room.open ? room.left : 0;
}

function becauseOf(answered: { by: string; ruleId?: string; faqId?: string }) {
  return { id: answered.ruleId ?? answered.faqId ?? '', name: answered.by, why: answered.by };
}
