import { select, type Tx } from '../kernel/database';

/** Campaigns that are not over and would be sent to this segment. */
export async function campaignsUsing(tx: Tx, segmentId: string): Promise<number> {
  const [row] = await select<{ n: number }>(
    tx,
    `SELECT COUNT(*) AS n FROM campaign WHERE segmentId = ? AND status NOT IN ('finished', 'cancelled')`,
    [segmentId],
  );
  return Number(row?.n);
}
