import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  JsonColumn,
  TextColumn,
} from '../kernel/database';
import type { Answer } from './answers/answer';
import type { Actions } from './actions';
import type { Conditions, RuleMatch } from './matching';

@Entity('reply_rule')
@Index('uq_reply_rule_template', ['templateKey'], { unique: true })
@Index('ix_reply_rule_account', ['accountId', 'id'])
export class ReplyRule {
  @IdColumn() id!: string;
  @TextColumn(64) name!: string;
  @TextColumn(16) matchKind!: RuleMatch;
  @JsonColumn() keywords!: string[];
  @CountColumn() priority!: number;
  /** Null answers for every account. */
  @IdTextColumn(26, { nullable: true }) accountId!: string | null;
  @JsonColumn() answer!: Answer;
  /** When it may answer besides its words; null is always. */
  @JsonColumn({ nullable: true }) conditions!: Conditions | null;
  /** What else it does; null is nothing. */
  @JsonColumn({ nullable: true }) actions!: Actions | null;
  @TextColumn(16) status!: 'draft' | 'published';
  /** Business time; the newer of two equal rules wins. */
  @InstantColumn({ nullable: true }) publishedAt!: number | null;
  /** The key in `templates/`, so that a second import finds the rule it made. */
  @TextColumn(96, { nullable: true }) templateKey!: string | null;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
}

/** What an account says to somebody new, and when nothing else answers. */
@Entity('reply_default')
export class ReplyDefault {
  @IdColumn() accountId!: string;
  @JsonColumn({ nullable: true }) welcome!: Answer | null;
  @JsonColumn({ nullable: true }) fallback!: Answer | null;
  @InstantColumn() updatedAt!: number;
}

/** Answers given, by rule or FAQ and day of the organisation's zone (`2026-11-21`). */
@Entity('reply_hit')
export class ReplyHit {
  @IdColumn(8) kind!: 'rule' | 'faq';
  @IdColumn(64) targetId!: string;
  @IdColumn(10) day!: string;
  @CountColumn() hits!: number;
}
