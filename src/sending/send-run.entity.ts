import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

export type SendOrigin = 'campaign' | 'reply' | 'test' | 'operator';
export type SendChannel = 'template' | 'customer-service' | 'kf';
export type SendRunState = 'running' | 'paused' | 'cancelled' | 'finished';

/** One message as it was when it started, for one identity or for a million: what is sent, and whether it may be. */
@Entity('send_run')
@Index('ix_send_run_open', ['isOpen', 'accountId', 'channel'])
@Index('ix_send_run_finished', ['finishedAt'])
export class SendRun {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(12) origin!: SendOrigin;
  @TextColumn(20) channel!: SendChannel;
  /** For timelines: the template's title, or the campaign's name. */
  @TextColumn(128) title!: string;
  @IdTextColumn(26, { nullable: true }) campaignId!: string | null;
  /** The message's JSON: `RunMessage`. */
  @LongTextColumn() message!: string;
  @TextColumn(12) state!: SendRunState;
  /** Until no delivery is queued or sending. */
  @FlagColumn() isOpen!: boolean;
  @TextColumn(48, { nullable: true }) pauseReason!: string | null;
  /** Calls that ended since the run started or was resumed, and how many of them badly: for the automatic pause. */
  @CountColumn() outcomes!: number;
  @CountColumn() errors!: number;
  @InstantColumn() createdAt!: number;
  @InstantColumn({ nullable: true }) finishedAt!: number | null;
}

/** What is known of one message id of WeChat's: whose it is, how it arrived; either may come first. */
@Entity('send_receipt')
export class SendReceipt {
  @IdColumn() accountId!: string;
  @IdColumn(32) messageId!: string;
  @IdTextColumn(26, { nullable: true }) runId!: string | null;
  @IdTextColumn(26, { nullable: true }) identityId!: string | null;
  @TextColumn(12, { nullable: true }) outcome!: string | null;
  @InstantColumn({ nullable: true }) receivedAt!: number | null;
}

/** Until when an account says nothing on one channel: a quota of WeChat's is used up. Business time. */
@Entity('sending_hold')
export class SendingHold {
  @IdColumn() accountId!: string;
  @IdColumn(20) channel!: string;
  @InstantColumn() untilAt!: number;
  @TextColumn(48) reason!: string;
}

/** What happened to a run besides its deliveries: paused, held, an answer that came too late. Append-only. */
@Entity('send_event')
@Index('ix_send_event_run', ['runId', 'at'])
export class SendEvent {
  @IdColumn() id!: string;
  @IdTextColumn() runId!: string;
  @IdTextColumn(26, { nullable: true }) identityId!: string | null;
  @InstantColumn() at!: number;
  @TextColumn(24) kind!: string;
  @TextColumn(128, { nullable: true }) detail!: string | null;
}
