/**
 * How soon a new friend is greeted while a campaign goes out: from the moment the sandbox sends the callback
 * to our call for the welcome, in a whole app of one process, the sandbox in a process of its own.
 *   npx tsx test/bench/welcome.ts [--deliveries 50000] [--engine sqlite|mariadb] [--every 100]
 * At the end the sandbox's books are asked: everybody was greeted, once. Exits with 1 when the 99th percentile
 * is a second or more, or the books are wrong.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { addAccount } from '../../src/accounts';
import type { HttpClient } from '../../src/kernel/http-client';
import { silentLog } from '../../src/kernel/log';
import { readSettings } from '../../src/kernel/settings';
import { openKit, type RunningKit } from '../../src/open-kit';
import { keepWelcomes } from '../../src/relationships';
import { wire } from '../../src/wiring';
import { startMariaDb } from '../support/servers';
import {
  actor,
  freshDatabase,
  launch,
  makeCrowd,
  readFollowers,
  sandboxCall,
  startSandbox,
} from './support/campaign-world';

const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '50000' },
    engine: { type: 'string', default: 'sqlite' },
    every: { type: 'string', default: '100' },
  },
});
const deliveries = Number(values.deliveries);
const every = Number(values.every);
const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const mostMs = 1_000;
const say = (line: string) => process.stdout.write(`${line}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** When our process called for each welcome, by its code. */
function watching(http: HttpClient, called: Map<string, number>): HttpClient {
  return {
    request: (wanted) => {
      if (wanted.url.includes('/externalcontact/send_welcome_msg')) {
        const { welcome_code: code } = JSON.parse(String(wanted.body)) as { welcome_code: string };
        if (!called.has(code)) called.set(code, Date.now());
      }
      return http.request(wanted);
    },
    close: () => http.close(),
  };
}

type Told = { items: { id: string | number }[]; nextCursor: number | string | null };
type Event = { plain: string; attempts: { at: string }[] };

const added = encodeURIComponent('change_external_contact/add_external_contact');

