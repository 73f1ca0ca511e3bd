import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

const maybe = { nullable: true };

/**
 * One account of WeChat customer service of a corp, and how far its messages have been read. Whoever holds the
 * lease reads; who comes meanwhile only says that there is more (`isWanted`).
 */
@Entity('kf_account')
@Index('uq_kf_account', ['accountId', 'kfId'], { unique: true })
export class KfAccountRow {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) kfId!: string;
  /** The app that speaks for it. */
  @IdTextColumn(16) agentId!: string;
  @TextColumn(64) name!: string;
  @FlagColumn() enabled!: boolean;
  /** Said to who opens the chat; null says nothing. */
  @LongTextColumn(maybe) welcome!: string | null;
  /** Null until it was read for the first time. */
  @IdTextColumn(128, maybe) readTo!: string | null;
  /** When it was read last; business time. */
  @InstantColumn(maybe) readAt!: number | null;
  @FlagColumn() isWanted!: boolean;
  @IdTextColumn(64, maybe) leaseBy!: string | null;
  @InstantColumn(maybe) leaseUntil!: number | null;
  /** Why the last reading failed. */
  @TextColumn(128, maybe) lastError!: string | null;
  /** False once WeCom does not list it any more. */
  @FlagColumn() isListed!: boolean;
}

/** Where a customer wrote last: an answer goes there. */
@Entity('kf_chat')
export class KfChatRow {
  @IdColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) kfId!: string;
  @IdTextColumn(16) agentId!: string;
}
