import { Entity, Index } from 'typeorm';
import { IdColumn, IdTextColumn, InstantColumn, TextColumn } from '../../kernel/database';

const maybe = { nullable: true };

/**
 * A telephone number of an identity. `heldBy` is the rep who noted it in WeCom; empty for one that an operator
 * checked, which alone is enough to join.
 */
@Entity('identity_phone')
@Index('uq_identity_phone', ['identityId', 'phone', 'heldBy'], { unique: true })
@Index('ix_identity_phone', ['phone', 'identityId'])
export class IdentityPhone {
  @IdColumn() id!: string;
  @IdTextColumn() identityId!: string;
  /** `+8613800000000`. */
  @IdTextColumn(20) phone!: string;
  @IdTextColumn(64) heldBy!: string;
  @TextColumn(64) notedBy!: string;
  @InstantColumn() at!: number;
}

/**
 * A follower whom WeCom was asked about because the corp tells no unionids: under `pendingId` they will be
 * known when they become a customer; null when WeCom named them, or does not know them.
 */
@Entity('follower_match')
@Index('ix_follower_match', ['accountId', 'pendingId'])
export class FollowerMatch {
  @IdColumn() identityId!: string;
  /** The corp's. */
  @IdColumn() accountId!: string;
  @IdTextColumn(64, maybe) pendingId!: string | null;
  @InstantColumn() askedAt!: number;
}

/** An operator said that these are two; nothing joins them but another operator's word. The lesser id first. */
@Entity('not_same_person')
export class NotSamePerson {
  @IdColumn() onePersonId!: string;
  @IdColumn() otherPersonId!: string;
  @TextColumn(64) decidedBy!: string;
  @InstantColumn() at!: number;
}
