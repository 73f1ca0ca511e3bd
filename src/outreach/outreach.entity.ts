import { Entity, Index } from 'typeorm';
import type { AnyAttachment } from '../attachments';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';
import type { OrderState, OutreachKind, OutreachStatus, RecipientState } from './states';
import type { CapRule } from './mass-cap';

const maybe = { nullable: true };

/** What reps send or show to their own customers, once each of them has confirmed it in WeCom. */
@Entity('outreach')
@Index('ix_outreach_account', ['accountId', 'createdAt'])
export class Outreach {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(16, { default: 'message' }) kind!: OutreachKind;
  @TextColumn(64) name!: string;
  /** Null: every customer of the corp. */
  @IdTextColumn(26, maybe) segmentId!: string | null;
  /** The segment's rule as it was at the start. */
  @LongTextColumn(maybe) rule!: string | null;
  @LongTextColumn() text!: string;
  /** All that hangs on it; what does not say its kind is a link card. */
  @JsonColumn() links!: AnyAttachment[];
  @InstantColumn(maybe) startsAt!: number | null;
  /** Reps who have not confirmed are reminded once after so long. */
  @CountColumn(maybe) remindAfterHours!: number | null;
  @TextColumn(12) status!: OutreachStatus;
  /** Persons of the segment who are no customers of this corp: they have no row below. */
  @CountColumn() outsiders!: number;
  @TextColumn(64) createdBy!: string;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
  @InstantColumn(maybe) frozenAt!: number | null;
  @InstantColumn(maybe) endedAt!: number | null;
}

/** What one rep is asked to do: up to 10,000 customers of a message, or their part of a moment. */
@Entity('outreach_order')
@Index('uq_outreach_order', ['outreachId', 'userId', 'part'], { unique: true })
@Index('ix_outreach_order_rep', ['accountId', 'userId', 'state'])
@Index('ix_outreach_order_message', ['accountId', 'messageId'])
export class OutreachOrder {
  @IdColumn() id!: string;
  @IdTextColumn() outreachId!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) userId!: string;
  @CountColumn() part!: number;
  @CountColumn() people!: number;
  @TextColumn(16) state!: OrderState;
  @TextColumn(64, maybe) reason!: string | null;
  @IdTextColumn(64, maybe) messageId!: string | null;
  /** Written before WeCom is asked: from then on nobody orders it a second time by themselves. */
  @InstantColumn(maybe) askedAt!: number | null;
  /** How often we looked whether an order whose answer got lost is there. */
  @CountColumn() looks!: number;
  @InstantColumn(maybe) confirmedAt!: number | null;
  /** Instants of our reminders. */
  @JsonColumn() reminders!: number[];
  @InstantColumn(maybe) polledAt!: number | null;
  @InstantColumn() changedAt!: number;
}

/** Who is meant, by whom, and what became of it. The cap of a month is counted from here. */
@Entity('outreach_recipient')
@Index('ix_outreach_recipient_state', ['outreachId', 'state', 'identityId'])
@Index('ix_outreach_recipient_order', ['orderId', 'state'])
@Index('ix_outreach_recipient_cap', ['identityId', 'state', 'sentAt'])
export class OutreachRecipient {
  @IdColumn() outreachId!: string;
  @IdColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) externalUserId!: string;
  @IdTextColumn(64, maybe) userId!: string | null;
  /** Of a moment: the rep by whom it came first. */
  @IdTextColumn(26, maybe) orderId!: string | null;
  @TextColumn(16) state!: RecipientState;
  @TextColumn(64, maybe) reason!: string | null;
  @InstantColumn(maybe) sentAt!: number | null;
  /** Of a moment. WeCom tells who commented and not what. */
  @InstantColumn(maybe) likedAt!: number | null;
  @InstantColumn(maybe) commentedAt!: number | null;
  @InstantColumn() changedAt!: number;
}

@Entity('outreach_setting')
export class OutreachSetting {
  @IdColumn() accountId!: string;
  @TextColumn(16) capRule!: CapRule;
  @InstantColumn() changedAt!: number;
}
