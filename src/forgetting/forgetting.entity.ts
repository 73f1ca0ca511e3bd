import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

/** Who left so long ago that what WeChat told of them is gone. `hadAny`: there was something to delete. */
@Entity('cleared_profile')
@Index('ix_cleared_profile', ['accountId', 'at'])
export class ClearedProfile {
  @IdColumn() identityId!: string;
  @IdTextColumn() accountId!: string;
  /** Business time: who left after it is looked at anew. */
  @InstantColumn() at!: number;
  @FlagColumn() hadAny!: boolean;
}

/** A person who was erased on request: who ordered it, how far it is, what went and what stays, in numbers. */
@Entity('erasure')
@Index('ix_erasure_person', ['personId'])
export class Erasure {
  @IdColumn() id!: string;
  @IdTextColumn() personId!: string;
  @TextColumn(8) state!: 'running' | 'done';
  @IdTextColumn(64) orderedById!: string;
  @TextColumn(128) orderedByName!: string;
  @InstantColumn() orderedAt!: number;
  /** The last stored event that was looked at. */
  @IdTextColumn() sweptTo!: string;
  /** JSON: `PersonCounts`. */
  @LongTextColumn() counts!: string;
  @InstantColumn({ nullable: true }) finishedAt!: number | null;
}
