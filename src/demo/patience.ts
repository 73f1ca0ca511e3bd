import type { Kit } from '../kernel/kit';
import type { SandboxDriver } from '../accounts';

const minute = 60_000;
const eachMs = 50;
/** A slow machine needs seconds, not this. */
const mostWaits = 1_200;

/** Moves the sandbox's clock and waits until ours has followed. */
export async function moveClock(
  kit: Kit,
  driver: SandboxDriver,
  move: { setTo: number } | { reset: true },
  offsetMs: number,
): Promise<void> {
  await driver.post('/clock', move);
  await until(kit, 'business time follows', () => {
    const offset = kit.clock.business() - kit.clock.system();
    return Promise.resolve(Math.abs(offset - offsetMs) < minute);
  });
}

export async function until(kit: Kit, what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < mostWaits; waited += 1) {
    if (await isSo()) return;
    await kit.clock.sleep(eachMs);
  }
  throw new Error(`the demo waited in vain: ${what}`);
}
