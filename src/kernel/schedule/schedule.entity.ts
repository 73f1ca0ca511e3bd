import { Entity, Index } from 'typeorm';
import {
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  InstantKeyColumn,
  TextColumn,
} from '../database';

/** What to do when the time of a run passed while nobody looked. */
export type MissedPolicy = 'skip' | 'once' | 'ask';

@Entity('schedule')
@Index('ix_schedule_due', ['active', 'nextDueAt'])
@Index('ix_schedule_owner', ['kind', 'ownerId'])
export class Schedule {
  @IdColumn() id!: string;
  @TextColumn(32) kind!: string;
  @IdTextColumn() ownerId!: string;
  @TextColumn(64) cron!: string;
  @TextColumn(64) zone!: string;
  @TextColumn(8) missed!: MissedPolicy;
  @FlagColumn() active!: boolean;
  @InstantColumn({ nullable: true }) nextDueAt!: number | null;
}

/** That a schedule fired for `dueAt`: the unique row is what makes any number of processes run it once. */
@Entity('schedule_tick')
export class ScheduleTick {
  @IdColumn() scheduleId!: string;
  @InstantKeyColumn() dueAt!: number;
  @TextColumn(16) outcome!: 'ran' | 'skipped' | 'waiting';
  @InstantColumn() firedAt!: number;
}
