import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { openMemoryCache } from '../../kernel/cache/memory';
import { WorldClock } from '../../kernel/clock';
import { openHttpClient, type HttpClient } from '../../kernel/http-client';
import { ulids } from '../../kernel/ids';
import { silentLog } from '../../kernel/log';
import { openOfficialAccounts } from './client';
import { WeChatError, WeChatUnclear } from './errors';

const account = { id: 'acc1', appId: 'wx0123456789abcdef', appSecret: 's3cr3t' };

/** A platform of a few lines: one living token, a count of exchanges, and switches to hurt it. */
class Platform {
  exchanges: { force: boolean }[] = [];
  calls = 0;
  token = 'T0';
  private made = 0;
  /** The next exchanges answer this instead. */
  refusal: { errcode: number; errmsg: string } | undefined;
  /** The other servers refuse the token, but the token endpoint does not know. */
  stuck = false;
  expiresIn = 7200;
  delayMs = 20;
  hangUp = false;
  private readonly server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      setTimeout(
        () => this.answer(request, response, Buffer.concat(parts).toString()),
        this.delayMs,
      );
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
  /** Someone else refreshed, or the console threw the token away. */
  invalidate(): void {
    this.made += 1;
    this.token = `T${this.made}`;
  }
  private answer(request: http.IncomingMessage, response: http.ServerResponse, body: string): void {
    const url = new URL(request.url ?? '/', 'http://x');
    const say = (value: object) => response.end(JSON.stringify(value));
    if (url.pathname === '/cgi-bin/stable_token') {
      const wanted = JSON.parse(body) as { force_refresh?: boolean };
      const force = wanted.force_refresh === true;
      this.exchanges.push({ force });
      if (this.hangUp) return void request.socket.destroy();
      if (this.refusal) return void say(this.refusal);
      if (force) {
        this.stuck = false;
        this.invalidate();
      }
      return void say({ access_token: this.token, expires_in: this.expiresIn });
    }
    this.calls += 1;
    const given = url.searchParams.get('access_token');
    if (given !== this.token || this.stuck)
      return void say({
        errcode: 40001,
        errmsg: 'invalid credential rid: 65004ee5-3ca2dfc2-6eb97a55',
      });
    say({ openid: url.searchParams.get('openid'), subscribe: 1 });
  }
}

let platform: Platform;
let origin: string;
let client: HttpClient;
const clock = new WorldClock();

beforeEach(async () => {
  platform = new Platform();
  origin = await platform.listen();
  client = openHttpClient();
});
afterEach(() => {
  client.close();
  platform.close();
});

const newCache = () => openMemoryCache(clock);
/** One process: its own flights, a cache that may be shared. */
const openProcess = (cache = newCache()) =>
  openOfficialAccounts({
    cache,
    http: client,
    clock,
    newId: ulids(),
    log: silentLog,
    hostsOf: () => ({ api: origin, mp: origin }),
  });

test('32 parallel first calls make one exchange', async () => {
  const wechat = openProcess();

  await Promise.all(Array.from({ length: 32 }, (_, n) => wechat.getFollower(account, `o${n}`)));

  expect(platform.exchanges).toHaveLength(1);
  expect(platform.calls).toBe(32);
});

test('a token that dies under 32 parallel calls is replaced once, and no call is lost', async () => {
  const wechat = openProcess();
  await wechat.getFollower(account, 'o1');
  platform.invalidate();

  const followers = await Promise.all(
    Array.from({ length: 32 }, (_, n) => wechat.getFollower(account, `o${n}`)),
  );

  expect(followers.map((follower) => follower.openid)).toEqual(
    Array.from({ length: 32 }, (_, n) => `o${n}`),
  );
  expect(platform.exchanges).toHaveLength(2);
});

test('four processes with one cache share the replacement', async () => {
  const cache = newCache();
  const processes = Array.from({ length: 4 }, () => openProcess(cache));
  await Promise.all(processes.map((wechat) => wechat.getFollower(account, 'o1')));
  expect(platform.exchanges).toHaveLength(1);
  platform.invalidate();

  await Promise.all(
    processes.flatMap((wechat) =>
      Array.from({ length: 8 }, (_, n) => wechat.getFollower(account, `o${n}`)),
    ),
  );

  expect(platform.exchanges).toHaveLength(2);
});

