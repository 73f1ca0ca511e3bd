import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { buildOnce } from '../support/build-once';
import { freePort } from '../support/servers';

const mariaDb = process.env['TEST_MARIADB_URL'];
const redis = process.env['TEST_REDIS_URL'];

type App = { name: string; script: string; instances: number; env: Record<string, string> };
// eslint-disable-next-line @typescript-eslint/no-require-imports -- PM2 reads it the same way
const { apps } = require('../../ecosystem.config.js') as { apps: App[] };

type Started = { name: string; port: number; child: ChildProcess; said(): string };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** As PM2 would, with plain node: the entry's own environment over the machine's. */
function start(app: App, env: Record<string, string>): Started {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [app.script], {
    env: { PATH, ...app.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const keep = (chunk: Buffer) => (said += chunk.toString('utf8'));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return { name: app.name, port: Number(env['PORT']), child, said: () => said };
}

async function get(started: Started, path: string): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${started.port}${path}`, { redirect: 'manual' });
  await answer.arrayBuffer();
  return answer.status;
}

async function ready(started: Started, within = 60_000): Promise<void> {
  for (const until = Date.now() + within; Date.now() < until; await sleep(100)) {
    if (started.child.exitCode !== null) break;
    const status = await get(started, '/readyz').catch(() => 0);
    if (status === 200) return;
  }
  throw new Error(`${started.name} did not get ready: ${started.said()}`);
}

async function stop({ child }: Started): Promise<{ code: number | null; ms: number }> {
  const begun = Date.now();
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, ms: Date.now() - begun };
}

beforeAll(buildOnce, 400_000);

(mariaDb && redis ? describe : describe.skip)('the entries of ecosystem.config.js', () => {
  const database = `deployed_${randomBytes(6).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-deployed-'));
  const running: Started[] = [];
  const address = `${mariaDb ?? ''}/${database}`;

  const shared = (port: number) => ({
    DATABASE_URL: address,
    REDIS_URL: `${redis ?? ''}/11`,
    GUANXI_MASTER_KEY: Buffer.alloc(32, 3).toString('base64'),
    PUBLIC_URL: 'https://guanxi.example.com',
    DATA_DIR: join(folder, String(port)),
    HOST: '127.0.0.1',
    PORT: String(port),
  });

  beforeAll(async () => {
    const admin = await createConnection(mariaDb!);
    await admin.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await admin.end();
  });

  afterAll(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    const admin = await createConnection(mariaDb!);
    await admin.query(`DROP DATABASE IF EXISTS ${database}`);
    await admin.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('all started at once on an empty database get ready, answer by role and stop cleanly', async () => {
    for (const app of apps) {
      for (let instance = 0; instance < app.instances; instance += 1) {
        running.push(start(app, shared(await freePort())));
      }
    }
    await Promise.all(running.map((one) => ready(one)));
    const web = running.filter(({ name }) => name === 'guanxi-web');
    const seen = await Promise.all(
      web.map(async (one) => ({
        healthz: await get(one, '/healthz'),
        console: await get(one, '/console/'),
        sandbox: await get(one, '/sandbox/'),
        driver: await get(one, '/sandbox/api/people'),
        api: await get(one, '/api/v1/people'),
      })),
    );
    const stopped = await Promise.all(running.map(stop));

    expect(running.length).toBeGreaterThanOrEqual(3);
    expect(seen).toEqual(
      web.map(() => ({ healthz: 200, console: 200, sandbox: 404, driver: 404, api: 401 })),
    );
    expect(stopped.map(({ code }) => code)).toEqual(running.map(() => 0));
    expect(Math.max(...stopped.map(({ ms }) => ms))).toBeLessThan(15_000);
  }, 120_000);

  test('a database with demo operators or sandbox accounts is refused in production', async () => {
    const admin = await createConnection(address);
    await admin.query(
      `INSERT INTO account (id, kind, platformId, name, world, mode, details, secrets, enabled, createdAt)
       VALUES ('01SANDBOX0000000000000000A', 'official-account', 'wxdemo', 'demo', 'sandbox', 'secure', '{}', '', 1, 1)`,
    );
    const [web] = apps;
    const refused = start(web!, shared(await freePort()));
    running.push(refused);

    const [code] = (await once(refused.child, 'exit')) as [number];
    await admin.query(`DELETE FROM account`);
    await admin.end();

    expect(code).not.toBe(0);
    expect(refused.said()).toContain('NODE_ENV');
    expect(refused.said()).toMatch(/1 sandbox account/);
  }, 60_000);
});

describe('a wrong setting', () => {
  const startWith = (env: Record<string, string>) =>
    spawnSync(process.execPath, ['dist/src/main.js'], {
      env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...env },
      encoding: 'utf8',
      timeout: 30_000,
    });

  test.each([
    ['PORT', { PORT: 'eighty' }],
    ['GUANXI_MASTER_KEY', {}],
    ['SANDBOX', { SANDBOX: 'on', GUANXI_MASTER_KEY: Buffer.alloc(32, 3).toString('base64') }],
  ])('%s ends the process with its name on stderr, one line, no stack', (name, env) => {
    const { status, stderr } = startWith(env);

    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`setting ${name}`);
  });
});
