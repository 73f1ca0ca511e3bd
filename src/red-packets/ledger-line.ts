import { createHash } from 'node:crypto';

export type LedgerAccount = 'outside' | 'available' | 'reserved' | 'in-flight' | 'paid';
export type LedgerKind = 'fund' | 'reserve' | 'deliver' | 'pay' | 'refund' | 'release';

export type LedgerLine = {
  promotionId: string;
  seq: number;
  kind: LedgerKind;
  fromAccount: LedgerAccount;
  toAccount: LedgerAccount;
  amountFen: number;
  payoutId: string | null;
  at: number;
  prevHash: string;
};

/** What the first line of a promotion's chain follows. */
export const chainStart = (promotionId: string): string => sha256(`guanxi ledger ${promotionId}`);

export function hashOfLine(line: LedgerLine): string {
  return sha256(
    JSON.stringify([
      line.prevHash,
      line.promotionId,
      line.seq,
      line.kind,
      line.fromAccount,
      line.toAccount,
      line.amountFen,
      line.payoutId,
      line.at,
    ]),
  );
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
