import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../database';

/** Work to do later, written in the transaction of the change that caused it. Done rows are deleted. */
@Entity('job')
@Index('uq_job_dedupe', ['kind', 'dedupeKey'], { unique: true })
@Index('ix_job_due', ['state', 'dueAt'])
export class Job {
  @IdColumn() id!: string;
  @TextColumn(64) kind!: string;
  @TextColumn(128, { nullable: true }) dedupeKey!: string | null;
  @IdTextColumn(26, { nullable: true }) accountId!: string | null;
  @LongTextColumn() payload!: string;
  @CountColumn() priority!: number;
  @TextColumn(16) state!: 'queued' | 'dead';
  @InstantColumn() dueAt!: number;
  @CountColumn() tries!: number;
  @CountColumn() crashes!: number;
  @IdTextColumn(64, { nullable: true }) leaseBy!: string | null;
  @InstantColumn({ nullable: true }) leaseUntil!: number | null;
  @LongTextColumn({ nullable: true }) lastError!: string | null;
  @InstantColumn() createdAt!: number;
}
