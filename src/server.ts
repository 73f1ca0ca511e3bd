import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { join } from 'node:path';
import { firstOwnerToken, countOperators } from './console';
import { demoSignIns, seedDemo, shouldSeedDemo } from './demo';
import { holdDataDir } from './kernel/data-dir';
import { hangUp } from './kernel/http';
import type { Log } from './kernel/log';
import { BadSetting, isLoopback, type Settings } from './kernel/settings';
import { openKit } from './open-kit';
import { openSandbox } from './sandbox';
import { refuseDemoInProduction, wire, type Extension } from './wiring';

/** A database that is started together with us, or is being restarted, is there within this time. */
const databasePatienceMs = 60_000;

export type RunningServer = { port: number; stop(): Promise<void> };

/** Listens, seeds an empty demo, then is ready; `stop` answers what is in hand and lets nothing new in. */
export async function startServer(
  settings: Settings,
  log: Log,
  extension?: Extension,
): Promise<RunningServer> {
  if (settings.role === 'sandbox') return startSandboxAlone(settings, log);
  const release = settings.databaseUrl ? () => undefined : holdDataDir(settings.dataDir);
  const kit = await openKit(settings, log, databasePatienceMs);
  const world = await wire(kit, extension);
  await refuseDemoInProduction(kit);
  const server = await listen(world.app, settings);
  // Whoever still speaks on an open connection while we stop is told to look elsewhere.
  server.prependListener('request', (_request, answer) => {
    if (world.readiness.isStopping) answer.setHeader('Connection', 'close');
  });
  const { port } = server.address() as AddressInfo;
  await world.start();
  if (await shouldSeedDemo(kit)) await seedDemo(kit, world);
  world.readiness.isOpen = true;
  await announce(kit, port);
  return {
    port,
    stop: async () => {
      world.readiness.isStopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      hangUp(server);
      const sweep = setInterval(() => server.closeIdleConnections(), 100);
      // Whatever hangs longer than this is as it would be after a power cut: the ledgers know what to ask.
      await atMost(6_500, Promise.all([closed, world.rest()]));
      clearInterval(sweep);
      server.closeAllConnections();
      await atMost(1_500, world.stop());
      await atMost(500, kit.closeKit());
      release();
    },
  };
}

/** Until it is done, or so long; the timer of what was done in time keeps no process alive. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function startSandboxAlone(settings: Settings, log: Log): Promise<RunningServer> {
  const sandbox = await openSandbox({
    dataFile: join(settings.dataDir, 'sandbox.db'),
    tlsDir: join(settings.dataDir, 'sandbox-tls'),
    log,
  });
  await sandbox.startPay();
  const app = new Koa();
  app.use(async (ctx, next) => {
    if (ctx.path === '/healthz' || ctx.path === '/readyz') ctx.body = { status: 'ready' };
    else await next();
  });
  app.use(sandbox.routes);
  const server = await listen(app, settings);
  const { port } = server.address() as AddressInfo;
  log.info('sandbox.listening', { port });
  return {
    port,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await sandbox.close();
    },
  };
}

function listen(app: Koa, settings: Settings): Promise<Server> {
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 }, app.callback());
  server.keepAliveTimeout = 30_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { host, port } = settings;
      const isOurs = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      const why = error.code === 'EACCES' ? 'may not be opened by this user' : 'is in use';
      reject(
        isOurs ? new BadSetting('PORT', `${port} on ${host} ${why}: choose another one`) : error,
      );
    });
    server.listen(settings.port, settings.host, () => resolve(server));
  });
}

/** What a newcomer needs to see; printed, not logged, because it names passwords of this demo. */
async function announce(kit: Awaited<ReturnType<typeof openKit>>, port: number): Promise<void> {
  const { settings, log } = kit;
  const isHere = isLoopback(settings.host) && !settings.isProduction;
  const base = isHere ? `http://localhost:${port}` : settings.publicUrl;
  log.info('server.ready', { port, role: settings.role });
  if (settings.logLevel === 'silent') return;
  const lines = ['', `  Guanxi  ${base}`, ''];
  lines.push(`  console   ${base}/console/`);
  if (settings.isSandboxOn) lines.push(`  phone     ${base}/sandbox/`);
  lines.push(`  API       ${base}/api/docs`);
  const signIns = demoSignIns(settings);
  if (signIns.length > 0) {
    lines.push('', '  demo sign-ins (this installation only)');
    for (const one of signIns) {
      lines.push(`    ${one.email.padEnd(21)}   ${one.password}   ${one.role}`);
    }
  }
  if ((await countOperators(kit)) === 0) {
    const link = `${base}/console/first-owner?token=${firstOwnerToken(kit)}`;
    lines.push('', '  no operator yet: make the first owner at', `    ${link}`);
  }
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
