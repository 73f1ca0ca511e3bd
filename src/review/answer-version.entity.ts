import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
} from '../kernel/database';
import type { Kind, VersionState } from './version-states';

/** Everything that a rule, a question, … has been, and what it is to become. What is live is also in the table of its kind. */
@Entity('answer_version')
@Index('uq_answer_version', ['kind', 'targetId', 'version'], { unique: true })
@Index('ix_answer_version_state', ['state', 'kind', 'targetId'])
export class AnswerVersion {
  @IdColumn() id!: string;
  @IdTextColumn(16) kind!: Kind;
  @IdTextColumn(64) targetId!: string;
  /** Where it answers; null is everywhere. */
  @IdTextColumn(26, { nullable: true }) accountId!: string | null;
  /** Grows with every save; a draft that its author saves again takes the next number. */
  @CountColumn() version!: number;
  @TextColumn(16) state!: VersionState;
  @JsonColumn() content!: object;
  @IdTextColumn(64, { nullable: true }) savedById!: string | null;
  @TextColumn(128, { nullable: true }) savedByName!: string | null;
  @InstantColumn() savedAt!: number;
  /** What was said on the way to review, or back. */
  @TextColumn(500, { nullable: true }) note!: string | null;
  @IdTextColumn(64, { nullable: true }) reviewedById!: string | null;
  @TextColumn(128, { nullable: true }) reviewedByName!: string | null;
  @InstantColumn({ nullable: true }) reviewedAt!: number | null;
  /** Business time at which a scheduled version goes live. */
  @InstantColumn({ nullable: true }) publishAt!: number | null;
  /** Null was never live. */
  @InstantColumn({ nullable: true }) publishedAt!: number | null;
}
