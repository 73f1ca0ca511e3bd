import type { Actor } from '../kernel/access';
import { marksFor, type Db, type Scalar } from '../kernel/database';
import type { OPEN_STATES } from './version-states';

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

/** How much stands so; of what was sent back, what this actor wrote. */
export async function countWaiting(
  { db }: { db: Pick<Db, 'read'> },
  actor: Actor,
  state: (typeof OPEN_STATES)[number],
  whose: 'all' | 'own' = 'all',
): Promise<number> {
  const { sql, params } = scopeOf(actor);
  const own = whose === 'own' ? ' AND savedById = ?' : '';
  const [row] = await db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM answer_version WHERE state = ?${own}${sql}`,
    [state, ...(whose === 'own' ? [actor.id] : []), ...params],
  );
  return row?.n ?? 0;
}
