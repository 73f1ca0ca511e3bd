import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../../kernel/database';

/** What a corp says to new friends; `source` is what the code or link carries, empty for all others. */
@Entity('welcome_text')
export class WelcomeText {
  @IdColumn() accountId!: string;
  @IdColumn(64) source!: string;
  @LongTextColumn() text!: string;
  @InstantColumn() changedAt!: number;
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
