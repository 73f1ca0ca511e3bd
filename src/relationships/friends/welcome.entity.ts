import { Entity, Index } from 'typeorm';
import type { AttachmentSpec } from '../../attachments';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TextColumn,
} from '../../kernel/database';

/** What a corp says to new friends; `source` is what the code or link carries, empty for all others. */
@Entity('welcome_text')
export class WelcomeText {
  @IdColumn() accountId!: string;
  @IdColumn(64) source!: string;
  @LongTextColumn() text!: string;
  @JsonColumn({ nullable: true }) attachments!: AttachmentSpec[] | null;
  @InstantColumn() changedAt!: number;
}

/** What some reps say, or everybody at certain hours, where no source has words of its own. The first that fits. */
@Entity('welcome_special')
@Index('uq_welcome_special', ['accountId', 'place'], { unique: true })
export class WelcomeSpecial {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @CountColumn() place!: number;
  /** Empty: every rep. */
  @JsonColumn() userIds!: string[];
  /** `22:00` on the organisation's clock; null: all day. Later than the end: over midnight. */
  @TextColumn(5, { nullable: true }) fromClock!: string | null;
  @TextColumn(5, { nullable: true }) toClock!: string | null;
  @LongTextColumn() text!: string;
  @JsonColumn() attachments!: AttachmentSpec[];
}

/**
 * `sending` until the answer is there. `refused`: WeCom said no; `late`: its 20 seconds were over;
 * `greeted`: somebody else was quicker, or the two had talked before.
 */
export type WelcomeState = 'sending' | 'sent' | 'greeted' | 'refused' | 'late';

/** One greeting for one adding, whichever app heard of it first. */
@Entity('welcome')
@Index('uq_welcome', ['identityId', 'userId', 'addedAt'], { unique: true })
export class Welcome {
  @IdColumn() id!: string;
  @IdTextColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) userId!: string;
  @IdTextColumn(16) agentId!: string;
  @InstantColumn() addedAt!: number;
  @TextColumn(16) state!: WelcomeState;
  @InstantColumn() changedAt!: number;
}
