import { Router } from '@koa/router';
import type { Context } from 'koa';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isLoopback } from '../kernel/settings';
import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';

export type Readiness = { isOpen: boolean; isStopping: boolean };

/** Process up, ready to serve, and figures for Prometheus. */
export function healthRoutes(
  kit: Pick<Kit, 'db' | 'cache' | 'bell'>,
  readiness: Readiness,
  metrics: Metrics,
  authenticate: (ctx: Context) => Promise<Actor | undefined>,
  tokens: () => Promise<readonly { state: string }[]>,
): Router {
  const router = new Router();
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'up' };
  });
  router.get('/readyz', async (ctx) => {
    const checks: Record<string, string> = {};
    const check = async (name: string, work: () => Promise<unknown>) => {
      try {
        await work();
        checks[name] = 'ok';
      } catch {
        checks[name] = 'failing';
      }
    };
    await check('database', () => kit.db.read.all('SELECT 1 AS one'));
    await check('cache', () => kit.cache.ping());
    await check('queue', () => kit.bell.ping());
    // Told, and no reason to turn callbacks away: they are taken without a token.
    await check('tokens', async () => {
      if ((await tokens()).some(({ state }) => state === 'failing')) throw new Error('a token');
    });
    const isReady = readiness.isOpen && !readiness.isStopping && checks['database'] === 'ok';
    ctx.status = isReady ? 200 : 503;
    ctx.body = {
      status: isReady ? 'ready' : readiness.isStopping ? 'stopping' : 'starting',
      checks,
    };
  });
  router.get('/metrics', async (ctx) => {
    // Behind a proxy everybody comes from this machine.
    const isProxied = ctx.get('x-forwarded-for') !== '' || ctx.get('forwarded') !== '';
    const from = ctx.req.socket.remoteAddress?.replace('::ffff:', '') ?? '';
    // A page elsewhere can make a browser of this machine ask, but not by the machine's own name.
    const isLocal = !isProxied && isLoopback(from) && isLoopback(ctx.hostname);
    const actor = isLocal ? undefined : await authenticate(ctx);
    if (!isLocal && !actor?.permissions.has('overview.read')) {
      ctx.status = 401;
      return;
    }
    ctx.type = metrics.registry.contentType;
    ctx.body = await metrics.registry.metrics();
  });
  return router;
}

export type Metrics = ReturnType<typeof openMetrics>;

export function openMetrics(inbox: { waiting: () => Promise<number> }) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const taken = new Counter({
    name: 'guanxi_callbacks_taken_total',
    help: 'Callbacks stored and acknowledged',
    labelNames: ['kind'],
    registers: [registry],
  });
  const refused = new Counter({
    name: 'guanxi_callbacks_refused_total',
    help: 'Callbacks refused, by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  const answered = new Histogram({
    name: 'guanxi_callback_seconds',
    help: 'From the last byte of a callback to its answer',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  new Gauge({
    name: 'guanxi_conversations_waiting',
    help: 'Followers who wait for a person to answer',
    registers: [registry],
    async collect() {
      this.set(await inbox.waiting());
    },
  });
  return {
    registry,
    callbacks: {
      taken: (kind: string, ms: number) => {
        taken.inc({ kind });
        answered.observe(ms / 1_000);
      },
      refused: (reason: string) => refused.inc({ reason }),
    },
  };
}
