import { Entity, Index } from 'typeorm';
import {
  CountColumn,
  FenColumn,
  IdColumn,
  IdTextColumn,
  InstantColumn,
  TextColumn,
} from '../kernel/database';
import type { LedgerAccount, LedgerKind } from './ledger-line';

/** Money moved inside a promotion: append-only, and each line's hash covers the line before it. */
@Entity('ledger_entry')
@Index('uq_ledger_seq', ['promotionId', 'seq'], { unique: true })
@Index('ix_ledger_payout', ['payoutId'])
export class LedgerEntry {
  @IdColumn() id!: string;
  @IdTextColumn() promotionId!: string;
  /** 1, 2, 3, … without gaps. */
  @CountColumn() seq!: number;
  @TextColumn(16) kind!: LedgerKind;
  @TextColumn(16) fromAccount!: LedgerAccount;
  @TextColumn(16) toAccount!: LedgerAccount;
  @FenColumn() amountFen!: number;
  @IdTextColumn(26, { nullable: true }) payoutId!: string | null;
  /** Business time, epoch ms. */
  @InstantColumn() at!: number;
  @IdTextColumn(64) prevHash!: string;
  @IdTextColumn(64) hash!: string;
}
