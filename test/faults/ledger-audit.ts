import type { Db } from '../../src/kernel/database';
import { ledgerCheck } from '../../src/red-packets';
import type { SqlProbe } from '../support/sql-probe';
import type { Scene } from './scene';

type Line = {
  promotionId: string;
  kind: string;
  fromAccount: string;
  toAccount: string;
  fen: number;
};
type Payout = { promotionId: string; state: string; moneyPlace: string; fen: number };
type Balance = {
  id: string;
  budgetFen: number;
  reservedFen: number;
  inFlightFen: number;
  paidFen: number;
  refundedFen: number;
  ledgerSeq: number;
};

/** Adds the ledger's lines up once more, in code that shares nothing with the product's own check. */
export async function checkLedger(scene: Scene, sql: SqlProbe): Promise<void> {
  const balances = await sql.all<Balance>(`SELECT * FROM promotion WHERE ledgerSeq > 0`);
  const lines = await sql.all<Line>(
    `SELECT promotionId, kind, fromAccount, toAccount, SUM(amountFen) AS fen FROM ledger_entry
     GROUP BY promotionId, kind, fromAccount, toAccount`,
  );
  const payouts = await sql.all<Payout>(
    `SELECT promotionId, state, moneyPlace, SUM(amountFen) AS fen FROM payout
     GROUP BY promotionId, state, moneyPlace`,
  );
  const gaps = await sql.all<{ promotionId: string; n: number; most: number }>(
    `SELECT promotionId, COUNT(*) AS n, MAX(seq) AS most FROM ledger_entry GROUP BY promotionId`,
  );
  const add = <T extends { fen: number }>(rows: T[], wanted: (row: T) => boolean) =>
    rows.filter(wanted).reduce((sum, row) => sum + row.fen, 0);
  for (const balance of balances) {
    const mine = lines.filter((line) => line.promotionId === balance.id);
    const held = (account: string) =>
      add(mine, (line) => line.toAccount === account) -
      add(mine, (line) => line.fromAccount === account);
    const same = (what: string, a: number, b: number) =>
      scene.promise(a === b, `ledger: ${what} is ${a} and ${b} (promotion ${balance.id})`);
    same(
      'funding',
      add(mine, (line) => line.fromAccount === 'outside'),
      balance.budgetFen,
    );
    same('reserved', held('reserved'), balance.reservedFen);
    same('in flight', held('in-flight'), balance.inFlightFen);
    same('paid', held('paid'), balance.paidFen);
    const own = payouts.filter((payout) => payout.promotionId === balance.id);
    for (const [place, fen] of [
      ['reserved', balance.reservedFen],
      ['in-flight', balance.inFlightFen],
      ['paid', balance.paidFen],
    ] as const) {
      same(
        `payouts kept as ${place}`,
        add(own, (row) => row.moneyPlace === place),
        fen,
      );
    }
    same(
      'refunded',
      add(own, (row) => row.state === 'refunded'),
      balance.refundedFen,
    );
    const numbered = gaps.find((row) => row.promotionId === balance.id);
    same('numbering', numbered?.n ?? 0, balance.ledgerSeq);
    same('last number', numbered?.most ?? 0, balance.ledgerSeq);
  }
  // The product's own check follows the chain of hashes as well; it reads through the probe.
  const all = <T>(text: string, params: (string | number)[] = []) => sql.all<T>(text, params);
  const report = await ledgerCheck({ db: { read: { all }, longRead: all } as unknown as Db });
  for (const { what, expected, found } of report.differences) {
    scene.promise(false, `ledger check: ${what}: ${String(expected)} and ${String(found)}`);
  }
  scene.figures['ledger check'] = report.ok ? 'green' : `${report.differences.length} differences`;
  scene.figures['ledger lines'] = gaps.reduce((sum, row) => sum + row.n, 0);
}
