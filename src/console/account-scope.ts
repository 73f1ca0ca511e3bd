import { marksFor, type Scalar } from '../kernel/database';

export type Scope = { sql: string; params: Scalar[] };

/** `AND accountId IN (…)` for the accounts an actor may see. */
export function accountScope(accountIds: 'all' | readonly string[], column = 'accountId'): Scope {
  if (accountIds === 'all') return { sql: '', params: [] };
  if (accountIds.length === 0) return { sql: ' AND 1 = 0', params: [] };
  return { sql: ` AND ${column} IN (${marksFor(accountIds)})`, params: [...accountIds] };
}

/** The same for rows of long work, which keep their account beside the words of their title. */
export function progressScope(accountIds: 'all' | readonly string[]): Scope {
  if (accountIds === 'all') return { sql: '', params: [] };
  if (accountIds.length === 0) return { sql: ' AND 1 = 0', params: [] };
  return {
    sql: ` AND (${accountIds.map(() => 'params LIKE ?').join(' OR ')})`,
    params: accountIds.map((id) => `%"accountId":"${id}"%`),
  };
}
