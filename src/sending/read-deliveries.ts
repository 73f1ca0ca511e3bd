import { marksFor, type Db, type Reader, type Scalar } from '../kernel/database';
import type { DeliveryState } from './delivery.entity';

export type DeliveryRow = {
  runId: string;
  identityId: string;
  openid: string;
  personId: string;
  displayName: string | null;
  state: DeliveryState;
  reason: string | null;
  errcode: number | null;
  platformMessageId: string | null;
  tries: number;
  firstSentAt: number | null;
  sentAt: number | null;
  receiptAt: number | null;
};

const columns = `d.runId, d.identityId, i.externalId AS openid, i.personId, p.displayName, d.state, d.reason,
  d.errcode, d.platformMessageId, d.tries, d.firstSentAt, d.sentAt, d.receiptAt`;
const joined = `delivery d JOIN identity i ON i.id = d.identityId LEFT JOIN person p ON p.id = i.personId`;

/** One page of a run's deliveries after `afterIdentityId`, at most `limit + 1` rows. */
export function readDeliveries(
  reader: Reader,
  wanted: { runId: string; states: readonly DeliveryState[]; after?: string; limit: number },
): Promise<DeliveryRow[]> {
  const params: Scalar[] = [wanted.runId];
  let where = 'd.runId = ?';
  if (wanted.states.length > 0) {
    where += ` AND d.state IN (${marksFor(wanted.states)})`;
    params.push(...wanted.states);
  }
  if (wanted.after !== undefined) {
    where += ' AND d.identityId > ?';
    params.push(wanted.after);
  }
  return reader.all<DeliveryRow>(
    `SELECT ${columns} FROM ${joined} WHERE ${where} ORDER BY d.identityId LIMIT ${wanted.limit + 1}`,
    params,
  );
}

export async function findDelivery(
  reader: Reader,
  runId: string,
  identityId: string,
): Promise<DeliveryRow | undefined> {
  const [row] = await reader.all<DeliveryRow>(
    `SELECT ${columns} FROM ${joined} WHERE d.runId = ? AND d.identityId = ?`,
    [runId, identityId],
  );
  return row;
}

export type ReasonCount = {
  state: DeliveryState;
  reason: string;
  errcode: number | null;
  count: number;
};

/** Why deliveries of a run did not arrive, the most frequent reason first. */
export function countReasons(db: Db, runId: string): Promise<ReasonCount[]> {
  return db.longRead<ReasonCount>(
    `SELECT state, reason, errcode, COUNT(*) AS count FROM delivery
     WHERE runId = ? AND state IN ('failed', 'skipped', 'unknown') AND reason IS NOT NULL
     GROUP BY state, reason, errcode ORDER BY count DESC, reason LIMIT 50`,
    [runId],
  );
}
