import { Entity } from 'typeorm';
import { CountColumn, IdColumn, InstantColumn } from '../kernel/database';

/** An event that was being decided when a process died: once is bad luck, twice is the event. */
@Entity('crash_suspect')
export class CrashSuspectRow {
  @IdColumn() accountId!: string;
  @IdColumn(160) dedupeKey!: string;
  @CountColumn() crashes!: number;
  @InstantColumn() lastAt!: number;
}
