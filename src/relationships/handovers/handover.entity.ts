import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  TextColumn,
} from '../../kernel/database';

const maybe = { nullable: true };

/** Customers of one rep handed to another: `on-job`, or `resigned` when the giver has left the corp. */
@Entity('handover')
@Index('ix_handover_account', ['accountId', 'orderedAt'])
export class Handover {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(16) way!: 'on-job' | 'resigned';
  @IdTextColumn(64) fromUserId!: string;
  @IdTextColumn(64) toUserId!: string;
  /** Said to the customer, on the job only. */
  @TextColumn(255, maybe) message!: string | null;
  @TextColumn(64) orderedBy!: string;
  @InstantColumn() orderedAt!: number;
  @InstantColumn(maybe) endedAt!: number | null;
}

/**
 * `queued`: not asked for yet. `waiting`: WeCom took it, and it settles by itself after a day. `rejected`:
 * WeCom did not take it. `unknown`: nobody tells us any more how it ended.
 */
export const handoverStates = [
  'queued',
  'waiting',
  'done',
  'refused',
  'rep-full',
  'rejected',
  'unknown',
] as const;
export type HandoverState = (typeof handoverStates)[number];

/** A room whose owner changes with a hand-over. `waiting`: asked for, and the room is read to see who owns it. */
export const roomHandoverStates = ['queued', 'waiting', 'done', 'rejected', 'unknown'] as const;
export type RoomHandoverState = (typeof roomHandoverStates)[number];

@Entity('handover_room')
@Index('ix_handover_room_state', ['room', 'state'])
export class HandoverRoom {
  @IdColumn() handoverId!: string;
  /** The room's row. */
  @IdColumn() room!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(16) state!: RoomHandoverState;
  @TextColumn(64, maybe) reason!: string | null;
  @CountColumn() asks!: number;
  @InstantColumn() changedAt!: number;
}

@Entity('handover_item')
@Index('ix_handover_item_state', ['handoverId', 'state', 'identityId'])
@Index('ix_handover_item_contact', ['accountId', 'externalUserId', 'state'])
export class HandoverItem {
  @IdColumn() handoverId!: string;
  @IdColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64) externalUserId!: string;
  @IdTextColumn(64) toUserId!: string;
  @TextColumn(16) state!: HandoverState;
  @TextColumn(64, maybe) reason!: string | null;
  /** How often we asked: "in a hand-over already" is our own doing after a lost answer. */
  @CountColumn() asks!: number;
  @InstantColumn(maybe) settlesAt!: number | null;
  @InstantColumn() changedAt!: number;
}
