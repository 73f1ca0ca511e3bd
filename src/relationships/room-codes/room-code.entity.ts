import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
} from '../../kernel/database';

const maybe = { nullable: true };

/** A code that brings people into one of up to five rooms. The printed picture stays; the rooms change. */
@Entity('room_code')
@Index('uq_room_code', ['accountId', 'state'], { unique: true })
export class RoomCodeRow {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(64) name!: string;
  /** What WeCom says of everybody who came by it: at most 30 characters, never used again. */
  @IdTextColumn(30) state!: string;
  /** WeCom's ids of the rooms somebody picked, filled one after the other. */
  @JsonColumn() roomIds!: string[];
  /** When all of them are full WeCom makes another, named `baseName` and a number that grows. */
  @FlagColumn() makesRooms!: boolean;
  @TextColumn(40, maybe) baseName!: string | null;
  @CountColumn() baseNumber!: number;
  /** The platform's name for it; none until the platform has made it. */
  @IdTextColumn(64, maybe) configId!: string | null;
  @TextColumn(255, maybe) qrUrl!: string | null;
  /** The rooms WeCom had behind it when we last asked. */
  @JsonColumn() behind!: string[];
  /** Of those the ones it made itself. */
  @JsonColumn() grown!: string[];
  /** Why the platform did not take the latest change. */
  @TextColumn(64, maybe) trouble!: string | null;
  @InstantColumn(maybe) removedAt!: number | null;
  @InstantColumn() createdAt!: number;
  @InstantColumn() changedAt!: number;
}
