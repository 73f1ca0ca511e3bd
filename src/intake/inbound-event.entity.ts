import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

/**
 * `none`: nothing to say. `passive`: said in the answer to the callback. `pending`: being worked out.
 * `deferred`: too late for the answer, goes out as a customer-service message. `late`: went out so.
 */
export type ReplyState = 'none' | 'passive' | 'pending' | 'deferred' | 'late';

/** Every callback once: what came, what was answered. A repeat gets the stored reply. */
@Entity('inbound_event')
@Index('uq_inbound_event', ['accountId', 'dedupeKey'], { unique: true })
export class InboundEventRow {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(160) dedupeKey!: string;
  @IdTextColumn(26, { nullable: true }) identityId!: string | null;
  @TextColumn(32) kind!: string;
  @InstantColumn() eventAt!: number;
  @InstantColumn() receivedAt!: number;
  /** What the columns do not hold already, as JSON: see `stored-event.ts`. */
  @LongTextColumn() payload!: string;
  @LongTextColumn({ nullable: true }) reply!: string | null;
  @TextColumn(16) replyState!: ReplyState;
}

/** An event that could not be decided: kept without any change, until a person replays it. */
@Entity('failed_event')
@Index('ix_failed_event', ['failedAt'])
export class FailedEventRow {
  @IdColumn() eventId!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(32) kind!: string;
  @LongTextColumn() cause!: string;
  @InstantColumn() failedAt!: number;
}
