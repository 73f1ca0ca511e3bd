import { Entity } from 'typeorm';
import { IdColumn, IdTextColumn, InstantColumn } from '../kernel/database';

/** Somebody who was erased, as long as nothing of theirs came from themselves since. Their id is not in it. */
@Entity('erased_id')
export class ErasedId {
  /** A keyed digest of account and outside id. */
  @IdColumn(43) digest!: string;
  /** Whose pseudonym stands in their place. */
  @IdTextColumn() identityId!: string;
  /** Business time. */
  @InstantColumn() erasedAt!: number;
}
