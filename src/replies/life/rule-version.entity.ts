import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
} from '../../kernel/database';
import type { RuleContent } from './content';
import type { VersionState } from './version-states';

/** Everything a rule has been, and what it is to become. The live one is also in `reply_rule`, for the hot path. */
@Entity('reply_rule_version')
@Index('uq_reply_rule_version', ['ruleId', 'version'], { unique: true })
@Index('ix_reply_rule_version_state', ['state', 'ruleId'])
export class ReplyRuleVersion {
  @IdColumn() id!: string;
  @IdTextColumn() ruleId!: string;
  /** Grows with every save; a draft that its author saves again takes the next number. */
  @CountColumn() version!: number;
  @TextColumn(16) state!: VersionState;
  @JsonColumn() content!: RuleContent;
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
