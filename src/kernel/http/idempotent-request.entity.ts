import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextKeyColumn,
} from '../database';

@Entity('idempotent_request')
@Index('ix_idempotent_created', ['createdAt'])
export class IdempotentRequest {
  @IdColumn(64) actorId!: string;
  @TextKeyColumn(255) requestKey!: string;
  @IdTextColumn(64) requestHash!: string;
  @CountColumn({ nullable: true }) status!: number | null;
  @LongTextColumn({ nullable: true }) body!: string | null;
  @InstantColumn() createdAt!: number;
}
