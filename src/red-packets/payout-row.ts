import { marksFor, select, type Scalar, type Tx } from '../kernel/database';
import type { Payout } from './payout.entity';

/** A payout as the drivers give it: 64-bit numbers may come as text, flags as 0 or 1. */
export type PayoutRow = { [Key in keyof Payout]: Payout[Key] extends boolean ? number : Payout[Key] };

const numeric = ['amountFen', 'tries', 'asks', 'version', 'createdAt'] as const;
const instants = [
  'nextActionAt',
  'notFoundAt',
  'refusedAt',
  'firstSentAt',
  'lastSentAt',
  'deliveredAt',
  'finishedAt',
  'leaseUntil',
] as const;

export function payoutFrom(row: PayoutRow): Payout {
  const payout: Payout = { ...row, wasUnknown: Number(row.wasUnknown) !== 0 };
  for (const name of numeric) payout[name] = Number(row[name]);
  for (const name of instants) payout[name] = row[name] === null ? null : Number(row[name]);
  return payout;
}

/** The claimed payouts that are still this owner's, as they are now. */
export async function ownedPayouts(tx: Tx, ids: readonly string[], owner: string): Promise<Payout[]> {
  if (ids.length === 0) return [];
  const params: Scalar[] = [...ids, owner];
  const rows = await select<PayoutRow>(
    tx,
    `SELECT * FROM payout WHERE id IN (${marksFor(ids)}) AND leaseBy = ? ORDER BY nextActionAt, id`,
    params,
  );
  return rows.map(payoutFrom);
}
