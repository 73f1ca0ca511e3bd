import { requireAccount, type Actor } from '../kernel/access';
import type { Db } from '../kernel/database';
import { accountScope, type Scope } from './account-scope';
import { dayOf, slotOf } from './overview-days';

/** Narrowed to one account when asked; one the actor may not see is answered like one that does not exist. */
export function accountsWanted(actor: Actor, wanted: string | undefined): Actor['accountIds'] {
  if (wanted === undefined) return actor.accountIds;
  requireAccount(actor, wanted);
  return [wanted];
}

/** Accounts seen, by what they can bring: followers come to Official Accounts, friends to corps. */
export type Seen = {
  kinds: string[];
  /** The scope of a column, narrowed to accounts of one kind. */
  of: (kind: 'official-account' | 'wecom', column?: string) => Scope;
};

export async function accountsSeen(db: Db, accounts: Actor['accountIds']): Promise<Seen> {
  const scope = accountScope(accounts, 'id');
  const rows = await db.read.all<{ id: string; kind: string }>(
    `SELECT id, kind FROM account WHERE 1 = 1${scope.sql}`,
    scope.params,
  );
  const idsOf = (kind: string) => rows.filter((row) => row.kind === kind).map(({ id }) => id);
  return {
    kinds: [...new Set(rows.map(({ kind }) => kind))].sort(),
    of: (kind, column) => accountScope(idsOf(kind), column),
  };
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
  const rows = await db.longRead<{ slot: number; kind: string; isReturn: number; n: number }>(
    `SELECT ${slotOf(bounds, 'at')} AS slot, kind, CASE WHEN nth > 1 THEN 1 ELSE 0 END AS isReturn, COUNT(*) AS n
     FROM episode WHERE kind IN ('followed', 'unfollowed') AND at >= ? AND at < ?${scope.sql}
     GROUP BY slot, kind, isReturn`,
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
      day: dayOf(start, zone),
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
  /** Messages, whichever way they went. */
  sent: number;
  /** Those of them WeChat sends receipts for, which are template messages, and how many arrived by them. */
  sentByTemplate: number;
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
  const [asked, missed, messages, redPacketPaidFen] = await Promise.all([
    one(
      `SELECT COUNT(*) AS n FROM timeline_entry WHERE kind = 'message-in' AND ${within('at')}
       AND params LIKE '%"messageKind":"text"%'`,
    ),
    one(
      `SELECT COUNT(*) AS n FROM timeline_entry WHERE kind = 'message-out' AND ${within('at')}
       AND params LIKE '%"by":"default"%'`,
    ),
    messagesSent(db, scope, from, to),
    one(
      `SELECT SUM(amountFen) AS n FROM payout WHERE state = 'received' AND ${within('finishedAt')}`,
    ),
  ]);
  return { asked, answered: Math.max(0, asked - missed), ...messages, redPacketPaidFen };
}

/** Looks into runs that are open or ended since, and not through all messages: SQLite reads a cross join in this order. */
async function messagesSent(
  db: Db,
  scope: Scope,
  from: number,
  to: number,
): Promise<Pick<Today, 'sent' | 'sentByTemplate' | 'delivered'>> {
  const rows = await db.longRead<Record<'isTemplate' | 'sent' | 'delivered', number | string>>(
    `SELECT CASE WHEN r.channel = 'template' THEN 1 ELSE 0 END AS isTemplate, COUNT(*) AS sent,
       SUM(d.state = 'delivered') AS delivered
     FROM send_run r CROSS JOIN delivery d ON d.runId = r.id
     WHERE (r.isOpen = 1 OR r.finishedAt >= ?) AND d.state IN ('sent', 'delivered')
       AND d.sentAt >= ? AND d.sentAt < ?${scope.sql.replace('accountId', 'r.accountId')}
     GROUP BY isTemplate`,
    [from, from, to, ...scope.params],
  );
  const byTemplate = rows.find(({ isTemplate }) => Number(isTemplate) === 1);
  return {
    sent: rows.reduce((sum, { sent }) => sum + Number(sent), 0),
    ...{ sentByTemplate: Number(byTemplate?.sent ?? 0) },
    delivered: Number(byTemplate?.delivered ?? 0),
  };
}
