import { execute, insertRows, select, type Tx } from '../kernel/database';

export const promotionScope = (promotionId: string): string => `promotion:${promotionId}`;
export const merchantScope = (merchantAccountId: string): string => `merchant:${merchantAccountId}`;

/** What a scope may still spend on a day, under the day's lock. Without a cap there is no end to it. */
export async function lockDay(
  tx: Tx,
  scope: string,
  day: string,
  capFen: number | null,
): Promise<number> {
  if (capFen === null) return Number.MAX_SAFE_INTEGER;
  await insertRows(tx, 'spend_day', [{ scope, chinaDay: day, spentFen: 0 }], {
    onConflict: ['scope', 'chinaDay'],
  });
  await execute(
    tx,
    `UPDATE spend_day SET spentFen = spentFen + 0 WHERE scope = ? AND chinaDay = ?`,
    [scope, day],
  );
  const [row] = await select<{ spentFen: number }>(
    tx,
    `SELECT spentFen FROM spend_day WHERE scope = ? AND chinaDay = ?`,
    [scope, day],
  );
  return Math.max(0, capFen - (row?.spentFen ?? 0));
}

/** Counts money to a day, or fails the transaction when the day has no room for it. */
export async function spendOnDay(
  tx: Tx,
  scope: string,
  day: string,
  amountFen: number,
  capFen: number | null,
): Promise<void> {
  if (amountFen === 0) return;
  await insertRows(tx, 'spend_day', [{ scope, chinaDay: day, spentFen: 0 }], {
    onConflict: ['scope', 'chinaDay'],
  });
  const changed = await execute(
    tx,
    `UPDATE spend_day SET spentFen = spentFen + ?
     WHERE scope = ? AND chinaDay = ? AND spentFen + ? <= ?`,
    [amountFen, scope, day, amountFen, capFen ?? Number.MAX_SAFE_INTEGER],
  );
  if (changed !== 1) throw new Error('the day has no room for this money');
}

/** What never left does not count to its day. */
export async function giveBackToDay(
  tx: Tx,
  scope: string,
  day: string,
  amountFen: number,
): Promise<void> {
  await execute(
    tx,
    `UPDATE spend_day SET spentFen = spentFen - ? WHERE scope = ? AND chinaDay = ? AND spentFen >= ?`,
    [amountFen, scope, day, amountFen],
  );
}
