import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

/** A question the shop answers. The id is ours or the importing program's own. */
@Entity('faq')
@Index('ix_faq_updated', ['updatedAt', 'id'])
export class FaqEntry {
  @IdColumn(64) id!: string;
  @TextColumn(500) question!: string;
  @LongTextColumn() answer!: string;
  @TextColumn(16) status!: 'draft' | 'published';
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
}

/** Another way to put the question, in the order it was written. */
@Entity('faq_phrasing')
export class FaqPhrasing {
  @IdColumn(64) faqId!: string;
  @IdColumn(6) place!: string;
  @TextColumn(500) phrasing!: string;
}

/** Questions without an answer; those that differ only in width, script, punctuation or courtesy are one. */
@Entity('faq_miss')
@Index('uq_faq_miss_folded', ['folded'], { unique: true })
@Index('ix_faq_miss_state', ['state', 'askedTimes', 'id'])
export class FaqMiss {
  @IdColumn() id!: string;
  @TextColumn(200) folded!: string;
  /** As it was written last. */
  @TextColumn(200) sample!: string;
  @CountColumn() askedTimes!: number;
  @TextColumn(16) state!: 'open' | 'ignored' | 'learned';
  @InstantColumn() firstAt!: number;
  @InstantColumn() lastAt!: number;
}
