import { Entity, Index } from 'typeorm';
import { IdColumn, IdTextColumn, InstantColumn, LongTextColumn, TextColumn } from '../database';

/** Who changed what: append-only. */
@Entity('audit_entry')
@Index('ix_audit_at', ['at'])
@Index('ix_audit_target', ['targetKind', 'targetId'])
export class AuditEntry {
  @IdColumn() id!: string;
  @InstantColumn() at!: number;
  @TextColumn(16) actorKind!: string;
  @IdTextColumn(64) actorId!: string;
  @TextColumn(128) actorName!: string;
  @TextColumn(64) action!: string;
  @TextColumn(32) targetKind!: string;
  @IdTextColumn(64) targetId!: string;
  @LongTextColumn({ nullable: true }) valueBefore!: string | null;
  @LongTextColumn({ nullable: true }) valueAfter!: string | null;
}
