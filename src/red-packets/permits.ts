import type { Kit } from '../kernel/kit';

type Part = Pick<Kit, 'cache' | 'clock' | 'settings' | 'log'>;

/**
 * How many of `wanted` payments a merchant may start in this second; all processes share the count.
 * Without the cache nobody knows what the others do, so none may: money waits.
 */
export function takePermits(kit: Part, merchantAccountId: string, wanted: number): Promise<number> {
  return take(kit, `payouts:${merchantAccountId}`, wanted, kit.settings.payoutsPerSecond);
}

/** What WeChat Pay allows a second for the questions of its later interface; of this one it says nothing. */
const looksPerSecond = 100;

/** The same for looks at packets that are out: nobody waits for one, so they share what is allowed. */
export function takeLookPermits(
  kit: Part,
  merchantAccountId: string,
  wanted: number,
): Promise<number> {
  return take(kit, `looks:${merchantAccountId}`, wanted, looksPerSecond);
}

async function take(kit: Part, name: string, wanted: number, rate: number): Promise<number> {
  if (wanted <= 0) return 0;
  const second = Math.floor(kit.clock.system() / 1_000);
  try {
    const taken = await kit.cache.increment(`${name}:${String(second)}`, 2_000, wanted);
    return Math.max(0, Math.min(wanted, rate - (taken - wanted)));
  } catch (error) {
    kit.log.warn('payout.no_cache', { error });
    return 0;
  }
}
