import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
} from '../../kernel/database';
import type { MomentState } from '../states';

const maybe = { nullable: true };

/** A moment is one order of WeCom's for all its reps: who may see it, and how far that order is. */
@Entity('outreach_moment')
@Index('ix_outreach_moment', ['accountId', 'momentId'])
export class OutreachMoment {
  @IdColumn() outreachId!: string;
  @IdTextColumn() accountId!: string;
  /** Who is to publish it; nobody named: every rep with customers. */
  @JsonColumn() userIds!: string[];
  /** Only customers with one of these tags of the corp see it. */
  @JsonColumn() corpTags!: string[];
  @TextColumn(16) state!: MomentState;
  @TextColumn(64, maybe) reason!: string | null;
  @IdTextColumn(64, maybe) jobId!: string | null;
  @IdTextColumn(64, maybe) momentId!: string | null;
  /** Written before WeCom is asked: from then on nobody orders it a second time by themselves. */
  @InstantColumn(maybe) askedAt!: number | null;
  /** How often we looked whether it is there, or whether WeCom can be reached. */
  @CountColumn() looks!: number;
}
