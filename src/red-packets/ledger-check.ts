import type { Db } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { pausePromotion } from './give-back';
import { chainStart, hashOfLine, type LedgerLine } from './ledger-line';
import { isFinal, placeOf, type MoneyPlace, type PayoutState } from './payout-states';

type Part = Pick<Kit, 'db' | 'log'>;

/** Two books that disagree: `what` names them, and both sides are given. */
export type Difference = {
  promotionId: string;
  what: string;
  expected: number | string;
  found: number | string;
};
export type CheckedPromotion = {
  id: string;
  name: string;
  budgetFen: number;
  availableFen: number;
  reservedFen: number;
  paidFen: number;
  refundedFen: number;
  lines: number;
  payouts: number;
};
export type LedgerReport = {
  ok: boolean;
  promotions: CheckedPromotion[];
  differences: Difference[];
};

/**
 * Recomputes every sum from the ledger's lines, compares them with the balances and with the payouts one by
 * one, and follows the chain of hashes. What `guanxi ledger check` prints.
 */
export async function ledgerCheck(
  kit: Pick<Kit, 'db'>,
  options: { promotionId?: string | undefined } = {},
): Promise<LedgerReport> {
  const report: LedgerReport = { ok: true, promotions: [], differences: [] };
  for (const { id } of await started(kit.db, options.promotionId)) {
    const { checked, differences } = await compareSums(kit.db, id);
    if (checked) report.promotions.push(checked);
    report.differences.push(
      ...differences,
      ...(await compareEachPayout(kit.db, id)),
      ...(await followChain(kit.db, id)),
    );
  }
  report.ok = report.differences.length === 0;
  return report;
}

/** The auditor: sums of everything that may still move money; a difference of one fen stops the promotion. */
export async function auditPromotions(kit: Part): Promise<Difference[]> {
  const going = await kit.db.read.all<{ id: string }>(
    `SELECT id FROM promotion WHERE status IN ('running', 'scheduled', 'paused') AND ledgerSeq > 0`,
  );
  const found: Difference[] = [];
  for (const { id } of going) {
    const { differences } = await compareSums(kit.db, id);
    if (differences.length === 0) continue;
    found.push(...differences);
    kit.log.error('ledger.difference', { promotion: id, differences });
    await kit.db.transact((tx) => pausePromotion(tx, id, 'ledger_difference'));
  }
  return found;
}

const started = (db: Db, promotionId?: string): Promise<{ id: string }[]> =>
  promotionId === undefined
    ? db.read.all(`SELECT id FROM promotion WHERE ledgerSeq > 0 ORDER BY id`)
    : db.read.all(`SELECT id FROM promotion WHERE id = ?`, [promotionId]);

type Sum = { book: string; a: string; b: string; fen: number | null; n: number };

/** One statement, so that all books are read at the same instant. */
const sumsSql = `
  SELECT 'ledger' AS book, CONCAT(kind, ' ', fromAccount) AS a, toAccount AS b,
         SUM(amountFen) AS fen, COUNT(*) AS n
  FROM ledger_entry WHERE promotionId = ? GROUP BY kind, fromAccount, toAccount
  UNION ALL
  SELECT 'payout', state, moneyPlace, SUM(amountFen), COUNT(*)
  FROM payout WHERE promotionId = ? GROUP BY state, moneyPlace
  UNION ALL SELECT 'promotion', 'budget', name, budgetFen, ledgerSeq FROM promotion WHERE id = ?
  UNION ALL SELECT 'promotion', 'reserved', '', reservedFen, 0 FROM promotion WHERE id = ?
  UNION ALL SELECT 'promotion', 'in-flight', '', inFlightFen, 0 FROM promotion WHERE id = ?
  UNION ALL SELECT 'promotion', 'paid', '', paidFen, 0 FROM promotion WHERE id = ?
  UNION ALL SELECT 'promotion', 'refunded', '', refundedFen, 0 FROM promotion WHERE id = ?`;

