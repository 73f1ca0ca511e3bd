import { join } from 'node:path';
import { Router } from '@koa/router';
import type { RunningKit } from './open-kit';
import { followWorldClock, moveWorldClock } from './kernel/world-clock';
import { openSandbox, type Sandbox } from './sandbox';

/** The sandbox inside this process, or nothing when it is off or runs alone elsewhere. */
export async function openOwnSandbox(kit: RunningKit): Promise<Sandbox | undefined> {
  const { settings } = kit;
  const isHere = settings.role === 'all' && !isElsewhere(kit);
  if (!settings.isSandboxOn || !isHere) return undefined;
  const sandbox = await openSandbox({
    dataFile: join(settings.dataDir, 'sandbox.db'),
    tlsDir: join(settings.dataDir, 'sandbox-tls'),
    log: kit.log,
  });
  await sandbox.startPay();
  return sandbox;
}

function isElsewhere({ settings }: RunningKit): boolean {
  const { port } = new URL(settings.sandboxUrl);
  return Number(port) !== settings.port;
}

/**
 * Business time follows the sandbox's clock: a poke says that it moved, and we ask how far. Whoever pokes
 * without reason causes one question and nothing else.
 */
export function sandboxClock(kit: RunningKit): {
  routes: Router;
  /** The clock may have moved while nobody here was running to be told. */
  catchUp: () => Promise<void>;
  stop: () => void;
} {
  const router = new Router();
  const pull = async () => {
    const answer = await kit.http.request({
      method: 'GET',
      url: `${kit.settings.sandboxUrl}/sandbox/api/clock`,
      timeoutMs: 1_000,
    });
    const { offsetMs } = JSON.parse(answer.body.toString('utf8')) as { offsetMs: number };
    if (Number.isSafeInteger(offsetMs) && offsetMs !== kit.clock.offset) {
      await moveWorldClock(kit.db, kit.clock, offsetMs);
      kit.work.ring();
    }
  };
  router.post('/sandbox-clock', async (ctx) => {
    ctx.status = await pull().then(
      () => 204,
      () => 503,
    );
  });
  const stop = followWorldClock(kit.db, kit.clock);
  return { routes: router, catchUp: () => pull().catch(() => undefined), stop };
}
