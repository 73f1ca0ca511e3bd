import { Entity, Index } from 'typeorm';
import { CountColumn, IdColumn, IdTextColumn, InstantColumn, TextColumn } from '../kernel/database';

export type DeliveryState =
  'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'skipped' | 'unknown';

/**
 * One message to one identity: the row stands before the first byte leaves. Its key is natural, so an
 * audience is one INSERT … SELECT, and WeChat's `client_msg_id` is a hash of it.
 */
@Entity('delivery')
@Index('ix_delivery_work', ['runId', 'state', 'dueAt'])
export class Delivery {
  @IdColumn() runId!: string;
  @IdColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(12) state!: DeliveryState;
  /** Stable word: why skipped, failed or unknown, or why it waits for another try. */
  @TextColumn(48, { nullable: true }) reason!: string | null;
  @CountColumn({ nullable: true }) errcode!: number | null;
  /** WeChat's msgid: beyond 2^53, so a string. */
  @IdTextColumn(32, { nullable: true }) platformMessageId!: string | null;
  @CountColumn() tries!: number;
  @IdTextColumn(26, { nullable: true }) leaseBy!: string | null;
  @InstantColumn({ nullable: true }) leaseUntil!: number | null;
  /** Business time of the first try nobody knows the end of; the window of `client_msg_id` counts from it. */
  @InstantColumn({ nullable: true }) firstSentAt!: number | null;
  @InstantColumn({ nullable: true }) sentAt!: number | null;
  @InstantColumn({ nullable: true }) receiptAt!: number | null;
  @InstantColumn() dueAt!: number;
}
