import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type Page,
  type Request,
} from 'playwright-core';
import { eventually, jsonClient, type JsonClient } from './json-client';
import { ServerProcess, type Environment } from './processes';
import { freePort } from './servers';

const root = join(__dirname, '../..');
const apiToken = 'browser-test-token-0123456789abcdef';
export const artefacts = join(root, 'artefacts');
const lock = join(artefacts, 'building');
const isForReadme = process.env['UPDATE_PICTURES'] === '1';

/** A browser is there, or these suites are skipped (which the global setup refuses in CI). */
export const describeWithBrowser = process.env['TEST_CHROMIUM'] ? describe : describe.skip;

/** The built server in a process of its own, on a data directory that outlives its kills. */
export type BuiltServer = {
  process: ServerProcess;
  base: string;
  dataDir: string;
  /** Calls with a token that may do everything. */
  api: JsonClient;
  /** The sandbox's own driver and books. */
  sandbox: JsonClient;
  signIn: { email: string; password: string };
  remove(): Promise<void>;
};

/** Two suites may want the build at once; only one makes it. */
async function build(): Promise<void> {
  if (process.env['TEST_ENTRY']) return;
  mkdirSync(artefacts, { recursive: true });
  await eventually('the lock of the build', () => Promise.resolve(takeLock()), 300_000);
  try {
    const made = spawnSync(process.execPath, [join(root, 'bin/build-if-changed.js')], {
      cwd: root,
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`the build failed\n${made.stdout}${made.stderr}`);
  } finally {
    rmdirSync(lock);
  }
}

function takeLock(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const isForgotten = Date.now() - statSync(lock).mtimeMs > 240_000;
    if (isForgotten) rmdirSync(lock);
    return false;
  }
}

export async function startBuiltServer(env: Environment = {}): Promise<BuiltServer> {
  await build();
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-browser-'));
  const dataDir = join(folder, 'data');
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const server = new ServerProcess(
    'server',
    port,
    {
      DATA_DIR: dataDir,
      PUBLIC_URL: base,
      LOG_LEVEL: 'warn',
      GUANXI_API_TOKEN: apiToken,
      HOME: process.env['HOME'] ?? folder,
      ...env,
    },
    join(folder, 'server.log'),
  );
  await server.start();
  return {
    process: server,
    base,
    dataDir,
    api: jsonClient(() => `${base}/api/v1`, { authorization: `Bearer ${apiToken}` }),
    sandbox: jsonClient(() => `${base}/sandbox/api`),
    signIn: await someOwner(base, dataDir),
    remove: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The demo's operator of a role, as the installation printed it. */
export function demoSignIn({ dataDir }: Pick<BuiltServer, 'dataDir'>, role: string) {
  type SignIn = BuiltServer['signIn'] & { role: string };
  const text = readFileSync(join(dataDir, 'demo-sign-ins.json'), 'utf8');
  const found = (JSON.parse(text) as SignIn[]).find((one) => one.role === role);
  if (!found) throw new Error(`the demo has no ${role}`);
  return found;
}

/** The demo's owner as the installation printed it, or one that we make where there is no demo. */
async function someOwner(base: string, dataDir: string) {
  try {
    return demoSignIn({ dataDir }, 'owner');
  } catch {
    // No demo here.
  }
  const owner = { email: 'owner@example.com', password: 'a long enough password' };
  await jsonClient(() => base, { authorization: `Bearer ${apiToken}` })(
    'POST',
    '/api/v1/operators',
    { ...owner, name: 'Owner', role: 'owner' },
  );
  return owner;
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['TEST_CHROMIUM'] ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

/** Small screens fold the rail and the phone away; both are looked at. */
export const wide = { width: 1440, height: 900 };
export const narrow = { width: 1280, height: 800 };

export function openContext(browser: Browser, viewport = wide): Promise<BrowserContext> {
  return browser.newContext({
    viewport,
    deviceScaleFactor: isForReadme ? 2 : 1,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
}

/** A page, and everything that went wrong in it: scripts, requests, policy reports, dialogs. */
export type WatchedPage = {
  page: Page;
  troubles: string[];
  /** Addresses whose answers the page still waits for; streams do not count. */
  waitingFor(): string[];
};

export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const troubles: string[] = [];
  const open = new Set<Request>();
  const say = (text: string) => troubles.push(`${new URL(page.url()).pathname}: ${text}`);
  page.on('console', (message) => {
    const isRequest = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isRequest) say(message.text());
  });
  page.on('pageerror', (error) => say(error.message));
  page.on('dialog', (dialog) => {
    say(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') open.add(request);
  });
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => {
    open.delete(request);
    const why = request.failure()?.errorText ?? '';
    // The page went on and gave the request up itself.
    if (why !== 'net::ERR_ABORTED') say(`${request.method()} ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    const isAskingWhoIAm = pathname === '/api/v1/session' && response.status() === 401;
    if (response.status() >= 400 && !isAskingWhoIAm) {
      say(`${response.request().method()} ${pathname} answered ${response.status()}`);
    }
  });
  await page.addInitScript(
    `document.addEventListener('securitypolicyviolation', (event) => {
      console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI);
    });`,
  );
  return { page, troubles, waitingFor: () => [...open].map((request) => request.url()) };
}

/** Previews and counts are asked for this long after the last change. */
export const calmMs = 300;

const bonesOf = (page: Page) =>
  page.locator('[class*="__bone"]:visible, .skeleton:visible').count();

/** Everything asked for has come: for a moment nothing was in flight and no skeleton was left. */
export async function settled({ page, waitingFor }: WatchedPage): Promise<void> {
  let calmSince: number | undefined;
  await eventually(
    `${page.url()} comes to rest`,
    async () => {
      const isOver = calmSince !== undefined && performance.now() - calmSince >= calmMs;
      // A look into the page costs it work: one as the calm begins, one as it ends.
      const mayLook = (isOver || calmSince === undefined) && waitingFor().length === 0;
      const bones = mayLook ? await bonesOf(page) : 0;
      if (bones > 0 || waitingFor().length > 0) {
        calmSince = undefined;
        throw new Error(`${bones} bones, waits for ${waitingFor().join(' ')}`);
      }
      calmSince ??= performance.now();
      return isOver;
    },
    20_000,
    40,
  );
}

export async function signInByForm({ page }: WatchedPage, server: BuiltServer): Promise<void> {
  await page.goto(`${server.base}/console/`);
  await page.getByLabel('邮箱').fill(server.signIn.email);
  await page.locator('#password').fill(server.signIn.password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.includes('sign-in'));
}

export type Desk = {
  desk: WatchedPage;
  /** A page of the console, come to rest. */
  open(path: string): Promise<void>;
  close(): Promise<void>;
};

/** A server of its own and a page of its console where the owner is signed in. */
export async function openDesk(env: Environment = {}): Promise<Desk> {
  const [server, browser] = await Promise.all([startBuiltServer(env), openBrowser()]);
  const desk = await openPage(await openContext(browser));
  await signInByForm(desk, server);
  return {
    desk,
    open: async (path) => {
      await desk.page.goto(`${server.base}/console${path}`);
      await settled(desk);
    },
    close: async () => {
      await browser.close();
      await server.remove();
    },
  };
}

/** Kept by CI beside the log; the README's own are written only when they are asked for. */
export async function takePicture(page: Page, name: string, inReadme = false): Promise<void> {
  const folder = join(isForReadme && inReadme ? join(root, 'docs') : artefacts, 'pictures');
  mkdirSync(folder, { recursive: true });
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
}

export { eventually };
