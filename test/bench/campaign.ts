/**
 * How fast a campaign goes out, and with how much memory, against the sandbox in a process of its own.
 *   npx tsx test/bench/campaign.ts [--deliveries 50000] [--engine sqlite|mariadb] [--freeze 0]
 * At the end every phone of the sandbox's books is compared with the ledger. `--freeze 1000000` also times
 * freezing an audience of that size (nothing of it is sent).
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AccountBook, addAccount } from '../../src/accounts';
import { openOfficialAccounts } from '../../src/channels/official-account';
import { campaignOperations, ProgressStreams, registerCampaigns } from '../../src/campaigns';
import { silentLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openKit, type RunningKit } from '../../src/open-kit';
import { countDeliveries, openSending } from '../../src/sending';
import { startMariaDb } from '../support/servers';
import {
  addFollowers,
  freshDatabase,
  launch,
  makeCrowd,
  readFollowers,
  sandboxCall,
  startSandbox,
  type SandboxAccount,
} from './support/campaign-world';

const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '50000' },
    engine: { type: 'string', default: 'sqlite' },
    freeze: { type: 'string', default: '0' },
  },
});
const deliveries = Number(values.deliveries);
const frozen = Number(values.freeze);
const say = (line: string) => process.stdout.write(`${line}\n`);
async function openWorld(kit: RunningKit, sandboxAccount: SandboxAccount) {
  const { appId, appSecret, token, encodingAesKey } = sandboxAccount;
  const accountId = await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      kind: 'official-account',
      platformId: appId,
      name: 'bench',
      world: 'sandbox',
      secrets: { appSecret, token, encodingAesKey },
    }),
  );
  const book = await AccountBook.open(kit);
  const client = openOfficialAccounts({ ...kit, hostsOf: ({ id }) => book.hostsOf(id) });
  const sending = openSending(kit, {
    client,
    account: (id) => ({ ...book.channelOrThrow(id), name: 'bench' }),
  });
  const parts = { sending, book, client };
  registerCampaigns(kit, parts);
  campaignOperations(kit, parts, new ProgressStreams(kit));
  return { accountId, appId, parts, client, book, sending };
}

type World = Awaited<ReturnType<typeof openWorld>>;

async function phones(url: string): Promise<string[]> {
  const openids: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: { items: { openid: string }[]; nextCursor: string | null } = await sandboxCall(
      url,
      'GET',
      `/books/messages?kind=template&limit=1000${query}`,
    );
    openids.push(...page.items.map((item) => item.openid));
    cursor = page.nextCursor;
  }
  return openids;
}

/** Seconds of one core a process has used so far; 0 where /proc is not. */
function cpuOf(pid: number | undefined): number {
  try {
    const fields = readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

async function measure(
  kit: RunningKit,
  url: string,
  sandboxPid: number | undefined,
): Promise<void> {
  const world = await openWorld(kit, await makeCrowd(url, deliveries));
  await readFollowers(kit, world.parts, world.accountId);

  let started = performance.now();
  const runId = await launch(kit, world);
  say(`frozen ${deliveries} in ${((performance.now() - started) / 1_000).toFixed(2)} s`);
  started = performance.now();
  const cpuBefore = process.cpuUsage();
  const sandboxBefore = cpuOf(sandboxPid);
  world.sending.sender.start();
  let peak = 0;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    peak = Math.max(peak, process.memoryUsage().rss);
    const [run] = await kit.db.read.all<{ isOpen: number }>(
      `SELECT isOpen FROM send_run WHERE id = ?`,
      [runId],
    );
    if (run?.isOpen === 0) break;
  }
  const seconds = (performance.now() - started) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  const sandboxBusy = cpuOf(sandboxPid) - sandboxBefore;
  await world.sending.sender.stop();
  const counts = (await countDeliveries(kit.db, [runId])).get(runId);
  const received = await phones(url);
  say(
    `sent ${counts?.sent ?? 0} of ${counts?.planned ?? 0} in ${seconds.toFixed(1)} s: ${Math.round((counts?.sent ?? 0) / seconds)} sends/s`,
  );
  const busy = (cpu.user + cpu.system) / 1_000_000;
  const each = Math.round((busy * 1_000_000) / Math.max(1, counts?.sent ?? 0));
  say(
    `our process used ${busy.toFixed(1)} s of one core: ${each} µs a delivery; the sandbox ${sandboxBusy.toFixed(1)} s`,
  );
  say(`peak RSS ${Math.round(peak / 1_048_576)} MB`);
  say(
    `books: ${received.length} cards on ${new Set(received).size} phones; ledger ${JSON.stringify(counts)}`,
  );
  if (frozen > 0) await measureFreeze(kit, world);
}

/** Fills up to `frozen` identities with rows of the engine's own making and freezes them. */
async function measureFreeze(kit: RunningKit, world: World): Promise<void> {
  for (let made = deliveries; made < frozen; made += 20_000) {
    const openids = Array.from(
      { length: Math.min(20_000, frozen - made) },
      () => `o${randomUUID()}`,
    );
    await addFollowers(kit, world.accountId, openids);
  }
  const started = performance.now();
  const runId = await launch(kit, world);
  const seconds = ((performance.now() - started) / 1_000).toFixed(2);
  const counting = performance.now();
  const counts = (await countDeliveries(kit.db, [runId])).get(runId);
  const countMs = Math.round(performance.now() - counting);
  say(`frozen ${counts?.planned ?? 0} in ${seconds} s; counted in ${countMs} ms`);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-bench-'));
  const server =
    values.engine === 'mariadb' ? await startMariaDb({ own: true, durable: true }) : undefined;
  const { url, child } = await startSandbox(join(folder, 'sandbox'));
  const settings = readSettings({
    NODE_ENV: 'development',
    DATA_DIR: join(folder, 'app'),
    SANDBOX_URL: url,
    SENDS_PER_SECOND: '10000',
    ...(server ? { DATABASE_URL: await freshDatabase(server.url) } : {}),
  });
  const kit = await openKit(settings, silentLog);
  try {
    say(`${values.engine}, ${deliveries} deliveries, node ${process.version}`);
    await measure(kit, url, child.pid);
  } finally {
    await kit.closeKit();
    child.kill('SIGKILL');
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
