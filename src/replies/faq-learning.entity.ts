import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  TextColumn,
} from '../kernel/database';

/** Why a question waits in the learning queue. */
export type MissReason = 'unanswered' | 'not-helpful';
/** What a follower did that makes their sentence a likely phrasing. */
export type CandidateSource = 'pick' | 'helpful';
/** Where a phrasing comes from: written by hand, a file, the queue, or one of the above. */
export type OriginSource = 'operator' | 'import' | 'template' | 'question' | CandidateSource;

/** In which account a question of the learning queue was asked, how often and why it is there. */
@Entity('faq_asked')
@Index('ix_faq_asked_account', ['accountId', 'missId'])
export class FaqAsked {
  @IdColumn() missId!: string;
  @IdColumn() accountId!: string;
  @IdColumn(16) reason!: MissReason;
  @CountColumn() askedTimes!: number;
  @InstantColumn() lastAt!: number;
  /** The FAQ that did not help. */
  @IdTextColumn(64, { nullable: true }) faqId!: string | null;
}

/** A sentence that a reviewer may make a phrasing of the FAQ. */
@Entity('faq_candidate')
@Index('uq_faq_candidate', ['faqId', 'folded'], { unique: true })
@Index('ix_faq_candidate_state', ['state', 'times', 'id'])
export class FaqCandidate {
  @IdColumn() id!: string;
  @IdTextColumn(64) faqId!: string;
  @TextColumn(200) folded!: string;
  @TextColumn(200) phrasing!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(16) source!: CandidateSource;
  @CountColumn() times!: number;
  @TextColumn(16) state!: 'open' | 'accepted' | 'dismissed';
  @InstantColumn() firstAt!: number;
  @InstantColumn() lastAt!: number;
}

/** Who gave an FAQ a phrasing, when, and from which sentence. */
@Entity('faq_origin')
@Index('uq_faq_origin', ['faqId', 'folded'], { unique: true })
export class FaqOrigin {
  @IdColumn() id!: string;
  @IdTextColumn(64) faqId!: string;
  @TextColumn(200) folded!: string;
  @TextColumn(16) source!: OriginSource;
  @TextColumn(120) byName!: string;
  /** As the follower wrote it, where it differs. */
  @TextColumn(200, { nullable: true }) sentence!: string | null;
  @IdTextColumn(26, { nullable: true }) accountId!: string | null;
  @InstantColumn() at!: number;
}

/** A question and the FAQ that must keep answering it; without one, nothing may. */
@Entity('faq_example')
@Index('uq_faq_example', ['folded'], { unique: true })
export class FaqExample {
  @IdColumn() id!: string;
  @TextColumn(200) folded!: string;
  @TextColumn(500) question!: string;
  @IdTextColumn(64, { nullable: true }) faqId!: string | null;
  @TextColumn(120) byName!: string;
  @InstantColumn() createdAt!: number;
}

/** Whether an account asks if an answer helped. */
@Entity('faq_feedback')
export class FaqFeedback {
  @IdColumn() accountId!: string;
  @FlagColumn() isOn!: boolean;
  @InstantColumn() changedAt!: number;
}
