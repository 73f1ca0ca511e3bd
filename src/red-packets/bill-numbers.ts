import { execute, insertRows, select, type Tx } from '../kernel/database';
import { chinaDay } from './china-day';

const mostLength = 28;

/**
 * The next `count` order numbers of a merchant: merchant number, day in China, running number. They come
 * from a counter row, so a number that was written once is never given out again.
 */
export async function takeBillNumbers(
  tx: Tx,
  merchant: { id: string; mchId: string },
  now: number,
  count: number,
): Promise<string[]> {
  await insertRows(tx, 'merchant_counter', [{ merchantAccountId: merchant.id, nextNumber: 1 }], {
    onConflict: ['merchantAccountId'],
  });
  await execute(
    tx,
    `UPDATE merchant_counter SET nextNumber = nextNumber + ? WHERE merchantAccountId = ?`,
    [count, merchant.id],
  );
  const [row] = await select<{ nextNumber: number }>(
    tx,
    `SELECT nextNumber FROM merchant_counter WHERE merchantAccountId = ?`,
    [merchant.id],
  );
  const first = Number(row?.nextNumber) - count;
  return Array.from({ length: count }, (_, index) =>
    billNumber(merchant.mchId, now, first + index),
  );
}

export function billNumber(mchId: string, now: number, running: number): string {
  const head = `${mchId}${chinaDay(now)}`;
  const digits = Math.min(10, mostLength - head.length);
  if (running >= 10 ** digits) throw new RangeError('a merchant ran out of order numbers');
  return `${head}${String(running).padStart(digits, '0')}`;
}
