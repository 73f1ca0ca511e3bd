import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  TextColumn,
} from '../../kernel/database';
import type { LinkEpisodeKind, LinkState } from './link-history';

const maybe = { nullable: true };

/** A member of a corp's staff, as the directory shows them. */
@Entity('staff')
@Index('uq_staff', ['accountId', 'userId'], { unique: true })
export class StaffMemberRow {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) userId!: string;
  @TextColumn(64) name!: string;
  @TextColumn(64, maybe) position!: string | null;
  @TextColumn(16) status!: string;
  @InstantColumn() seenAt!: number;
  /** What they read; null: nobody chose yet. */
  @TextColumn(8, maybe) language!: string | null;
}

/** One rep and one external contact: what the episodes of the two add up to, and what WeCom says beside it. */
@Entity('staff_link')
@Index('uq_staff_link', ['identityId', 'userId'], { unique: true })
@Index('ix_staff_link_rep', ['accountId', 'userId', 'state'])
export class StaffLink {
  @IdColumn() id!: string;
  @IdTextColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) userId!: string;
  @TextColumn(16) state!: LinkState;
  @InstantColumn(maybe) firstAddedAt!: number | null;
  @InstantColumn(maybe) addedAt!: number | null;
  /** Since the latest adding, each side by itself. */
  @InstantColumn(maybe) repDeletedAt!: number | null;
  @InstantColumn(maybe) customerDeletedAt!: number | null;
  @InstantColumn(maybe) transferredAt!: number | null;
  @InstantColumn(maybe) endedAt!: number | null;
  @CountColumn() addCount!: number;
  @TextColumn(16, maybe) addedBy!: 'rep' | 'customer' | 'other' | null;
  @TextColumn(32, maybe) addWay!: string | null;
  /** What the code or link carries by which they came. */
  @TextColumn(64, maybe) source!: string | null;
  @TextColumn(64, maybe) remark!: string | null;
}

/**
 * Added, deleted by either side, handed over: append-only. One a second and kind, because two apps of a
 * corp tell the same with codes of their own.
 */
@Entity('link_episode')
@Index('uq_link_episode', ['identityId', 'userId', 'at', 'kind'], { unique: true })
@Index('ix_link_episode_at', ['accountId', 'kind', 'at'])
@Index('ix_link_episode_source', ['accountId', 'source', 'kind'])
export class LinkEpisode {
  @IdColumn() id!: string;
  @IdTextColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) userId!: string;
  @TextColumn(24) kind!: LinkEpisodeKind;
  @InstantColumn() at!: number;
  @TextColumn(64, maybe) source!: string | null;
  @TextColumn(16) learnedBy!: 'event' | 'sync';
}

/** What WeCom tells of an external contact; unlike an Official Account it knows names. */
@Entity('contact_profile')
export class ContactProfile {
  @IdColumn() identityId!: string;
  @TextColumn(64) name!: string;
  @TextColumn(255, maybe) avatar!: string | null;
  @TextColumn(16) kind!: 'wechat' | 'wecom';
  @TextColumn(64, maybe) company!: string | null;
  @TextColumn(64, maybe) position!: string | null;
  @InstantColumn() fetchedAt!: number;
}
