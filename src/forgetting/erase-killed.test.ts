import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { borrowDatabase } from '../../test/support/borrow-database';
import { token } from '../../test/support/planted-person';
import { scriptProcess } from '../../test/support/script-process';
import { startRedis } from '../../test/support/servers';
import { probeFile, probeServer, type SqlProbe } from '../../test/support/sql-probe';

const script = 'test/support/erasing-process.ts';
const server = process.env['TEST_MARIADB_URL'];
const phone = '13800000001';

type Ended = { signal: NodeJS.Signals | null; said: string };

function run(env: Record<string, string>, command: 'order' | 'go-on'): Promise<Ended> {
  const child = spawn(process.execPath, [...scriptProcess(script), command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'development', DEMO: 'off', ...env },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (said += part.toString()));
  return new Promise((resolve) => {
    child.once('close', (_code, signal) => resolve({ signal, said }));
  });
}

/** Every value of every table, as `table.column: value`. */
async function dump(sql: SqlProbe, isServer: boolean): Promise<string[]> {
  const tables = await sql.all<{ name: string }>(
    isServer
      ? `SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()`
      : `SELECT name FROM sqlite_master WHERE type = 'table'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    for (const row of await sql.all<Record<string, unknown>>(`SELECT * FROM ${name}`)) {
      for (const [column, value] of Object.entries(row))
        found.push(`${name}.${column}: ${String(value)}`);
    }
  }
  return found;
}

const naming = (lines: readonly string[]) =>
  lines.filter((line) => line.includes(token) || line.includes(phone));

/** All keys of a Redis, with what they hold. */
async function dumpRedis(url: string): Promise<string[]> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys('*');
    const held = keys.map(async (key) => {
      const read = { string: 'get', hash: 'hgetall', zset: 'zrange', list: 'lrange' } as const;
      const kind = (await redis.type(key)) as keyof typeof read | 'set' | 'stream';
      const range = kind === 'zset' || kind === 'list' ? [0, -1] : [];
      const value =
        kind in read
          ? await redis.call(read[kind as keyof typeof read], key, ...range)
          : await redis.call(
              kind === 'set' ? 'smembers' : 'xrange',
              key,
              ...(kind === 'set' ? [] : ['-', '+']),
            );
      return `${key}: ${JSON.stringify(value)}`;
    });
    return await Promise.all(held);
  } finally {
    redis.disconnect();
  }
}

for (const engine of ['sqlite', 'mariadb'] as const) {
  const isThere = engine === 'sqlite' || server !== undefined;
  const suite = isThere ? describe : describe.skip;
  suite(`an erasure whose process is killed (${engine})`, () => {
    const closing: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of closing.splice(0)) await close();
    });

    async function openWorld() {
      const folder = mkdtempSync(join(tmpdir(), 'guanxi-erase-killed-'));
      const borrowed = engine === 'mariadb' && server ? await borrowDatabase(server) : undefined;
      const redis = borrowed && (await startRedis({ own: true }));
      if (borrowed) closing.push(() => borrowed.giveBack());
      if (redis) closing.push(() => redis.stop());
      const url = borrowed && `${server}/${borrowed.name}`;
      const env = {
        DATA_DIR: folder,
        ...(url && { DATABASE_URL: url }),
        ...(redis && { REDIS_URL: redis.url }),
      };
      const sql = url ? probeServer(url) : probeFile(join(folder, 'guanxi.db'));
      return {
        ...{ folder, env, sql },
        tables: () => dump(sql, engine === 'mariadb'),
        cached: async () => [
          ...readFileSync(join(folder, 'cache.txt'), 'utf8').split('\n'),
          ...(redis ? await dumpRedis(redis.url) : []),
        ],
      };
    }

    test('goes on and leaves nothing in tables, files, cache or log, killed before a commit and after one', async () => {
      const world = await openWorld();

      const first = await run({ ...world.env, KILL: 'before:7' }, 'order');
      const half = naming(await world.tables());
      const second = await run({ ...world.env, KILL: 'after:14' }, 'go-on');
      const less = naming(await world.tables());
      const third = await run(world.env, 'go-on');
      const cached = await world.cached();
      const logged = [first, second, third].map(({ said }) => said).join('\n');
      const files = readdirSync(world.folder, { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile())
        .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
      const states = await world.sql.all(`SELECT state FROM erasure`);
      const audited = await world.sql.all(
        `SELECT action, COUNT(*) AS n FROM audit_entry WHERE action LIKE 'person.%'
         GROUP BY action ORDER BY action`,
      );

      expect([first.signal, second.signal, third.signal]).toEqual(['SIGKILL', 'SIGKILL', null]);
      expect(half.length).toBeGreaterThan(10);
      expect(half.filter((line) => line.startsWith('job.lastError'))).toEqual([]);
      expect(less.length).toBeGreaterThan(0);
      expect(less.length).toBeLessThan(half.length);
      expect(naming(await world.tables())).toEqual([]);
      expect(naming(files)).toEqual([]);
      expect(cached.join('')).toContain('sidebar:stranger');
      expect(naming(cached)).toEqual([]);
      // A job that failed told whom it was about, and named nobody.
      expect(logged).toMatch(/nobody knows \[id [0-9a-f]{4}\]/);
      expect(naming(logged.split('\n'))).toEqual([]);
      expect(states).toEqual([{ state: 'done' }]);
      expect(audited).toEqual([
        { action: 'person.erased', n: 1 },
        { action: 'person.erasure-ordered', n: 1 },
      ]);
      const left = await world.sql.all(`SELECT kind FROM job`);
      expect(left).toEqual([]);
    }, 120_000);

    test('is not told of twice when the process dies between its end and the end of the job', async () => {
      const world = await openWorld();

      const first = await run({ ...world.env, FAULT: 'job.before-done' }, 'order');
      const before = await world.sql.all(`SELECT kind, state FROM job`);
      const second = await run(world.env, 'go-on');
      const erased = await world.sql.all(
        `SELECT COUNT(*) AS n FROM audit_entry WHERE action = 'person.erased'`,
      );

      expect([first.signal, second.signal]).toEqual(['SIGKILL', null]);
      expect(before).toEqual([{ kind: 'erase-person', state: 'queued' }]);
      expect(erased).toEqual([{ n: 1 }]);
      expect(await world.sql.all(`SELECT kind FROM job`)).toEqual([]);
      expect(naming(await world.tables())).toEqual([]);
    }, 120_000);
  });
}