test('a process that looked before the other one was done does not ask again', async () => {
  const cache = newCache();
  const quick = openProcess(cache);
  let looked = 0;
  const slow = openProcess({
    ...cache,
    // Paused after it found nothing and before it took the lock, long enough for the other one to finish.
    get: async (key) => {
      const found = await cache.get(key);
      looked += 1;
      if (looked === 3) await quick.tokens.current(account);
      return found;
    },
  });

  const token = await slow.tokens.current(account);

  expect(token).toBe('T0');
  expect(platform.exchanges).toHaveLength(1);
});

test('tokens that keep dying cause no storm: late calls are refused here, safe to repeat', async () => {
  const cache = newCache();
  const processes = Array.from({ length: 4 }, () => openProcess(cache));
  const ends: string[] = [];
  for (let round = 0; round < 6; round += 1) {
    platform.invalidate();
    const round_ = await Promise.all(
      processes.flatMap((wechat) =>
        Array.from({ length: 5 }, () =>
          wechat.sendCustomerServiceMessage(account, 'o1', { kind: 'text', text: 'x' }),
        ),
      ),
    );
    ends.push(...round_.map((ended) => ended.kind));
  }

  // The in-test platform answers no errcode to a send, so a good call ends `unknown`; what counts is that
  // nothing was refused for good.
  expect(new Set(ends)).toEqual(new Set(['unknown', 'unsent']));
  expect(platform.exchanges.length).toBeLessThanOrEqual(2);
});

test('a token the token endpoint still believes in is thrown away by force, at most once', async () => {
  const wechat = openProcess();
  await wechat.getFollower(account, 'o1');
  platform.stuck = true;

  const follower = await wechat.getFollower(account, 'o2');

  expect(follower.openid).toBe('o2');
  expect(platform.exchanges.map(({ force }) => force)).toEqual([false, false, true]);
});

test('a call is repeated once for its token, never twice', async () => {
  const wechat = openProcess();
  await wechat.getFollower(account, 'o1');
  const before = platform.calls;
  // Each exchange gives a token that is dead at once.
  const invalidateAlways = setInterval(() => platform.invalidate(), 1);

  const failed = wechat.getFollower(account, 'o2');

  await expect(failed).rejects.toMatchObject({ errcode: 40001 });
  clearInterval(invalidateAlways);
  expect(platform.calls - before).toBe(2);
});

test('a wrong secret stops the account and is not asked about again at once', async () => {
  const wechat = openProcess();
  platform.refusal = { errcode: 40001, errmsg: 'invalid credential' };

  const first = wechat.tokens.current(account);
  await expect(first).rejects.toMatchObject({ outcome: { kind: 'account' } });
  const second = wechat.tokens.current(account);

  await expect(second).rejects.toBeInstanceOf(WeChatError);
  expect(platform.exchanges).toHaveLength(1);
  expect(await wechat.tokens.health(account)).toMatchObject({ state: 'failing', errorCode: 40001 });
});

test('after a repair the account is forgotten and asks anew', async () => {
  const wechat = openProcess();
  platform.refusal = { errcode: 40164, errmsg: 'invalid ip' };
  await wechat.tokens.current(account).catch(() => undefined);
  platform.refusal = undefined;

  await wechat.tokens.forget(account);
  const token = await wechat.tokens.current(account);

  expect(token).toBe('T0');
  expect(await wechat.tokens.health(account)).toMatchObject({ state: 'ok' });
});

test('an exchange that breaks off is unclear, and the next call asks again', async () => {
  const wechat = openProcess();
  platform.hangUp = true;
  await expect(wechat.tokens.current(account)).rejects.toBeInstanceOf(WeChatUnclear);
  platform.hangUp = false;

  const token = await wechat.tokens.current(account);

  expect(token).toBe('T0');
});

test('a token is given up before it expires', async () => {
  const wechat = openProcess();
  platform.expiresIn = 240.2;
  await wechat.tokens.current(account);
  platform.expiresIn = 7200;
  await clock.sleep(50);
  // Half of a short life is still used, so one exchange has been enough so far.
  await wechat.tokens.current(account);
  expect(platform.exchanges).toHaveLength(1);

  const short = openProcess();
  platform.expiresIn = 0.1;
  await short.tokens.current(account);
  await clock.sleep(60);
  await short.tokens.current(account);

  expect(platform.exchanges).toHaveLength(3);
});

test('the cache holds the token and never the secret', async () => {
  const kept: string[] = [];
  const cache = newCache();
  const spied = {
    ...cache,
    set: (key: string, value: string, ttlMs: number) => {
      kept.push(key, value);
      return cache.set(key, value, ttlMs);
    },
  };
  const wechat = openProcess(spied);

  await wechat.tokens.current(account);

  expect(kept.join()).toContain('T0');
  expect(kept.join()).not.toContain(account.appSecret);
});
