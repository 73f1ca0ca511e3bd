import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  LongTextColumn,
  TextColumn,
} from '../kernel/database';

/** Words to send (话术): of one rep, or of the whole corp when `userId` is null. */
@Entity('sales_script')
@Index('ix_sales_script', ['accountId', 'userId', 'folder'])
export class SalesScript {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @IdTextColumn(64, { nullable: true }) userId!: string | null;
  @TextColumn(64) title!: string;
  /** May be empty. */
  @TextColumn(32) folder!: string;
  /** Liquid. */
  @LongTextColumn() body!: string;
  @CountColumn() uses!: number;
  @InstantColumn({ nullable: true }) lastUsedAt!: number | null;
  @InstantColumn() createdAt!: number;
  @InstantColumn() updatedAt!: number;
}
