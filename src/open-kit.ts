import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { migrations } from '../migrations';
import { entities } from './entities';
import { openMemoryCache } from './kernel/cache/memory';
import { openRedisCache } from './kernel/cache/redis';
import { WorldClock } from './kernel/clock';
import { migrate, openDatabase, type OpenDatabase } from './kernel/database';
import { openHttpClient } from './kernel/http-client';
import { ulids } from './kernel/ids';
import type { Kit } from './kernel/kit';
import type { Log } from './kernel/log';
import { patiently } from './kernel/patiently';
import { makePrivateFolder } from './kernel/private-files';
import { trueRandom } from './kernel/random';
import { Schedules } from './kernel/schedule';
import { openSeal } from './kernel/seal';
import type { Settings } from './kernel/settings';
import { Versions } from './kernel/versions';
import { openBullmqBell, openInProcessBell, Work } from './kernel/work';
import { readWorldOffset } from './kernel/world-clock';

export type RunningKit = Kit & {
  clock: WorldClock;
  database: OpenDatabase;
  closeKit(): Promise<void>;
};

/**
 * Opens everything the settings ask for: database, cache, bell, clocks. Migrates first; a database that cannot be
 * reached yet is waited for as long as `patienceMs`.
 */
export async function openKit(settings: Settings, log: Log, patienceMs = 0): Promise<RunningKit> {
  makePrivateFolder(settings.dataDir);
  const clock = new WorldClock();
  const newId = ulids();
  const database = await patiently({ clock, log }, patienceMs, () => openMigrated(settings));
  clock.moveBusinessTime(await readWorldOffset(database));
  const cache = settings.redisUrl
    ? openRedisCache(settings.redisUrl, (error) => log.debug('cache.redis', { error }))
    : openMemoryCache(clock);
  const answers = settings.role === 'all' || settings.role === 'worker';
  const bell = settings.redisUrl
    ? openBullmqBell(settings.redisUrl, log, { answers })
    : openInProcessBell(log);
  const base = { db: database, clock, newId, log, bell };
  const work = new Work(base);
  const schedules = new Schedules({ db: database, clock, log, afterTick: () => work.ring() });
  const http = openHttpClient();
  return {
    ...base,
    database,
    settings,
    cache,
    random: trueRandom,
    http,
    seal: openSeal(masterKey(settings)),
    work,
    schedules,
    versions: new Versions(database, clock),
    closeKit: async () => {
      await bell.close();
      await cache.close();
      http.close();
      await database.close();
    },
  };
}

async function openMigrated(settings: Settings): Promise<OpenDatabase> {
  const database = await openDatabase({
    url: settings.databaseUrl,
    file: join(settings.dataDir, 'guanxi.db'),
    entities,
    migrations,
  });
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close().catch(() => undefined);
    throw error;
  }
}

/** From the environment; outside production made once and kept in the data directory, for its owner's eyes only. */
function masterKey(settings: Settings): Buffer {
  if (settings.masterKey) return Buffer.from(settings.masterKey, 'base64');
  const file = join(settings.dataDir, 'master.key');
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' });
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
}
