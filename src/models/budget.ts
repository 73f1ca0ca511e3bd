import { execute, insertRows, type Reader, type Tx } from '../kernel/database';

export type Limits = {
  readonly dailyCalls: number;
  readonly dailyTokens: number;
  /** Null: an account has no limit of its own. */
  readonly accountCalls: number | null;
};

export type Spend = { readonly accountId: string; readonly day: string };
export type Used = { readonly calls: number; readonly tokens: number };

/** Thrown inside the transaction, so that nothing of the call is written. */
export class BudgetSpent extends Error {
  constructor(readonly whose: 'installation' | 'account' | 'person') {
    super(`model budget: ${whose}`);
    this.name = 'BudgetSpent';
  }
}

/** The row of the whole installation. */
const everybody = '';

/**
 * Takes one call and its tokens out of today's budget before it is made: conditional updates, so that any number of
 * processes share one budget to the call. What the call really used is settled afterwards; of a process
 * that dies in between the whole estimate counts as used.
 */
export async function reserve(
  tx: Tx,
  { accountId, day }: Spend,
  tokens: number,
  limits: Limits,
): Promise<void> {
  const owners = accountId === everybody ? [everybody] : [everybody, accountId];
  const rows = owners.map((owner) => ({ accountId: owner, day, calls: 0, tokens: 0 }));
  await insertRows(tx, 'model_day', rows, { onConflict: ['accountId', 'day'] });
  const taken = await execute(
    tx,
    `UPDATE model_day SET calls = calls + 1, tokens = tokens + ?
     WHERE accountId = ? AND day = ? AND calls < ? AND tokens + ? <= ?`,
    [tokens, everybody, day, limits.dailyCalls, tokens, limits.dailyTokens],
  );
  if (taken === 0) throw new BudgetSpent('installation');
  if (accountId === everybody) return;
  const most = limits.accountCalls ?? limits.dailyCalls;
  const own = await execute(
    tx,
    `UPDATE model_day SET calls = calls + 1, tokens = tokens + ?
     WHERE accountId = ? AND day = ? AND calls < ?`,
    [tokens, accountId, day, most],
  );
  if (own === 0) throw new BudgetSpent('account');
}

/** What was reserved becomes what was used; the installation's row first, as in `reserve`. */
export async function settle(
  tx: Tx,
  { accountId, day }: Spend,
  reserved: number,
  used: number,
): Promise<void> {
  const owners = accountId === everybody ? [everybody] : [everybody, accountId];
  for (const owner of owners) {
    await execute(tx, `UPDATE model_day SET tokens = tokens + ? WHERE accountId = ? AND day = ?`, [
      used - reserved,
      owner,
      day,
    ]);
  }
}

/** By account id; the whole installation under the empty one. */
export async function usedOn(read: Reader, day: string): Promise<Map<string, Used>> {
  const rows = await read.all<Spend & Used>(
    `SELECT accountId, calls, tokens FROM model_day WHERE day = ?`,
    [day],
  );
  return new Map(rows.map(({ accountId, calls, tokens }) => [accountId, { calls, tokens }]));
}
