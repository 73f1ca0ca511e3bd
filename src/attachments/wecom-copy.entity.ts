import { Entity } from 'typeorm';
import { IdColumn, IdTextColumn, InstantColumn, TextColumn } from '../kernel/database';

/** Moments take files of another upload than everything else does. */
export type Purpose = 'message' | 'moment';

/** What WeCom holds of a file of the library for one corp: good for three days. */
@Entity('wecom_copy')
export class WeComCopy {
  @IdColumn() itemId!: string;
  @IdColumn() accountId!: string;
  @IdColumn(16) purpose!: Purpose;
  @IdTextColumn(255, { nullable: true }) mediaId!: string | null;
  /** Business time. */
  @InstantColumn({ nullable: true }) expiresAt!: number | null;
  /** Why the last upload did not work. */
  @TextColumn(64, { nullable: true }) trouble!: string | null;
}
