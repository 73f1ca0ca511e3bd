import { DateTime } from 'luxon';
import { requireAccount, type Actor } from '../kernel/access';
import type { Db } from '../kernel/database';
import { accountScope, type Scope } from './account-scope';

/** Narrowed to one account when asked; one the actor may not see is answered like one that does not exist. */
export function wantedScope(actor: Actor, wanted: string | undefined): Scope {
  if (wanted === undefined) return accountScope(actor.accountIds);
  requireAccount(actor, wanted);
  return accountScope([wanted]);
}

/** Beginnings of the last `days` calendar days in the organisation's zone, and of tomorrow; epoch ms. */
export function dayBounds(now: number, zone: string, days: number): number[] {
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  return Array.from({ length: days + 1 }, (_, index) =>
    today.plus({ days: index - days + 1 }).toMillis(),
  );
}

export type Day = { day: string; followed: number; unfollowed: number; returned: number };

/** First follows, unfollows and returns of each day; a return is a follow that is not the first. */
export async function dailySeries(
  db: Db,
  scope: Scope,
  bounds: readonly number[],
  zone: string,
): Promise<Day[]> {
  const starts = bounds.slice(0, -1);
  const bucket = bounds
    .slice(1)
    .map((bound, index) => `WHEN at < ${Math.trunc(bound)} THEN ${index}`)
    .join(' ');
  const rows = await db.longRead<{ slot: number; kind: string; isReturn: number; n: number }>(
    `SELECT CASE ${bucket} END AS slot, kind, CASE WHEN nth > 1 THEN 1 ELSE 0 END AS isReturn, COUNT(*) AS n
     FROM episode WHERE at >= ? AND at < ?${scope.sql} GROUP BY slot, kind, isReturn`,
    [bounds[0] ?? 0, bounds.at(-1) ?? 0, ...scope.params],
  );
  return starts.map((start, slot) => {
    const count = (kind: string, isReturn?: number) =>
      rows
        .filter(
          (row) =>
            row.slot === slot &&
            row.kind === kind &&
            (isReturn === undefined || row.isReturn === isReturn),
        )
        .reduce((sum, row) => sum + row.n, 0);
    return {
      day: DateTime.fromMillis(start, { zone }).toISODate() ?? '',
      followed: count('followed', 0),
      unfollowed: count('unfollowed'),
      returned: count('followed', 1),
    };
  });
}

export type Source = { scene: string | null; name: string | null; followed: number };

/** The five scenes that brought most follows since `from`. */
export async function topSources(db: Db, scope: Scope, from: number): Promise<Source[]> {
  const rows = await db.longRead<{ scene: string; name: string | null; followed: number }>(
    `SELECT e.scene AS scene, MAX(s.name) AS name, COUNT(*) AS followed FROM episode e
     LEFT JOIN scene s ON s.accountId = e.accountId AND s.scene = e.scene
     WHERE e.kind = 'followed' AND e.at >= ? AND e.scene IS NOT NULL${scope.sql.replace('accountId', 'e.accountId')}
     GROUP BY e.scene ORDER BY followed DESC, e.scene LIMIT 5`,
    [from, ...scope.params],
  );
  return rows;
}

export type Today = {
  asked: number;
  answered: number;
  sent: number;
  delivered: number;
  redPacketPaidFen: number;
};

/** What the rest of the band shows: sentences answered without a person, messages sent, money opened. */
export async function todayFigures(db: Db, scope: Scope, from: number, to: number): Promise<Today> {
  const params = [from, to, ...scope.params];
  const one = async (sql: string): Promise<number> => {
    const [row] = await db.longRead<{ n: number | null }>(sql, params);
    return row?.n ?? 0;
  };
  const within = (column: string) => `${column} >= ? AND ${column} < ?${scope.sql}`;
  const [asked, missed, sent, delivered, redPacketPaidFen] = await Promise.all([
    one(
      `SELECT COUNT(*) AS n FROM timeline_entry WHERE kind = 'message-in' AND ${within('at')}
       AND params LIKE '%"messageKind":"text"%'`,
    ),
    one(
      `SELECT COUNT(*) AS n FROM timeline_entry WHERE kind = 'message-out' AND ${within('at')}
       AND params LIKE '%"by":"default"%'`,
    ),
    one(
      `SELECT COUNT(*) AS n FROM delivery WHERE state IN ('sent', 'delivered') AND ${within('sentAt')}`,
    ),
    one(`SELECT COUNT(*) AS n FROM delivery WHERE state = 'delivered' AND ${within('sentAt')}`),
    one(
      `SELECT SUM(amountFen) AS n FROM payout WHERE state = 'received' AND ${within('finishedAt')}`,
    ),
  ]);
  return { asked, answered: Math.max(0, asked - missed), sent, delivered, redPacketPaidFen };
}
