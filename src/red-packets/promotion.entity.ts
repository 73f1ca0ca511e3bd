import { Entity, Index } from 'typeorm';
import type { MissedPolicy } from '../kernel/schedule';
import {
  CountColumn,
  FenColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

export type PromotionStatus =
  'draft' | 'scheduled' | 'running' | 'paused' | 'finished' | 'cancelled';
/** How often one person is paid who says the keyword. */
export type OncePer = 'promotion' | 'day';

/**
 * Money set aside for the people of a segment. The four amounts at the end are balances: they change only
 * together with a ledger line, and budget = available + reserved + in flight + paid at every moment.
 */
@Entity('promotion')
@Index('ix_promotion_status', ['status'])
@Index('ix_promotion_merchant', ['merchantAccountId', 'status'])
export class Promotion {
  @IdColumn() id!: string;
  @TextColumn(64) name!: string;
  /** Who is paid; of one that is paid by keyword, who may be: empty for everybody. */
  @IdTextColumn() segmentId!: string;
  /** The Official Account whose followers are paid. */
  @IdTextColumn() accountId!: string;
  /** The merchant that pays. */
  @IdTextColumn() merchantAccountId!: string;
  /** Equal for a fixed amount. */
  @FenColumn() minFen!: number;
  @FenColumn() maxFen!: number;
  @FlagColumn() isRandom!: boolean;
  @FenColumn() budgetFen!: number;
  /** The most one person gets from this promotion, over all its runs. */
  @FenColumn({ nullable: true }) perPersonFen!: number | null;
  /** The most that leaves in one day of China (UTC+8). */
  @FenColumn({ nullable: true }) perDayFen!: number | null;
  @TextColumn(64, { nullable: true }) cron!: string | null;
  @TextColumn(64, { nullable: true }) zone!: string | null;
  @TextColumn(8, { nullable: true }) missed!: MissedPolicy | null;
  /** Null pays an audience; otherwise a reply rule pays whoever hits it, this often. */
  @TextColumn(16, { nullable: true }) oncePer!: OncePer | null;
  /** Paid by keyword until then, business time; null until the budget is used up. */
  @InstantColumn({ nullable: true }) endsAt!: number | null;
  @TextColumn(16) status!: PromotionStatus;
  @TextColumn(64, { nullable: true }) pauseReason!: string | null;
  @TextColumn(32) senderName!: string;
  @TextColumn(128) wish!: string;
  @TextColumn(32) activityName!: string;
  @TextColumn(255) remark!: string;
  @IdTextColumn(16, { nullable: true }) sceneId!: string | null;
  /** That somebody read WeChat's rule against rewarding follows and shares. */
  @InstantColumn({ nullable: true }) acknowledgedAt!: number | null;
  @IdTextColumn(64, { nullable: true }) acknowledgedBy!: string | null;
  @FenColumn() reservedFen!: number;
  @FenColumn() inFlightFen!: number;
  @FenColumn() paidFen!: number;
  /** Came back after 24 hours unopened, all told; it is part of what is available again. */
  @FenColumn() refundedFen!: number;
  @CountColumn() ledgerSeq!: number;
  @IdTextColumn(64) ledgerHash!: string;
  @CountColumn() version!: number;
  @InstantColumn() createdAt!: number;
  @InstantColumn({ nullable: true }) startedAt!: number | null;
}

/** `open` is a run that people join one by one, by keyword. */
export type RunState = 'freezing' | 'reserving' | 'paying' | 'open' | 'done';

/** One firing of a promotion. */
@Entity('promotion_run')
@Index('uq_promotion_run', ['promotionId', 'dueAt'], { unique: true })
@Index('ix_promotion_run_state', ['state', 'nextActionAt'])
export class PromotionRun {
  @IdColumn() id!: string;
  @IdTextColumn() promotionId!: string;
  /** Business time, epoch ms. */
  @InstantColumn() dueAt!: number;
  @TextColumn(16) state!: RunState;
  /** The segment's rule as it was when the run began. */
  @LongTextColumn() segmentRule!: string;
  @CountColumn() audience!: number;
  @CountColumn() decided!: number;
  /** What this run may still reserve: draws add up to it exactly. */
  @FenColumn() poolFen!: number;
  @InstantColumn() nextActionAt!: number;
  @CountColumn() failures!: number;
  @TextColumn(255, { nullable: true }) lastError!: string | null;
  @IdTextColumn(64, { nullable: true }) leaseBy!: string | null;
  @InstantColumn({ nullable: true }) leaseUntil!: number | null;
  @InstantColumn() createdAt!: number;
}

/**
 * `uncovered`: the budget did not reach them. `limited`: they already got what one person may get.
 * `excluded`: they had left or opted out when money was to be reserved.
 */
export const recipientStates = [
  'waiting',
  'reserved',
  'uncovered',
  'limited',
  'excluded',
  'cancelled',
] as const;
export type RecipientState = (typeof recipientStates)[number];

/** The audience of a run, frozen at its start. */
@Entity('promotion_recipient')
@Index('ix_recipient_state', ['runId', 'state', 'identityId'])
@Index('ix_recipient_promotion', ['promotionId', 'state'])
export class PromotionRecipient {
  @IdColumn() runId!: string;
  @IdColumn() identityId!: string;
  @IdTextColumn() promotionId!: string;
  @TextColumn(16) state!: RecipientState;
}
