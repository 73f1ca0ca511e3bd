import { Entity, Index } from 'typeorm';
import { CountColumn, IdColumn, InstantColumn, JsonColumn, TextColumn } from '../database';

/** How far a long piece of work has come; a page reads it from here, so closing the page loses nothing. */
@Entity('progress')
@Index('ix_progress_state', ['state', 'startedAt'])
export class Progress {
  @IdColumn() id!: string;
  @TextColumn(32) kind!: string;
  @TextColumn(64) titleCode!: string;
  @JsonColumn() params!: Record<string, string | number>;
  @CountColumn() done!: number;
  @CountColumn() total!: number;
  @TextColumn(16) state!: 'running' | 'done' | 'failed';
  @TextColumn(128, { nullable: true }) note!: string | null;
  @InstantColumn() startedAt!: number;
  @InstantColumn() updatedAt!: number;
}
