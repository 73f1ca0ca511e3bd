import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FlagColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
  TextKeyColumn,
} from '../kernel/database';
import type { Style } from './model-config';
import type { Verdict } from './verdict';

/** Whether followers of an account may be answered with a model's help. */
@Entity('model_setting')
export class ModelSetting {
  @IdColumn() accountId!: string;
  @FlagColumn() isOn!: boolean;
  /** Null: as the installation's settings say. */
  @TextColumn(16, { nullable: true }) style!: Style | null;
  /** Most calls in one day; null: only the installation's own limit. */
  @CountColumn({ nullable: true }) dailyCalls!: number | null;
  @InstantColumn() changedAt!: number;
}

/** One call: written before the first byte leaves, completed by what came back. */
@Entity('model_call')
@Index('ix_model_call_account', ['accountId', 'id'])
@Index('ix_model_call_person', ['identityId', 'day'])
@Index('ix_model_call_day', ['day'])
export class ModelCall {
  @IdColumn() id!: string;
  /** Empty for calls that belong to the whole installation. */
  @IdTextColumn() accountId!: string;
  @IdTextColumn(26, { nullable: true }) identityId!: string | null;
  /** Business time, epoch ms. */
  @InstantColumn() at!: number;
  /** The organisation's calendar day, `2026-11-21`. */
  @TextColumn(10) day!: string;
  @TextColumn(16) purpose!: 'answer' | 'try' | 'question' | 'phrasings' | 'voice';
  @TextColumn(100) model!: string;
  @TextColumn(32) verdict!: Verdict;
  @IdTextColumn(64, { nullable: true }) faqId!: string | null;
  /** JSON list of the FAQ ids that were given. */
  @LongTextColumn() sources!: string;
  /** As it was sent: redacted. */
  @LongTextColumn() prompt!: string;
  /** As it came, cut, redacted. */
  @LongTextColumn({ nullable: true }) answer!: string | null;
  @CountColumn({ nullable: true }) ms!: number | null;
  @CountColumn({ nullable: true }) promptTokens!: number | null;
  @CountColumn({ nullable: true }) answerTokens!: number | null;
}

/** What a day has used so far; the row without an account is the whole installation's. */
@Entity('model_day')
export class ModelDay {
  @IdColumn() accountId!: string;
  @TextKeyColumn(10) day!: string;
  @CountColumn() calls!: number;
  @CountColumn() tokens!: number;
}

/** The vector of one phrasing, by what it was made from: the same words are never sent twice. */
@Entity('model_vector')
export class ModelVector {
  /** SHA-256 of the model's name and the text, in hex. */
  @IdColumn(64) contentHash!: string;
  /** 32-bit floats, little endian, in base64. */
  @LongTextColumn() vector!: string;
  @InstantColumn() madeAt!: number;
}
