import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { migrations } from '../../migrations';
import { entities } from '../entities';
import { codeOf, openDatabase } from '../kernel/database';
import type { Settings } from '../kernel/settings';

/** Why there is no installation to look at, in one sentence; undefined when there is one. Makes nothing. */
export async function whyNoDatabase(settings: Settings): Promise<string | undefined> {
  const folder = resolve(settings.dataDir);
  const file = join(folder, 'guanxi.db');
  const elsewhere = 'run this where the server runs, or set DATA_DIR';
  if (!settings.databaseUrl && !existsSync(file)) {
    return `no installation in ${folder} (no guanxi.db): ${elsewhere}`;
  }
  if (!settings.masterKey && !existsSync(join(folder, 'master.key'))) {
    return `no installation in ${folder} (no master.key, and GUANXI_MASTER_KEY is not set): ${elsewhere}`;
  }
  try {
    if (await hasTables(settings, file)) return undefined;
  } catch (error) {
    return reasonOf(settings.databaseUrl, file, codeOf(error));
  }
  return `no installation in ${settings.databaseUrl ? 'the database of DATABASE_URL' : file}: it has no tables (guanxi migrate makes them)`;
}

async function hasTables({ databaseUrl: url }: Settings, file: string): Promise<boolean> {
  const database = await openDatabase({ url, file, entities, migrations });
  const runner = database.writer.createQueryRunner();
  try {
    return await runner.hasTable('account');
  } finally {
    await runner.release();
    await database.close();
  }
}

/** By the code alone: what the driver says may hold more than everybody should read. */
function reasonOf(url: string | undefined, file: string, code: string): string {
  if (!url) return `${file} cannot be opened (${code || 'unknown'})`;
  const { hostname, host, username, pathname } = new URL(url);
  const name = decodeURIComponent(pathname.slice(1));
  const user = decodeURIComponent(username);
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: `nothing listens at ${host}`,
    ENOTFOUND: `there is no host ${hostname}`,
    EAI_AGAIN: `the name ${hostname} cannot be looked up`,
    ETIMEDOUT: `${host} does not answer`,
    ER_ACCESS_DENIED_ERROR: `${host} refuses the user ${user} or the password`,
    ER_DBACCESS_DENIED_ERROR: `the user ${user} may not use the database ${name}`,
    ER_BAD_DB_ERROR: `${host} has no database ${name}`,
  };
  const reason = reasons[code] ?? `${host} cannot be used`;
  return `${reason} (${code || 'unknown'}): see DATABASE_URL`;
}