async function compareSums(
  db: Db,
  promotionId: string,
): Promise<{ checked?: CheckedPromotion; differences: Difference[] }> {
  const rows = await db.read.all<Sum>(
    sumsSql,
    Array.from({ length: 7 }, () => promotionId),
  );
  const sums = rows.map((row) => ({ ...row, fen: row.fen ?? 0, n: row.n }));
  const total = (wanted: (sum: (typeof sums)[number]) => boolean) =>
    sums.filter(wanted).reduce((all, sum) => all + sum.fen, 0);
  const balance = (name: string) => total((sum) => sum.book === 'promotion' && sum.a === name);
  const head = sums.find((sum) => sum.book === 'promotion' && sum.a === 'budget');
  if (!head) return { differences: [] };
  const lines = sums.filter((sum) => sum.book === 'ledger');
  const inLedger = (account: string) =>
    total((sum) => sum.book === 'ledger' && sum.b === account) -
    total((sum) => sum.book === 'ledger' && sum.a.endsWith(` ${account}`));
  const differences: Difference[] = [];
  const same = (what: string, expected: number, found: number) => {
    if (expected !== found) differences.push({ promotionId, what, expected, found });
  };

  const funded = total((sum) => sum.book === 'ledger' && sum.a === 'fund outside');
  const refunds = total((sum) => sum.book === 'ledger' && sum.a.startsWith('refund '));
  const available =
    balance('budget') - balance('reserved') - balance('in-flight') - balance('paid');
  const counted = lines.reduce((all, sum) => all + sum.n, 0);
  same('ledger lines', head.n, counted);
  if (head.n > 0) {
    same('budget and funding', balance('budget'), funded);
    same('available in the ledger', available, inLedger('available'));
  }
  for (const account of ['reserved', 'in-flight', 'paid']) {
    same(`${account} in the ledger`, balance(account), inLedger(account));
    const ofPayouts = total((sum) => sum.book === 'payout' && sum.b === account);
    same(`${account} in the payouts`, balance(account), ofPayouts);
  }
  same('refunded in the ledger', balance('refunded'), refunds);
  const returned = total((sum) => sum.book === 'payout' && sum.a === 'refunded');
  same('refunded in the payouts', balance('refunded'), returned);
  for (const { a, b, n } of sums.filter((sum) => sum.book === 'payout')) {
    if (!fits(a as PayoutState, b as MoneyPlace)) same(`${a} payouts kept as ${b}`, 0, n);
  }
  return {
    checked: {
      id: promotionId,
      name: head.b,
      budgetFen: balance('budget'),
      availableFen: available,
      reservedFen: balance('reserved') + balance('in-flight'),
      paidFen: balance('paid'),
      refundedFen: balance('refunded'),
      lines: counted,
      payouts: sums.filter((sum) => sum.book === 'payout').reduce((all, sum) => all + sum.n, 0),
    },
    differences,
  };
}

function fits(state: PayoutState, place: MoneyPlace): boolean {
  if (isFinal(state) || state === 'sent') return placeOf(state, 'reserved') === place;
  return place === 'reserved' || (state === 'frozen' && place === 'in-flight');
}

/** Each payout has one reservation of exactly its amount, and no line of another amount. */
async function compareEachPayout(db: Db, promotionId: string): Promise<Difference[]> {
  const rows = await db.longRead<{ id: string; amountFen: number; reservedFen: number | null }>(
    `SELECT p.id, p.amountFen, l.reservedFen
     FROM payout p LEFT JOIN (
       SELECT payoutId, SUM(CASE WHEN kind = 'reserve' THEN amountFen ELSE 0 END) AS reservedFen,
              MIN(amountFen) AS least, MAX(amountFen) AS most
       FROM ledger_entry WHERE promotionId = ? AND payoutId IS NOT NULL GROUP BY payoutId
     ) l ON l.payoutId = p.id
     WHERE p.promotionId = ? AND (l.reservedFen IS NULL OR l.reservedFen <> p.amountFen
       OR l.least <> p.amountFen OR l.most <> p.amountFen)
     ORDER BY p.id LIMIT 100`,
    [promotionId, promotionId],
  );
  return rows.map((row) => ({
    promotionId,
    what: `payout ${row.id} and its ledger lines`,
    expected: row.amountFen,
    found: row.reservedFen ?? 0,
  }));
}

const pageSize = 2_000;

async function followChain(db: Db, promotionId: string): Promise<Difference[]> {
  const [head] = await db.read.all<{ ledgerSeq: number; ledgerHash: string }>(
    `SELECT ledgerSeq, ledgerHash FROM promotion WHERE id = ?`,
    [promotionId],
  );
  if (!head) return [];
  let prevHash = chainStart(promotionId);
  let seq = 0;
  for (;;) {
    const lines = await db.read.all<LedgerLine & { hash: string }>(
      `SELECT promotionId, seq, kind, fromAccount, toAccount, amountFen, payoutId, at, prevHash, hash
       FROM ledger_entry WHERE promotionId = ? AND seq > ? AND seq <= ? ORDER BY seq
       LIMIT ${String(pageSize)}`,
      [promotionId, seq, head.ledgerSeq],
    );
    for (const { hash, ...line } of lines) {
      seq += 1;
      const whole = { ...line, amountFen: line.amountFen, at: line.at };
      const expected = hashOfLine({ ...whole, seq, prevHash });
      if (line.seq !== seq || line.prevHash !== prevHash || hash !== expected) {
        const what = `hash of ledger line ${String(seq)}`;
        return [{ promotionId, what, expected, found: hash }];
      }
      prevHash = hash;
    }
    if (lines.length < pageSize) break;
  }
  if (seq === head.ledgerSeq && prevHash === head.ledgerHash) return [];
  return [{ promotionId, what: 'head of the chain', expected: head.ledgerHash, found: prevHash }];
}
