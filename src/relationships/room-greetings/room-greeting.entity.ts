import { Entity, Index } from 'typeorm';
import type { AttachmentSpec } from '../../attachments';
import {
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  LongTextColumn,
  TextColumn,
} from '../../kernel/database';

const maybe = { nullable: true };

/** What a room says to who joins it. We hand it to WeCom; staff pick it for a room in their client. */
@Entity('room_greeting')
@Index('ix_room_greeting', ['accountId', 'removedAt'])
export class RoomGreetingRow {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(64) name!: string;
  @LongTextColumn() text!: string;
  /** One at most: WeCom takes no more here. */
  @JsonColumn() attachments!: AttachmentSpec[];
  /** The platform's name for it; none until the platform has it. */
  @IdTextColumn(64, maybe) templateId!: string | null;
  /** Why the platform did not take the latest change. */
  @TextColumn(64, maybe) trouble!: string | null;
  /** When WeCom took it as it is now. */
  @InstantColumn(maybe) takenAt!: number | null;
  @InstantColumn(maybe) removedAt!: number | null;
  @InstantColumn() createdAt!: number;
  @InstantColumn() changedAt!: number;
}
