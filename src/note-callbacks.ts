import type { Kit } from './kernel/kit';
import { execute } from './kernel/database';

/**
 * Remembers when each account was last heard of, written down every few seconds at most: the health page
 * needs no more, and the callback path has no row for it.
 */
export function noteCallbacks(kit: Pick<Kit, 'db' | 'clock' | 'log'>) {
  const heard = new Map<string, number>();
  const write = async () => {
    const rows = [...heard];
    heard.clear();
    if (rows.length === 0) return;
    await kit.db.transact(async (tx) => {
      for (const [accountId, at] of rows) {
        await execute(tx, `UPDATE account SET lastCallbackAt = ? WHERE id = ?`, [at, accountId]);
      }
    });
  };
  const writing = () => {
    write().catch((error: unknown) => kit.log.warn('callbacks.noted', { error }));
  };
  const timer = setInterval(writing, 3_000);
  timer.unref();
  return {
    heardOf: (accountId: string) => heard.set(accountId, kit.clock.system()),
    stop: async () => {
      clearInterval(timer);
      await write().catch(() => undefined);
    },
  };
}
