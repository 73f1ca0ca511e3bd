import { Entity, Index } from 'typeorm';
import {
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

/** What operators say often. Without an account it is for all of them. */
@Entity('canned_reply')
@Index('ix_canned_reply_account', ['accountId'])
export class CannedReply {
  @IdColumn() id!: string;
  @IdTextColumn(26, { nullable: true }) accountId!: string | null;
  @TextColumn(64) title!: string;
  @LongTextColumn() body!: string;
  @TextColumn(16) shortcut!: string;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
}

/** How people are answered by people: of one account, or (`all`) of every account without its own. */
@Entity('inbox_setting')
export class InboxSettingRow {
  @IdColumn() accountId!: string;
  @LongTextColumn() settings!: string;
  @InstantColumn() updatedAt!: number;
}
