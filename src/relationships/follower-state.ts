import { createHash } from 'node:crypto';
import { text, type Locale } from '../kernel/text';
import type { ChannelState } from './identity.entity';

/** An identity's row as the callback path reads and writes it; instants are epoch ms. */
export type FollowerState = {
  id: string;
  accountId: string;
  kind: 'follower' | 'external-contact';
  externalId: string;
  personId: string;
  unionid: string | null;
  state: ChannelState;
  stateAt: number | null;
  firstFollowedAt: number | null;
  followedAt: number | null;
  unfollowedAt: number | null;
  followCount: number;
  sourceKind: string | null;
  sourceScene: string | null;
  firstScene: string | null;
  lastActiveAt: number | null;
  lastInboundAt: number | null;
  optedOutAt: number | null;
  /** JSON text, as the channel keeps its customer-service windows. */
  windows: string | null;
  /** JSON list of FAQ ids offered by the last answer, while it is the last thing said. */
  offered: string | null;
  /** Null while the bot answers; else `waiting` or `taken`, as the conversation keeps it. */
  attended: string | null;
  /** JSON: when rules with a cool-down last answered, by rule id. */
  coolDowns: string | null;
  createdAt: number;
};

/** With what is only read beside the row: the operator's name for the person, and their tags. */
export type KnownFollower = FollowerState & {
  displayName?: string | null;
  /** One name a line. */
  tagNames?: string | null;
  /** Ids of the segments that were asked about and hold for them. */
  inSegments?: ReadonlySet<string>;
};

export function newFollower(facts: {
  id: string;
  personId: string;
  accountId: string;
  externalId: string;
  createdAt: number;
  kind?: FollowerState['kind'];
}): FollowerState {
  return {
    kind: 'follower',
    ...facts,
    unionid: null,
    state: 'unknown',
    stateAt: null,
    firstFollowedAt: null,
    followedAt: null,
    unfollowedAt: null,
    followCount: 0,
    sourceKind: null,
    sourceScene: null,
    firstScene: null,
    lastActiveAt: null,
    lastInboundAt: null,
    optedOutAt: null,
    windows: null,
    offered: null,
    attended: null,
    coolDowns: null,
  };
}

/** WeChat gives no names: four letters by which an unnamed follower can be told from another. */
export function namelessMark(externalId: string): string {
  return createHash('sha256').update(externalId).digest('hex').slice(0, 4);
}

const erased = 'erased:';
/** What stands in place of the openid of somebody who was erased. */
export const pseudonymOf = (identityId: string): string => `${erased}${identityId}`;
export const isErased = (externalId: string): boolean => externalId.startsWith(erased);

/** The operator's name for a person, else a mark that tells one nameless follower, or friend of reps, from another. */
export function personName(
  locale: Locale,
  displayName: string | null | undefined,
  externalId: string,
  isFriend = false,
): string {
  const mark = namelessMark(externalId);
  if (isErased(externalId)) return text(locale, 'person.erased', { mark: mark.toUpperCase() });
  return (
    displayName ?? text(locale, isFriend ? 'person.unnamed.friend' : 'person.unnamed', { mark })
  );
}
