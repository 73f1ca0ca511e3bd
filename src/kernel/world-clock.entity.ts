import { Entity } from 'typeorm';
import { IdColumn, InstantColumn } from './database';

@Entity('world_clock')
export class WorldClockRow {
  @IdColumn(16) id!: string;
  /** Milliseconds that business time is ahead of system time. */
  @InstantColumn() offsetMs!: number;
}
