import type { Kit } from '../kernel/kit';

type Part = Pick<Kit, 'cache' | 'clock' | 'settings' | 'log'>;

/**
 * How many of `wanted` payments a merchant may start in this second; all processes share the count.
 * Without the cache nobody knows what the others do, so none may: money waits.
 */
export async function takePermits(
  kit: Part,
  merchantAccountId: string,
  wanted: number,
): Promise<number> {
  if (wanted <= 0) return 0;
  const rate = kit.settings.payoutsPerSecond;
  const second = Math.floor(kit.clock.system() / 1_000);
  try {
    const key = `payouts:${merchantAccountId}:${String(second)}`;
    const taken = await kit.cache.increment(key, 2_000, wanted);
    return Math.max(0, Math.min(wanted, rate - (taken - wanted)));
  } catch (error) {
    kit.log.warn('payout.no_cache', { error });
    return 0;
  }
}