/** From the first attempt of each callback to the call it led to; nothing for one without a call. */
async function delays(url: string, called: ReadonlyMap<string, number>): Promise<number[]> {
  const found: number[] = [];
  let cursor = '';
  for (;;) {
    const path = `/wecom/events?kind=${added}&limit=1000${cursor}`;
    const page = await sandboxCall<Told>(url, 'GET', path);
    for (const { id } of page.items) {
      const event = await sandboxCall<Event>(url, 'GET', `/wecom/events/${String(id)}`);
      const code = /<WelcomeCode><!\[CDATA\[([^\]]+)/.exec(event.plain)?.[1] ?? '';
      const [first] = event.attempts;
      const at = called.get(code);
      if (first && at !== undefined) found.push(at - Date.parse(first.at));
    }
    if (page.nextCursor === null) return found;
    cursor = `&cursor=${String(page.nextCursor)}`;
  }
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

async function openCorp(kit: RunningKit, url: string, port: number): Promise<void> {
  const { corpId } = await sandboxCall<{ corpId: string }>(url, 'POST', '/wecom/corps', {
    name: 'bench',
  });
  await sandboxCall(url, 'PATCH', `/wecom/corps/${corpId}`, { callsPerMinute: 1_000_000 });
  await sandboxCall(url, 'POST', `/wecom/corps/${corpId}/staff`, { userId: 'rep', name: 'Rep' });
  const path = `/wecom/corps/${corpId}/agents`;
  const { agentId, secret: appSecret } = await sandboxCall<{ agentId: string; secret: string }>(
    ...([url, 'POST', path, { name: 'bench' }] as const),
  );
  const keys = { token: 'benchtoken', encodingAesKey: aesKey };
  await kit.db.transact(async (tx) => {
    const accountId = await addAccount(kit, tx, {
      ...{ kind: 'wecom', platformId: corpId, name: 'bench', world: 'sandbox' },
      secrets: { apps: [{ agentId, appSecret, ...keys }] },
    });
    const texts = { standard: '{rep.name}', bySource: [] };
    await keepWelcomes(kit, tx, actor, accountId, texts);
  });
  await kit.versions.check(true);
  const callback = `http://127.0.0.1:${String(port)}/callback/wecom/${corpId}/${agentId}`;
  await sandboxCall(url, 'POST', `${path}/${agentId}/callback`, { url: callback, ...keys });
}

async function befriend(url: string): Promise<void> {
  const { personId } = await sandboxCall<{ personId: string }>(url, 'POST', '/wecom/people', {});
  const path = `/wecom/people/${personId}/add-rep?settle=0`;
  await sandboxCall(url, 'POST', path, { userId: 'rep' });
}

async function measure(opened: RunningKit, url: string): Promise<boolean> {
  const called = new Map<string, number>();
  const kit = { ...opened, http: watching(opened.http, called) };
  const world = await wire(kit);
  const server = createServer(world.app.callback());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { appId, appSecret, token, encodingAesKey } = await makeCrowd(url, deliveries);
  const secrets = { appSecret, token, encodingAesKey };
  const accountId = await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      ...{ kind: 'official-account', platformId: appId, name: 'bench', world: 'sandbox', secrets },
    }),
  );
  await openCorp(kit, url, (server.address() as AddressInfo).port);
  const parts = { sending: world.sending, book: world.book, client: world.officialAccounts };
  await readFollowers(kit, parts, accountId);
  await world.start();

  const runId = await launch(kit, { appId, parts });
  const started = performance.now();
  const adding: Promise<void>[] = [];
  for (let isOpen = true; isOpen;) {
    adding.push(befriend(url));
    await pause(every);
    const sql = `SELECT isOpen FROM send_run WHERE id = ?`;
    const [run] = await kit.db.read.all<{ isOpen: number }>(sql, [runId]);
    isOpen = run?.isOpen === 1;
  }
  const seconds = (performance.now() - started) / 1_000;
  await Promise.all(adding);
  for (let tries = 0; tries < 200 && called.size < adding.length; tries += 1) await pause(100);
  const load = loadavg()[0]?.toFixed(1) ?? '';

  const sorted = (await delays(url, called)).sort((a, b) => a - b);
  const rate = Math.round(deliveries / seconds);
  say(`campaign: ${deliveries} in ${seconds.toFixed(1)} s, ${rate} sends/s; load ${load}`);
  const figures = [0.5, 0.9, 0.99, 1].map((share) => Math.round(at(sorted, share)));
  say(`welcomes: ${sorted.length} calls; p50, p90, p99, most: ${figures.join(', ')} ms`);
  const { greeted, people } = await greetings(url);
  say(`books: ${adding.length} became friends, ${greeted} greetings for ${people} of them`);
  server.closeAllConnections();
  server.close();
  await world.stop();
  const areRight = greeted === adding.length && people === adding.length;
  return areRight && sorted.length === adding.length && at(sorted, 0.99) < mostMs;
}

async function greetings(url: string): Promise<{ greeted: number; people: number }> {
  const people = new Set<string>();
  let greeted = 0;
  for (let cursor = ''; ;) {
    type Page = { items: { externalUserId: string }[]; nextCursor: number | string | null };
    const path = `/wecom/books/messages?via=welcome&limit=1000${cursor}`;
    const { items, nextCursor }: Page = await sandboxCall<Page>(url, 'GET', path);
    greeted += items.length;
    for (const { externalUserId } of items) people.add(externalUserId);
    if (nextCursor === null) return { greeted, people: people.size };
    cursor = `&cursor=${String(nextCursor)}`;
  }
}

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-bench-'));
  const isServer = values.engine === 'mariadb';
  const database = isServer ? await startMariaDb({ own: true, durable: true }) : undefined;
  const { url, child } = await startSandbox(join(folder, 'sandbox'));
  const settings = readSettings({
    ...{ NODE_ENV: 'development', DATA_DIR: join(folder, 'app'), SANDBOX_URL: url },
    SENDS_PER_SECOND: '10000',
    ...(database ? { DATABASE_URL: await freshDatabase(database.url) } : {}),
  });
  const kit = await openKit(settings, silentLog);
  try {
    say(`${values.engine}, ${deliveries} deliveries, node ${process.version}`);
    return await measure(kit, url);
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
