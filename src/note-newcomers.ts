import type { AccountBook } from './accounts';
import type { InboundEvent } from './channels/inbound-event';
import type { Kit } from './kernel/kit';
import { lookUpUnionids } from './relationships';

/**
 * Collects who followed, to ask for their unionids together: the callback path has no row for it. What a
 * crash forgets here, the next reading of the follower list fills in. Without a corp there is nobody to meet.
 */
export function noteNewcomers(
  kit: Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'log'>,
  book: AccountBook,
) {
  const waiting = new Map<string, Set<string>>();
  const write = async () => {
    const followed = [...waiting];
    waiting.clear();
    if (followed.length === 0 || !book.all().some(({ kind }) => kind === 'wecom')) return;
    await kit.db.transact(async (tx) => {
      for (const [accountId, openids] of followed) {
        await lookUpUnionids(kit, tx, accountId, [...openids]);
      }
    });
    kit.work.ring();
  };
  const timer = setInterval(() => {
    write().catch((error: unknown) => kit.log.warn('newcomers.noted', { error }));
  }, 1_000);
  timer.unref();
  return {
    followed: ({ accountId, openid }: InboundEvent) => {
      const openids = waiting.get(accountId) ?? new Set();
      waiting.set(accountId, openids.add(openid));
    },
    stop: async () => {
      clearInterval(timer);
      await write().catch(() => undefined);
    },
  };
}
