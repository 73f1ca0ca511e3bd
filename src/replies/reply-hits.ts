import { DateTime } from 'luxon';
import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';

/** Answers given in the last thirty days of the organisation's calendar, today included. */
export async function hitsOf(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  kind: 'rule' | 'faq',
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const today = DateTime.fromMillis(kit.clock.business(), { zone: kit.settings.orgZone });
  const since = today.minus({ days: 29 }).toISODate() ?? '';
  const rows = await kit.db.read.all<{ targetId: string; hits: number | string }>(
    `SELECT targetId, SUM(hits) AS hits FROM reply_hit
     WHERE kind = ? AND targetId IN (${marksFor(ids)}) AND day >= ? GROUP BY targetId`,
    [kind, ...ids, since],
  );
  return new Map(rows.map((row) => [row.targetId, Number(row.hits)]));
}
