/**
 * Reads a whole corp and a whole Official Account from the sandbox, in an app of one process, and watches its
 * memory: it must not grow with how many are read.
 *   npx tsx test/bench/sync.ts [--contacts 200000] [--followers 100000] [--engine sqlite|mariadb]
 * Everybody of the sandbox is in our books at the end, once. Exits with 1 when somebody is missing, or when the
 * most memory of the second half is over 1.5 × that of the first (after the first tenth, when caches are warm).
 */
import { loadavg, tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addAccount } from '../../src/accounts';
import { silentLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openKit, type RunningKit } from '../../src/open-kit';
import { startContactSync, startFollowerSync } from '../../src/relationships';
import { wire } from '../../src/wiring';
import { startMariaDb } from '../support/servers';
import { freshDatabase, makeCrowd, sandboxCall, startSandbox } from './support/campaign-world';

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '200000' },
    followers: { type: 'string', default: '100000' },
    engine: { type: 'string', default: 'sqlite' },
  },
});
const contacts = Number(values.contacts);
const followers = Number(values.followers);
const userIds = Array.from({ length: 20 }, (_, index) => `rep${String(index)}`);
const mostGrowth = 1.5;
const say = (line: string) => process.stdout.write(`${line}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const megabytes = (bytes: number) => Math.round(bytes / 1_048_576);

async function makeCorp(kit: RunningKit, url: string): Promise<string> {
  const corp = await sandboxCall<{ corpId: string }>(url, 'POST', '/wecom/corps', {
    name: 'bench',
  });
  const place = `/wecom/corps/${corp.corpId}`;
  await sandboxCall(url, 'PATCH', place, { callsPerMinute: 1_000_000 });
  for (const userId of userIds) {
    await sandboxCall(url, 'POST', `${place}/staff`, { userId, name: userId });
  }
  type App = { agentId: string; secret: string };
  const app = await sandboxCall<App>(url, 'POST', `${place}/agents`, { name: 'bench' });
  await sandboxCall(url, 'POST', `${place}/crowd`, { contacts, userIds });
  const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  const { agentId, secret: appSecret } = app;
  return kit.db.transact((tx) =>
    addAccount(kit, tx, {
      ...{ kind: 'wecom', platformId: corp.corpId, name: 'bench', world: 'sandbox' },
      secrets: { apps: [{ agentId, appSecret, token: 'benchtoken', encodingAesKey }] },
    }),
  );
}

async function makeFans(kit: RunningKit, url: string): Promise<string> {
  const { appId, ...secrets } = await makeCrowd(url, followers);
  const { appSecret, token, encodingAesKey } = secrets;
  return kit.db.transact((tx) =>
    addAccount(kit, tx, {
      ...{ kind: 'official-account', platformId: appId, name: 'bench', world: 'sandbox' },
      secrets: { appSecret, token, encodingAesKey },
    }),
  );
}

/** The most memory of each half of a sync, the first tenth left out. */
async function watch(kit: RunningKit, progressId: string): Promise<[number, number]> {
  const most: [number, number] = [0, 0];
  for (;;) {
    await pause(200);
    type Row = { state: string; done: number; total: number };
    const sql = `SELECT state, done, total FROM progress WHERE id = ?`;
    const [row] = await kit.db.read.all<Row>(sql, [progressId]);
    if (row?.state === 'failed') throw new Error('the sync failed');
    if (row?.state === 'done') return most;
    const share = row && row.total > 0 ? row.done / row.total : 0;
    if (share < 0.1) continue;
    const half = share < 0.5 ? 0 : 1;
    most[half] = Math.max(most[half], process.memoryUsage().rss);
  }
}

async function read(
  kit: RunningKit,
  what: string,
  expected: number,
  accountId: string,
  start: (...what: Parameters<typeof startFollowerSync>) => Promise<string>,
): Promise<boolean> {
  const started = performance.now();
  const progressId = await kit.db.transact((tx) => start(kit, tx, accountId, 'bench'));
  kit.work.ring();
  const [first, second] = await watch(kit, progressId);
  const seconds = (performance.now() - started) / 1_000;
  const [row] = await kit.db.read.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM identity WHERE accountId = ?`,
    [accountId],
  );
  const found = row?.n ?? 0;
  say(
    `${what}: ${found} of ${expected} in ${seconds.toFixed(0)} s, ${Math.round(found / seconds)}/s; ` +
      `most memory ${megabytes(first)} MB in the first half, ${megabytes(second)} MB in the second`,
  );
  return found === expected && second <= first * mostGrowth;
}

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-bench-'));
  const isServer = values.engine === 'mariadb';
  const database = isServer ? await startMariaDb({ own: true, durable: true }) : undefined;
  const { url, child } = await startSandbox(join(folder, 'sandbox'));
  const settings = readSettings({
    ...{ NODE_ENV: 'development', DATA_DIR: join(folder, 'app'), SANDBOX_URL: url },
    ...(database ? { DATABASE_URL: await freshDatabase(database.url) } : {}),
  });
  const kit = await openKit(settings, silentLog);
  try {
    say(`${values.engine}, node ${process.version}, load ${loadavg()[0]?.toFixed(1) ?? ''}`);
    const corpId = await makeCorp(kit, url);
    const officialId = await makeFans(kit, url);
    const world = await wire(kit);
    await world.start();
    const areFriends = await read(kit, 'contacts', contacts, corpId, startContactSync);
    const areFans = await read(kit, 'followers', followers, officialId, startFollowerSync);
    await world.stop();
    return areFriends && areFans;
  } finally {
    await kit.closeKit();
    child.kill('SIGKILL');
    await database?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().then(
  (isGood) => process.exit(isGood ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
