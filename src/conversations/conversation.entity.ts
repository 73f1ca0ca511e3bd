import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

/** `lapsed`: they waited for a day, nobody came, and the bot answers again until a person looks (ADR 0028). */
export const conversationStates = ['bot', 'waiting', 'lapsed', 'taken', 'closed'] as const;
export type ConversationState = (typeof conversationStates)[number];

/**
 * Who talks with a follower. A row is there only when a person has been involved; what was said stands in the
 * timeline, and whether the bot is silent on the identity (`attended`), where every event reads it.
 */
@Entity('conversation')
@Index('ix_conversation_state', ['state', 'waitingSince'])
@Index('ix_conversation_operator', ['operatorId', 'state'])
@Index('ix_conversation_changed', ['changedAt'])
export class Conversation {
  @IdColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(8) state!: ConversationState;
  /** Of the state; business time. */
  @InstantColumn() since!: number;
  @InstantColumn({ nullable: true }) waitingSince!: number | null;
  /** Who has them, or is to answer them. */
  @IdTextColumn(26, { nullable: true }) operatorId!: string | null;
  /** Who had them last: the first choice when they ask again. */
  @IdTextColumn(26, { nullable: true }) lastOperatorId!: string | null;
  /** When an operator wrote last; business time. */
  @InstantColumn({ nullable: true }) lastOperatorAt!: number | null;
  /** Who is writing an answer now, and until when that is believed; system time. */
  @IdTextColumn(26, { nullable: true }) draftBy!: string | null;
  @InstantColumn({ nullable: true }) draftUntil!: number | null;
  /** System time. */
  @InstantColumn() changedAt!: number;
}

/** What an operator sent. Its id is that of the timeline entry and of the send run, whose delivery has its state. */
@Entity('conversation_message')
@Index('uq_conversation_message', ['identityId', 'clientKey'], { unique: true })
@Index('ix_conversation_message_changed', ['changedAt'])
export class ConversationMessage {
  @IdColumn() id!: string;
  @IdTextColumn() identityId!: string;
  @IdTextColumn() operatorId!: string;
  @IdTextColumn(64) clientKey!: string;
  /** System time of the last change of its state. */
  @InstantColumn() changedAt!: number;
}

/** The last entry an operator has seen of a conversation. */
@Entity('conversation_read')
export class ConversationRead {
  @IdColumn() identityId!: string;
  @IdColumn() operatorId!: string;
  @IdTextColumn() entryId!: string;
}

/** Operators who were in the inbox, and whether they are now. */
@Entity('operator_presence')
export class OperatorPresence {
  @IdColumn() operatorId!: string;
  @TextColumn(64) name!: string;
  /** JSON list of the accounts they may see; null for all. */
  @LongTextColumn({ nullable: true }) accountIds!: string | null;
  @FlagColumn() canReply!: boolean;
  @FlagColumn() isOnline!: boolean;
  /** System time. */
  @InstantColumn() seenAt!: number;
  /** When somebody was assigned to them last; system time. */
  @InstantColumn() assignedAt!: number;
}
