import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entities } from '../../src/entities';
import { openMemoryCache } from '../../src/kernel/cache/memory';
import { StillClock } from '../../src/kernel/clock';
import { openDatabase, type Engine, type OpenDatabase } from '../../src/kernel/database';
import { openHttpClient } from '../../src/kernel/http-client';
import { ulids } from '../../src/kernel/ids';
import type { Kit } from '../../src/kernel/kit';
import { openLog } from '../../src/kernel/log';
import { seededRandom } from '../../src/kernel/random';
import { Schedules } from '../../src/kernel/schedule';
import { openSeal } from '../../src/kernel/seal';
import { readSettings } from '../../src/kernel/settings';
import { Versions } from '../../src/kernel/versions';
import { openInProcessBell, Work } from '../../src/kernel/work';
import { migrations } from '../../migrations';
import { borrowDatabase } from './borrow-database';
import { mapQuickly } from './quick-mapping';

mapQuickly();

export type TestKit = Kit & {
  clock: StillClock;
  database: OpenDatabase;
  /** What ends before the kit does, so that nothing of a test outlives it. */
  before(end: () => Promise<void>): void;
  close(): Promise<void>;
};

/** A Saturday afternoon in Shanghai. */
export const someDay = Date.parse('2026-11-21T06:32:00Z');

/** A whole kit on an empty database: real engine, still clock, counted randomness, memory cache. */
export async function openKit(engine: Engine = 'sqlite', now = someDay): Promise<TestKit> {
  const { database, drop } = engine === 'mysql' ? await freshServer() : await freshFile();
  const clock = new StillClock(now);
  const log = openLog({ level: process.env['TEST_LOG'] ?? 'silent', readable: true });
  const settings = readSettings({ NODE_ENV: 'test', LOG_LEVEL: 'silent', SANDBOX: 'on' });
  const newId = ulids();
  const bell = openInProcessBell(log);
  const base = { db: database, clock, newId, log, bell };
  const work = new Work(base, 60_000);
  const http = openHttpClient();
  const ends: (() => Promise<void>)[] = [];
  const kit: TestKit = {
    ...base,
    database,
    before: (end) => {
      ends.push(end);
    },
    settings,
    cache: openMemoryCache(clock),
    random: seededRandom(7),
    http,
    seal: openSeal(Buffer.alloc(32, 7)),
    work,
    schedules: new Schedules({ db: database, clock, log, afterTick: () => work.ring() }),
    versions: new Versions(database, clock, 0),
    close: async () => {
      for (const end of ends.splice(0)) await end();
      await work.stop();
      await bell.close();
      http.close();
      await database.close();
      await drop();
    },
  };
  return kit;
}

let template: string | undefined;

async function freshFile() {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-test-'));
  const file = join(folder, 'guanxi.db');
  if (template && existsSync(template)) copyFileSync(template, file);
  const database = await openDatabase({ file, entities, migrations });
  if (!template) {
    await database.writer.runMigrations();
    await database.writer.query('PRAGMA wal_checkpoint(TRUNCATE)');
    template = join(mkdtempSync(join(tmpdir(), 'guanxi-template-')), 'guanxi.db');
    copyFileSync(file, template);
  }
  return {
    database,
    drop: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

async function freshServer() {
  const server = process.env['TEST_MARIADB_URL'];
  if (!server) throw new Error('no MariaDB for the tests');
  const { name, giveBack } = await borrowDatabase(server);
  const url = `${server}/${name}`;
  const database = await openDatabase({ url, file: '', entities, migrations, poolSize: 8 });
  await database.writer.runMigrations();
  return { database, drop: giveBack };
}

/**
 * The same tests on the embedded engine and on MariaDB. `open` gives a fresh kit that closes itself
 * after its test. Without MariaDB its half is skipped, which the global setup refuses in CI.
 */
export function onBothEngines(name: string, tests: (open: () => Promise<TestKit>) => void): void {
  const engines: Engine[] = ['sqlite', 'mysql'];
  for (const engine of engines) {
    const isThere = engine === 'sqlite' || process.env['TEST_MARIADB_URL'] !== undefined;
    const suite = isThere ? describe : describe.skip;
    suite(`${name} on ${engine}`, () => {
      const opened: TestKit[] = [];
      afterEach(async () => {
        for (const kit of opened.splice(0)) await kit.close();
      });
      tests(async () => {
        const kit = await openKit(engine);
        opened.push(kit);
        return kit;
      });
    });
  }
}
