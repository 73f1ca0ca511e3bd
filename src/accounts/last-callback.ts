import type { Kit } from '../kernel/kit';

/** When the account was last heard of; asked of the database, because the book does not follow every callback. */
export async function lastCallbackAt(
  kit: Pick<Kit, 'db'>,
  accountId: string,
): Promise<number | null> {
  const [row] = await kit.db.read.all<{ at: number | null }>(
    `SELECT lastCallbackAt AS at FROM account WHERE id = ?`,
    [accountId],
  );
  return row?.at ?? null;
}
