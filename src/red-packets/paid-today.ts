import { marksFor, type Db } from '../kernel/database';

/** What people received between two instants, for the accounts somebody may see: the overview's figure. */
export async function paidToday(
  db: Db,
  accountIds: 'all' | readonly string[],
  from: number,
  to: number,
): Promise<number> {
  if (accountIds !== 'all' && accountIds.length === 0) return 0;
  const scope = accountIds === 'all' ? '' : ` AND accountId IN (${marksFor(accountIds)})`;
  const [row] = await db.read.all<{ fen: number | null }>(
    `SELECT SUM(amountFen) AS fen FROM payout
     WHERE state = 'received' AND finishedAt >= ? AND finishedAt < ?${scope}`,
    [from, to, ...(accountIds === 'all' ? [] : accountIds)],
  );
  return row?.fen ?? 0;
}
