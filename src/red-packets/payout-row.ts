import { marksFor, select, type Scalar, type Tx } from '../kernel/database';
import { Payout } from './payout.entity';

/** A payout as the drivers give it: flags are 0 or 1. */
export type PayoutRow = {
  [Key in keyof Payout]: Payout[Key] extends boolean ? number : Payout[Key];
};

export const payoutFrom = (row: PayoutRow): Payout =>
  Object.assign(new Payout(), row, { wasUnknown: row.wasUnknown !== 0 });

/** The claimed payouts that are still this owner's, as they are now. */
export async function ownedPayouts(
  tx: Tx,
  ids: readonly string[],
  owner: string,
): Promise<Payout[]> {
  if (ids.length === 0) return [];
  const params: Scalar[] = [...ids, owner];
  const rows = await select<PayoutRow>(
    tx,
    `SELECT * FROM payout WHERE id IN (${marksFor(ids)}) AND leaseBy = ? ORDER BY nextActionAt, id`,
    params,
  );
  return rows.map(payoutFrom);
}
