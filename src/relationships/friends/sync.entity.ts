import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  TextColumn,
} from '../../kernel/database';

const maybe = { nullable: true };

/** A department of a corp; the root is 1. */
@Entity('department')
export class DepartmentRow {
  @IdColumn() accountId!: string;
  @IdColumn(16) departmentId!: string;
  @TextColumn(64) name!: string;
  @IdTextColumn(16, maybe) parentId!: string | null;
  @CountColumn() sortRank!: number;
}

@Entity('staff_department')
export class StaffDepartment {
  @IdColumn() accountId!: string;
  @IdColumn(64) userId!: string;
  @IdColumn(16) departmentId!: string;
}

/**
 * What a sync, or the nightly repair, found that the ledger did not know: shown as numbers. Its id is that
 * of its progress; every batch adds to it in the transaction that writes the batch.
 */
@Entity('sync_report')
@Index('ix_sync_report_account', ['accountId', 'startedAt'])
export class SyncReport {
  @IdColumn() id!: string;
  @IdTextColumn() accountId!: string;
  @TextColumn(16) kind!: 'sync' | 'repair';
  @InstantColumn() startedAt!: number;
  @InstantColumn(maybe) endedAt!: number | null;
  @CountColumn() reps!: number;
  /** Friends that WeCom lists, each rep's by itself. */
  @CountColumn() listed!: number;
  @CountColumn() newContacts!: number;
  @CountColumn() newLinks!: number;
  @CountColumn() goneLinks!: number;
  @CountColumn() newStaff!: number;
  @CountColumn() goneStaff!: number;
  /** Listed, but WeCom would not tell us of them. */
  @CountColumn() unread!: number;
}
