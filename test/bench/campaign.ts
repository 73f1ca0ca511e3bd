/**
 * How fast a campaign goes out, and with how much memory, against the sandbox in a process of its own.
 *   npx tsx test/bench/campaign.ts [--deliveries 50000] [--engine sqlite|mariadb] [--freeze 0]
 * At the end every phone of the sandbox's books is compared with the ledger. `--freeze 1000000` also times
 * freezing an audience of that size (nothing of it is sent).
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AccountBook, addAccount } from '../../src/accounts';
import { openOfficialAccounts } from '../../src/channels/official-account';
import {
  addCampaign,
  campaignOperations,
  ProgressStreams,
  registerCampaigns,
  startCampaign,
} from '../../src/campaigns';
import { permissions, type Actor } from '../../src/kernel/access';
import { insertRows } from '../../src/kernel/database';
import { silentLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openKit, type RunningKit } from '../../src/open-kit';
import { countDeliveries, openSending } from '../../src/sending';
import { freePort, startMariaDb } from '../support/servers';

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
const actor: Actor = {
  kind: 'system',
  id: 'bench',
  name: 'bench',
  permissions: new Set(permissions),
  accountIds: 'all',
};
const message = {
  type: 'template' as const,
  templateId: 'bench-template',
  data: { thing1: "{{ person.name | default: '会员' }}", number2: '120', date3: '{{ today }}' },
};

async function startSandbox(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: join(__dirname, '../..'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'development',
      ROLE: 'sandbox',
      PORT: String(port),
      DATA_DIR: folder,
      LOG_LEVEL: 'warn',
    },
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 600; tries += 1) {
    const up = await fetch(`${url}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return { url, child };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the sandbox did not start');
}

async function sandboxCall<T>(
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await fetch(`${url}/sandbox/api${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

type SandboxAccount = { appId: string; appSecret: string; token: string; encodingAesKey: string };

async function makeCrowd(url: string): Promise<SandboxAccount> {
  const account = await sandboxCall<SandboxAccount>(url, 'POST', '/accounts', {
    kind: 'official-account',
    name: 'bench',
  });
  const { appId } = account;
  await sandboxCall(url, 'PATCH', `/accounts/${appId}`, {
    quotas: { 'template-send': 10_000_000, 'user-get': 10_000 },
  });
  await sandboxCall(url, 'POST', '/templates', {
    appId,
    templateId: message.templateId,
    title: '会员积分到期提醒',
    content: '会员：{{thing1.DATA}}\n积分：{{number2.DATA}}\n到期：{{date3.DATA}}',
  });
  await sandboxCall(url, 'POST', '/crowd', { appId, followers: deliveries });
  return account;
}

async function addFollowers(kit: RunningKit, accountId: string, openids: readonly string[]) {
  const at = kit.clock.business();
  const rows = openids.map((externalId) => ({
    id: kit.newId(),
    accountId,
    kind: 'follower',
    externalId,
    personId: kit.newId(),
    state: 'following',
    stateAt: at,
    firstFollowedAt: at,
    followedAt: at,
    followCount: 1,
    version: 1,
    createdAt: at,
  }));
  await kit.db.group(async (raw) => {
    const people = rows.map((row) => ({ id: row.personId, displayName: null, createdAt: at }));
    await insertRows(raw, 'person', people);
    await insertRows(raw, 'identity', rows);
  });
}

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

async function launch(kit: RunningKit, world: World): Promise<string> {
  const segmentId = kit.newId();
  const segment = {
    id: segmentId,
    name: 'all',
    rule: '{"all":[]}',
    version: 1,
    createdAt: 1,
    updatedAt: 1,
  };
  await kit.db.transact((tx) => insertRows(tx, 'segment', [segment]));
  const { campaign } = await addCampaign(
    kit,
    world.parts,
    actor,
    { name: 'bench', segmentId, appId: world.appId, message, schedule: null },
    'zh-CN',
  );
  await startCampaign(kit, world.parts, actor, campaign.id);
  const [run] = await kit.db.read.all<{ id: string }>(
    `SELECT id FROM campaign_run WHERE campaignId = ?`,
    [campaign.id],
  );
  return run?.id ?? '';
}

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
  const world = await openWorld(kit, await makeCrowd(url));
  const channel = world.book.channelOrThrow(world.accountId);
  let after: string | undefined;
  do {
    const page = await world.client.listFollowers(channel, after);
    await addFollowers(kit, world.accountId, page.openids);
    after = page.next;
  } while (after !== undefined && after !== '');

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

async function freshDatabase(url: string): Promise<string> {
  const { createConnection } = await import('mysql2/promise');
  const admin = await createConnection(url);
  await admin.query('CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin');
  await admin.end();
  return `${url}/bench`;
}

void main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
);
