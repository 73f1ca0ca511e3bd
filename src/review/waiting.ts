import type { Actor } from '../kernel/access';
import { marksFor, type Db, type Scalar } from '../kernel/database';
import type { Kind } from './version-states';

type Scope = { readonly sql: string; readonly params: readonly Scalar[] };

/** Versions of accounts that the actor sees, and of those for every account. */
export function scopeOf({ accountIds }: Pick<Actor, 'accountIds'>): Scope {
  if (accountIds === 'all') return { sql: '', params: [] };
  if (accountIds.length === 0) return { sql: ' AND accountId IS NULL', params: [] };
  return {
    sql: ` AND (accountId IS NULL OR accountId IN (${marksFor(accountIds)}))`,
    params: accountIds,
  };
}

/** How much waits for a reviewer; of what was sent back, what this actor wrote. */
export async function countWaiting(
  { db }: { db: Pick<Db, 'read'> },
  actor: Actor,
  state: 'in-review' | 'sent-back',
  kind?: Kind,
): Promise<number> {
  const { sql, params } = scopeOf(actor);
  const own = state === 'sent-back' ? ' AND savedById = ?' : '';
  const of = kind === undefined ? '' : ' AND kind = ?';
  const [row] = await db.read.all<{ n: number | string }>(
    `SELECT COUNT(*) AS n FROM answer_version WHERE state = ?${own}${of}${sql}`,
    [
      ...[state, ...(own === '' ? [] : [actor.id]), ...(kind === undefined ? [] : [kind])],
      ...params,
    ],
  );
  return Number(row?.n ?? 0);
}
