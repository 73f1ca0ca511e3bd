import { DateTime } from 'luxon';
import type { Reader } from '../../kernel/database';
import type { WayKind, WayPlan } from './way-plan';

/** As the driver gives it: JSON is text, flags are numbers. */
export type StoredWay = {
  id: string;
  accountId: string;
  kind: WayKind;
  name: string;
  state: string;
  isSingle: number;
  plan: string;
  capPerDay: number | null;
  skipsVerification: number;
  tags: string;
  remark: string | null;
  welcome: string | null;
  attachments: string | null;
  configId: string | null;
  qrUrl: string | null;
  linkUrl: string | null;
  behind: string;
  trouble: string | null;
  removedAt: number | null;
  createdAt: number;
  changedAt: number;
};

export const planOf = ({ plan }: StoredWay): WayPlan => JSON.parse(plan) as WayPlan;
export const namesIn = (list: string): string[] => JSON.parse(list) as string[];

export async function wayById(read: Reader, id: string): Promise<StoredWay | undefined> {
  const [way] = await read.all<StoredWay>(`SELECT * FROM contact_way WHERE id = ?`, [id]);
  return way;
}

export async function wayByState(
  read: Reader,
  accountId: string,
  state: string,
): Promise<StoredWay | undefined> {
  const [way] = await read.all<StoredWay>(
    `SELECT * FROM contact_way WHERE accountId = ? AND state = ? AND removedAt IS NULL`,
    [accountId, state],
  );
  return way;
}

export const midnight = (now: number, zone: string): number =>
  DateTime.fromMillis(now, { zone }).startOf('day').toMillis();

/** New friends of each rep by a code since midnight. */
export async function addedSince(
  read: Reader,
  { accountId, state }: Pick<StoredWay, 'accountId' | 'state'>,
  since: number,
): Promise<Map<string, number>> {
  const rows = await read.all<{ userId: string; n: number | string }>(
    `SELECT userId, COUNT(*) AS n FROM link_episode
     WHERE accountId = ? AND kind = 'added' AND at >= ? AND source = ? GROUP BY userId`,
    [accountId, since, state],
  );
  return new Map(rows.map(({ userId, n }) => [userId, Number(n)]));
}
