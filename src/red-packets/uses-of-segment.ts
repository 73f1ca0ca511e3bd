import { select, type Tx } from '../kernel/database';

/** Promotions that are not over and would be paid to this segment. */
export async function promotionsUsing(tx: Tx, segmentId: string): Promise<number> {
  const [row] = await select<{ n: number }>(
    tx,
    `SELECT COUNT(*) AS n FROM promotion WHERE segmentId = ? AND status NOT IN ('finished', 'cancelled')`,
    [segmentId],
  );
  return Number(row?.n);
}
