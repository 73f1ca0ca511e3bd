import type { Clock } from './clock';
import { isConnectionLost } from './database';
import type { Log } from './log';

const firstWaitMs = 500;
const longestWaitMs = 8_000;

/**
 * Tries again while the database cannot be reached, more and more slowly, for `patienceMs`: a server that is started
 * together with its database waits for it. Anything else, and an end of the patience, is thrown.
 */
export async function patiently<T>(
  kit: { clock: Pick<Clock, 'system' | 'sleep'>; log: Log },
  patienceMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const until = kit.clock.system() + patienceMs;
  for (let waitMs = firstWaitMs, tries = 1; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionLost(error) || kit.clock.system() + waitMs > until) throw error;
      kit.log.warn('database.waiting', { tries, againInMs: waitMs, error });
      tries += 1;
      await kit.clock.sleep(waitMs);
    }
  }
}
