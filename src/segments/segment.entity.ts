import { Entity } from 'typeorm';
import { CountColumn, IdColumn, InstantColumn, JsonColumn, TextColumn } from '../kernel/database';
import type { Rule } from './rule';

@Entity('segment')
export class Segment {
  @IdColumn() id!: string;
  @TextColumn(64) name!: string;
  @JsonColumn() rule!: Rule;
  /** Distinct persons over all accounts when it was last counted. */
  @CountColumn({ nullable: true }) people!: number | null;
  /** Business time, epoch ms. */
  @InstantColumn({ nullable: true }) countedAt!: number | null;
  /** Rises with every change of the rule. */
  @CountColumn() version!: number;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
}
