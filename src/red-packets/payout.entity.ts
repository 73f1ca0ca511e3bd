import { Entity, Index } from 'typeorm';
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
import type { MoneyPlace, NextAction, PayoutState } from './payout-states';

/**
 * One red packet for one person: a row before the first byte leaves, with its number and its request for ever.
 * Waiting times are business time; leases are the database's clock.
 */
@Entity('payout')
@Index('uq_payout_recipient', ['runId', 'identityId'], { unique: true })
@Index('uq_payout_bill', ['merchantAccountId', 'billNo'], { unique: true })
@Index('ix_payout_due', ['merchantAccountId', 'nextAction', 'nextActionAt'])
@Index('ix_payout_promotion', ['promotionId', 'state'])
@Index('ix_payout_run', ['runId', 'state'])
@Index('ix_payout_identity', ['identityId'])
export class Payout {
  @IdColumn() id!: string;
  @IdTextColumn() promotionId!: string;
  @IdTextColumn() runId!: string;
  @IdTextColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn() merchantAccountId!: string;
  @IdTextColumn(28) billNo!: string;
  @FenColumn() amountFen!: number;
  /** The packet as JSON: every try sends exactly this. */
  @LongTextColumn() request!: string;
  @IdTextColumn(64) requestHash!: string;
  @TextColumn(16) state!: PayoutState;
  /** The ledger account that holds its amount now. */
  @TextColumn(16) moneyPlace!: MoneyPlace;
  /** WeChat's code, or ours, for the state it is in. */
  @TextColumn(64, { nullable: true }) reasonCode!: string | null;
  @TextColumn(8, { nullable: true }) nextAction!: NextAction | null;
  @InstantColumn({ nullable: true }) nextActionAt!: number | null;
  /** Of one that a message caused: which one, hashed. The same message is told the same again. */
  @TextColumn(32, { nullable: true }) cause!: string | null;
  /** The day of China that its amount counts to, `yyyymmdd`. */
  @IdTextColumn(8) chinaDay!: string;
  @CountColumn() tries!: number;
  /** Questions since the last try. */
  @CountColumn() asks!: number;
  /** True once any try ended without a definite answer: from then on "not found" proves nothing. */
  @FlagColumn() wasUnknown!: boolean;
  @InstantColumn({ nullable: true }) notFoundAt!: number | null;
  @InstantColumn({ nullable: true }) refusedAt!: number | null;
  @InstantColumn({ nullable: true }) firstSentAt!: number | null;
  @InstantColumn({ nullable: true }) lastSentAt!: number | null;
  /** When WeChat said that the packet is out. */
  @InstantColumn({ nullable: true }) deliveredAt!: number | null;
  @InstantColumn({ nullable: true }) finishedAt!: number | null;
  @IdTextColumn(64, { nullable: true }) leaseBy!: string | null;
  @InstantColumn({ nullable: true }) leaseUntil!: number | null;
  @CountColumn() version!: number;
  @InstantColumn() createdAt!: number;
}

export type CallKind = 'state' | 'send' | 'ask';
/** `late`: an answer that came after its lease was lost; it is kept and changes nothing. */
export type CallPhase = 'before' | 'after' | 'late' | 'none';

/** What was done about a payout: one line before and one after each call. Append-only, without secrets. */
@Entity('payout_call')
@Index('ix_payout_call', ['payoutId', 'id'])
export class PayoutCall {
  @IdColumn() id!: string;
  @IdTextColumn() payoutId!: string;
  /** Business time, epoch ms. */
  @InstantColumn() at!: number;
  @TextColumn(8) kind!: CallKind;
  @TextColumn(8) phase!: CallPhase;
  @TextColumn(64, { nullable: true }) code!: string | null;
  /** The state after this line. */
  @TextColumn(16) state!: PayoutState;
  @CountColumn({ nullable: true }) tookMs!: number | null;
  @TextColumn(512, { nullable: true }) detail!: string | null;
}

/** The next number of a merchant; a number is spent once it is written. */
@Entity('merchant_counter')
export class MerchantCounter {
  @IdColumn() merchantAccountId!: string;
  @FenColumn() nextNumber!: number;
}

/** What was reserved to leave on one day of China, for a promotion or for a merchant. */
@Entity('spend_day')
export class SpendDay {
  @IdColumn(64) scope!: string;
  @IdColumn(8) chinaDay!: string;
  @FenColumn() spentFen!: number;
}

/** Stops paying: `all`, or one merchant. Read from the database before every batch. */
@Entity('kill_switch')
export class KillSwitch {
  @IdColumn(64) scope!: string;
  @FlagColumn() active!: boolean;
  @TextColumn(64) reason!: string;
  /** Business time at which it opens by itself. */
  @InstantColumn({ nullable: true }) endsAt!: number | null;
  @TextColumn(128) decidedBy!: string;
  @InstantColumn() changedAt!: number;
}
