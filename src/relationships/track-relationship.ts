import { isMessage, type InboundEvent, type MessageEvent } from '../channels/inbound-event';
import {
  openWindow,
  windowTriggerOf,
  type WindowState,
  defaultQuotas,
} from '../channels/official-account/customer-service-window';
import { limits as weComLimits } from '../channels/wecom/limits';
import type { Changes } from './changes';
import type { FollowerState } from './follower-state';
import { clearEvents, dataNamedBy, eventKindsOf, toldData, type ToldData } from './told-data';

/**
 * What an event means for the relationship. Episodes are kept whatever the order of arrival; the current
 * state is the one of the latest event by WeChat's own time, so a late event never turns it back.
 */
export function trackRelationship(event: InboundEvent, state: FollowerState): Changes | undefined {
  const changes = relationshipChanges(event, state);
  const trigger = windowTriggerOf(event);
  if (!changes || !trigger) return changes;
  const quotas = kfOf(event) ? kfQuotas : defaultQuotas;
  const windows = openWindow(windowsOf(state), trigger, event.at, quotas);
  return { ...changes, set: { ...changes.set, windows: JSON.stringify(windows) } };
}

const { messages: count, windowMs: ms } = weComLimits.kf;
/** WeChat customer service counts by its own numbers. */
const kfQuotas = { ...defaultQuotas, said: { count, ms } };

const kfOf = (event: InboundEvent) => (isMessage(event) ? event.kf : undefined);

/** The customer-service windows this follower has opened. */
export function windowsOf(state: Pick<FollowerState, 'windows'>): WindowState {
  return state.windows === null ? {} : (JSON.parse(state.windows) as WindowState);
}

function relationshipChanges(event: InboundEvent, state: FollowerState): Changes | undefined {
  switch (event.kind) {
    case 'followed':
      return followed(event, state);
    case 'unfollowed':
      return unfollowed(event.at, state);
    case 'scanned':
      return {
        set: stillFollowing(state, event.at),
        timeline: [{ at: event.at, kind: 'scanned', params: { scene: event.scene } }],
      };
    case 'text':
      return {
        set: stillThere(event, state),
        timeline: [
          {
            ...{ at: event.at, kind: 'message-in' },
            params: { messageKind: 'text', text: event.text, ...kfParams(event) },
          },
        ],
      };
    case 'image':
    case 'voice':
    case 'video':
    case 'location':
    case 'link':
    case 'file':
      return {
        set: stillThere(event, state),
        timeline: [
          { at: event.at, kind: 'message-in', params: { ...paramsOf(event), ...kfParams(event) } },
        ],
      };
    case 'menu-tapped':
      return {
        set: stillFollowing(state, event.at),
        timeline: [
          { at: event.at, kind: 'menu-tapped', params: { menu: event.menu, key: event.key } },
        ],
      };
    case 'authorization-revoked':
      return takenBack(event, state, dataNamedBy(event.codes), { codes: event.codes });
    case 'profile-cancelled':
      return takenBack(event, state, toldData);
    case 'profile-modified':
      return { forget: ['profile'] };
    default:
      return undefined;
  }
}

/** Deleted with the event itself, except for the events that came before: a job finds those. */
function takenBack(
  event: InboundEvent,
  state: FollowerState,
  what: readonly ToldData[],
  params: Record<string, unknown> = {},
): Changes | undefined {
  // Who never followed us withdraws what a web page asked for, and we know nothing of them.
  if (state.followCount === 0 && state.lastActiveAt === null) return undefined;
  const { at, kind, accountId } = event;
  const kinds = eventKindsOf(what);
  const payload = { identityId: state.id, kinds, after: '' };
  const dueAt = at;
  return {
    forget: [...what],
    timeline: [{ at, kind, params }],
    work: kinds.length > 0 ? [{ kind: clearEvents, accountId, payload, priority: 4, dueAt }] : [],
  };
}

/** What is needed to show the message again; what it holds stays with WeChat for three days. */
function paramsOf(event: Exclude<MessageEvent, { kind: 'text' }>): Record<string, unknown> {
  const messageKind = event.kind;
  switch (event.kind) {
    case 'voice':
      return { messageKind, mediaId: event.mediaId, text: event.recognised };
    case 'image':
    case 'video':
      return { messageKind, mediaId: event.mediaId };
    case 'location':
      return { messageKind, text: event.label };
    case 'link':
    case 'file':
      return { messageKind, text: event.title };
  }
}

function followed(
  event: Extract<InboundEvent, { kind: 'followed' }>,
  state: FollowerState,
): Changes {
  const nth = state.followCount + 1;
  const sourceKind = event.scene ? 'scene' : event.sourceKey ? 'other' : 'search';
  const isLatest = state.stateAt === null || event.at >= state.stateAt;
  const isFirst = state.firstFollowedAt === null || event.at < state.firstFollowedAt;
  const awayDays =
    state.unfollowedAt !== null && event.at > state.unfollowedAt
      ? Math.floor((event.at - state.unfollowedAt) / 86_400_000)
      : undefined;
  const params = {
    nth,
    ...(event.scene ? { scene: event.scene } : {}),
    ...(awayDays === undefined ? {} : { awayDays }),
  };
  return {
    set: {
      followCount: nth,
      ...(isFirst ? { firstFollowedAt: event.at, firstScene: event.scene ?? null } : {}),
      ...(isLatest
        ? {
            state: 'following',
            stateAt: event.at,
            followedAt: event.at,
            sourceKind,
            sourceScene: event.scene ?? null,
          }
        : {}),
      ...active(state, event.at),
    },
    episodes: [{ kind: 'followed', at: event.at, sourceKind, scene: event.scene, nth }],
    timeline: [{ at: event.at, kind: nth > 1 ? 'returned' : 'followed', params }],
  };
}

function unfollowed(at: number, state: FollowerState): Changes {
  const isLatest = state.stateAt === null || at >= state.stateAt;
  const days =
    state.followedAt !== null && at > state.followedAt
      ? { days: Math.floor((at - state.followedAt) / 86_400_000) }
      : {};
  return {
    set: isLatest ? { state: 'unfollowed', stateAt: at, unfollowedAt: at, windows: null } : {},
    episodes: [{ kind: 'unfollowed', at, nth: state.followCount }],
    timeline: [{ at, kind: 'unfollowed', params: days }],
  };
}

/** By its id a message is found again when it is taken back. */
const kfParams = ({ kf, messageId }: MessageEvent) =>
  kf === undefined ? {} : { kfId: kf.kfId, messageId };

/** Who writes to customer service need be nobody's friend. */
function stillThere(event: MessageEvent, state: FollowerState): Partial<FollowerState> {
  if (event.kf === undefined) return stillFollowing(state, event.at);
  const lastInboundAt = Math.max(event.at, state.lastInboundAt ?? 0);
  return { ...active(state, event.at), lastInboundAt };
}

/** Who writes to us follows us: the follow event of someone we did not know may never have reached us. */
function stillFollowing(state: FollowerState, at: number): Partial<FollowerState> {
  return {
    ...active(state, at),
    lastInboundAt: Math.max(at, state.lastInboundAt ?? 0),
    ...(state.state === 'unknown' ? { state: 'following', stateAt: at, followedAt: at } : {}),
  };
}

function active(state: FollowerState, at: number): Partial<FollowerState> {
  return { lastActiveAt: Math.max(at, state.lastActiveAt ?? 0) };
}
