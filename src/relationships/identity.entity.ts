import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

export type IdentityKind = 'follower' | 'external-contact';
export type ChannelState = 'following' | 'unfollowed' | 'unknown';

/**
 * One follower of one account: the channel identity that facts belong to. Its row is also the lane
 * that keeps events of one person in order across processes.
 */
@Entity('identity')
@Index('uq_identity_external', ['accountId', 'externalId'], { unique: true })
@Index('ix_identity_person', ['personId'])
@Index('ix_identity_unionid', ['unionid'])
@Index('ix_identity_state', ['accountId', 'state', 'followedAt'])
@Index('ix_identity_active', ['lastActiveAt', 'id'])
@Index('ix_identity_segment', [
  'kind',
  'followedAt',
  'state',
  'accountId',
  'sourceScene',
  'firstScene',
  'followCount',
  'optedOutAt',
  'personId',
])
export class Identity {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(24) kind!: IdentityKind;
  /** openid. */
  @IdTextColumn(64) externalId!: string;
  @IdTextColumn() personId!: string;
  @IdTextColumn(64, { nullable: true }) unionid!: string | null;
  @TextColumn(16) state!: ChannelState;
  /** Time of the event that set the state: an older event that comes late does not change it. */
  @InstantColumn({ nullable: true }) stateAt!: number | null;
  @InstantColumn({ nullable: true }) firstFollowedAt!: number | null;
  @InstantColumn({ nullable: true }) followedAt!: number | null;
  @InstantColumn({ nullable: true }) unfollowedAt!: number | null;
  @CountColumn() followCount!: number;
  /** How the latest follow came about: `scene`, or WeChat's word from user info in lower case. */
  @TextColumn(32, { nullable: true }) sourceKind!: string | null;
  @TextColumn(64, { nullable: true }) sourceScene!: string | null;
  @TextColumn(64, { nullable: true }) firstScene!: string | null;
  @InstantColumn({ nullable: true }) lastActiveAt!: number | null;
  @InstantColumn({ nullable: true }) lastInboundAt!: number | null;
  @InstantColumn({ nullable: true }) optedOutAt!: number | null;
  /** Open customer-service windows, as the channel keeps them. */
  @JsonColumn({ nullable: true }) windows!: unknown;
  @LongTextColumn({ nullable: true }) offered!: string | null;
  /** A person answers instead of the bot: `waiting` or `taken`, and when the away text was said last. */
  @TextColumn(24, { nullable: true }) attended!: string | null;
  /** When rules with a cool-down last answered: `{ruleId: business ms}`. */
  @LongTextColumn({ nullable: true }) coolDowns!: string | null;
  @InstantColumn() createdAt!: number;
}

/** A person groups identities; facts stay with the identity, so a join can be undone. */
@Entity('person')
export class Person {
  @IdColumn() id!: string;
  /** The operator's name for them; WeChat gives none. */
  @TextColumn(64, { nullable: true }) displayName!: string | null;
  @InstantColumn() createdAt!: number;
}

/** Why an identity belongs to a person: append-only. */
@Entity('identity_join')
@Index('ix_identity_join_identity', ['identityId', 'at'])
export class IdentityJoin {
  @IdColumn() id!: string;
  @IdTextColumn() identityId!: string;
  @IdTextColumn(26, { nullable: true }) fromPersonId!: string | null;
  @IdTextColumn() toPersonId!: string;
  @TextColumn(32) reason!: string;
  @IdTextColumn(64) decidedBy!: string;
  @InstantColumn() at!: number;
}

/** Followed, unfollowed, …: append-only; the current state is derived. */
@Entity('episode')
@Index('ix_episode_identity', ['identityId', 'at'])
@Index('ix_episode_at', ['accountId', 'kind', 'at'])
export class Episode {
  @IdColumn() id!: string;
  @IdTextColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(24) kind!: 'followed' | 'unfollowed';
  @InstantColumn() at!: number;
  @TextColumn(32, { nullable: true }) sourceKind!: string | null;
  @TextColumn(64, { nullable: true }) scene!: string | null;
  /** 1 for the first follow, 2 for the second, …; an unfollow carries the number of the follow it ends. */
  @CountColumn() nth!: number;
}

@Entity('timeline_entry')
@Index('ix_timeline_identity', ['identityId', 'at', 'id', 'kind'])
@Index('ix_timeline_kind', ['kind', 'at', 'identityId'])
export class TimelineEntry {
  @IdColumn() id!: string;
  @IdTextColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  /** Business time, epoch ms. */
  @InstantColumn() at!: number;
  @TextColumn(32) kind!: string;
  @LongTextColumn() params!: string;
  @TextColumn(24, { nullable: true }) refKind!: string | null;
  @IdTextColumn(26, { nullable: true }) refId!: string | null;
}
