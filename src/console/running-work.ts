import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import { accountScope, progressScope } from './account-scope';

/** Long work under way, with how far it is: `done` and `total` are of what each kind counts. */
export type RunningWork = {
  /** `message` and `moment` count reps who confirmed, `handover` customers and rooms that are settled. */
  kind: 'campaign' | 'promotion' | 'message' | 'moment' | 'handover' | 'sync';
  id: string;
  /** Whose account it is. */
  accountId: string;
  name: string;
  done: number;
  total: number;
  /** Of red packets: what WeChat sent and nobody opened yet, fen; `done` is what was opened. */
  out?: number;
  status: string;
};

type Part = Pick<Kit, 'db'>;
type Accounts = 'all' | readonly string[];
type Counted = Omit<RunningWork, 'kind' | 'done' | 'total'> &
  Record<'done' | 'total', number | string>;

const mostOfAKind = 5;

export async function runningWork(
  kit: Part,
  accounts: Accounts,
  locale: Locale,
): Promise<RunningWork[]> {
  const found = await Promise.all([
    runningCampaigns(kit, accounts),
    runningPromotions(kit, accounts),
    outreachUnderWay(kit, accounts),
    handoversUnderWay(kit, accounts),
    runningSyncs(kit, accounts, locale),
  ]);
  return found.flat();
}

async function runningCampaigns({ db }: Part, accounts: Accounts): Promise<RunningWork[]> {
  const scope = accountScope(accounts, 'c.accountId');
  const rows = await db.read.all<Counted>(
    `SELECT c.id, c.accountId, c.name, c.status,
       (SELECT COUNT(*) FROM delivery d WHERE d.runId = r.id AND d.state NOT IN ('queued', 'sending')) AS done,
       (SELECT COUNT(*) FROM delivery d WHERE d.runId = r.id) AS total
     FROM campaign c JOIN send_run r ON r.campaignId = c.id AND r.origin = 'campaign' AND r.isOpen = 1
     WHERE c.status IN ('running', 'paused')${scope.sql} ORDER BY r.createdAt DESC LIMIT ${mostOfAKind}`,
    scope.params,
  );
  return rows.map((row) => counted('campaign', row));
}

async function runningPromotions({ db }: Part, accounts: Accounts): Promise<RunningWork[]> {
  const scope = accountScope(accounts);
  const rows = await db.read.all<Counted & { inFlightFen: number }>(
    `SELECT id, accountId, name, status, paidFen AS done, budgetFen AS total, inFlightFen
     FROM promotion WHERE status IN ('running', 'paused')${scope.sql} ORDER BY id DESC LIMIT ${mostOfAKind}`,
    scope.params,
  );
  return rows.map(({ inFlightFen, ...row }) => counted('promotion', { ...row, out: inFlightFen }));
}

/** Messages and moments that reps have yet to confirm: of all who were asked, those who did. */
async function outreachUnderWay({ db }: Part, accounts: Accounts): Promise<RunningWork[]> {
  const scope = accountScope(accounts, 'o.accountId');
  const rows = await db.read.all<Counted & { kind: 'message' | 'moment' }>(
    `SELECT o.id, o.accountId, o.kind, o.name, o.status, COUNT(DISTINCT r.userId) AS total,
       COUNT(DISTINCT CASE WHEN r.confirmedAt IS NOT NULL THEN r.userId END) AS done
     FROM outreach o LEFT JOIN outreach_order r ON r.outreachId = o.id
     WHERE o.status = 'running'${scope.sql}
     GROUP BY o.id, o.accountId, o.kind, o.name, o.status, o.createdAt
     ORDER BY o.createdAt DESC, o.id DESC LIMIT ${mostOfAKind}`,
    scope.params,
  );
  return rows.map(({ kind, ...row }) => counted(kind, row));
}

async function handoversUnderWay({ db }: Part, accounts: Accounts): Promise<RunningWork[]> {
  const scope = accountScope(accounts, 'h.accountId');
  const count = (table: string, states = '') =>
    `(SELECT COUNT(*) FROM ${table} x WHERE x.handoverId = h.id${states})`;
  const isOver = ` AND x.state NOT IN ('queued', 'waiting')`;
  const rows = await db.read.all<Omit<Counted, 'name'> & Record<'giver' | 'taker', string>>(
    `SELECT h.id, h.accountId, 'running' AS status,
       COALESCE(f.name, h.fromUserId) AS giver, COALESCE(t.name, h.toUserId) AS taker,
       ${count('handover_item')} + ${count('handover_room')} AS total,
       ${count('handover_item', isOver)} + ${count('handover_room', isOver)} AS done
     FROM handover h
     LEFT JOIN staff f ON f.accountId = h.accountId AND f.userId = h.fromUserId
     LEFT JOIN staff t ON t.accountId = h.accountId AND t.userId = h.toUserId
     WHERE h.endedAt IS NULL${scope.sql} ORDER BY h.orderedAt DESC, h.id DESC LIMIT ${mostOfAKind}`,
    scope.params,
  );
  return rows.map(({ giver, taker, ...row }) =>
    counted('handover', { ...row, name: `${giver} → ${taker}` }),
  );
}

type SyncRow = { id: string; titleCode: string; params: string; done: number; total: number };

async function runningSyncs(
  { db }: Part,
  accounts: Accounts,
  locale: Locale,
): Promise<RunningWork[]> {
  const scope = progressScope(accounts);
  const rows = await db.read.all<SyncRow>(
    `SELECT id, titleCode, params, done, total FROM progress
     WHERE state = 'running' AND kind = 'sync'${scope.sql} ORDER BY startedAt DESC LIMIT ${mostOfAKind}`,
    scope.params,
  );
  return rows.map(({ titleCode, params, ...row }) => {
    const told = JSON.parse(params) as { accountId: string };
    const name = text(locale, titleCode, told);
    return { kind: 'sync', ...row, accountId: told.accountId, name, status: 'running' };
  });
}

/** Counts come as text from one of the engines. */
const counted = (kind: RunningWork['kind'], row: Counted): RunningWork => ({
  ...{ kind, ...row },
  ...{ done: Number(row.done), total: Number(row.total) },
});
