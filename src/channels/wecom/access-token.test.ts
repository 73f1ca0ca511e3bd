import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { openMemoryCache } from '../../kernel/cache/memory';
import { WorldClock } from '../../kernel/clock';
import { openHttpClient, type HttpClient } from '../../kernel/http-client';
import { ulids } from '../../kernel/ids';
import { silentLog } from '../../kernel/log';
import { openWeCom } from './client';

const clock = new WorldClock();
const sales = { id: 'acc1', corpId: 'ww1', agentId: '1000002', secret: 'sales-secret' };
const service = { ...sales, agentId: '1000003', secret: 'service-secret' };

/** Tokens by secret; `dead` ones are refused by the calls although `gettoken` may still hand them out. */
let exchanges: string[];
let generation: number;
let dead: Set<string>;
let server: http.Server;
let origin: string;
let client: HttpClient;
let cache: ReturnType<typeof openMemoryCache>;

beforeEach(async () => {
  exchanges = [];
  generation = 1;
  dead = new Set();
  cache = openMemoryCache(clock);
  client = openHttpClient();
  server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const say = (body: object) => response.end(JSON.stringify(body));
    if (url.pathname === '/cgi-bin/gettoken') {
      const secret = url.searchParams.get('corpsecret') ?? '';
      exchanges.push(secret);
      if (secret === 'wrong') return void say({ errcode: 40001, errmsg: 'invalid credential' });
      return void say({
        errcode: 0,
        errmsg: 'ok',
        access_token: `${secret.replace('-secret', '')}-${generation}`,
        expires_in: 7200,
      });
    }
    const token = url.searchParams.get('access_token') ?? '';
    if (dead.has(token)) return void say({ errcode: 42001, errmsg: 'access_token expired' });
    if (url.pathname === '/cgi-bin/ticket/get')
      return void say({ errcode: 0, ticket: `agent of ${token}`, expires_in: 7200 });
    if (url.pathname === '/cgi-bin/get_jsapi_ticket')
      return void say({ errcode: 0, ticket: `corp of ${token}`, expires_in: 7200 });
    say({ errcode: 0, errmsg: 'ok', follow_user: [token] });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  client.close();
  server.closeAllConnections();
  server.close();
});

const openProcess = () =>
  openWeCom({
    cache,
    http: client,
    clock,
    newId: ulids(),
    log: silentLog,
    apiOf: () => origin,
  });

test('every app calls with the token of its own secret', async () => {
  const wecom = openProcess();

  const [first, second] = await Promise.all([wecom.listReps(sales), wecom.listReps(service)]);

  expect(first).toEqual(['sales-1']);
  expect(second).toEqual(['service-1']);
});

test('32 calls of four processes make one exchange', async () => {
  const processes = Array.from({ length: 4 }, openProcess);

  await Promise.all(
    processes.flatMap((wecom) => Array.from({ length: 8 }, () => wecom.listReps(sales))),
  );

  expect(exchanges).toEqual(['sales-secret']);
});

test('a token that died early is fetched once more and the call repeated once', async () => {
  const wecom = openProcess();
  await wecom.listReps(sales);
  dead.add('sales-1');
  generation = 2;

  const answers = await Promise.all(Array.from({ length: 16 }, () => wecom.listReps(sales)));

  expect(new Set(answers.flat())).toEqual(new Set(['sales-2']));
  expect(exchanges).toHaveLength(2);
});

test('where the same dead token comes again, the call is told to wait instead of asking on and on', async () => {
  const wecom = openProcess();
  await wecom.listReps(sales);
  dead.add('sales-1');

  const refused = await wecom.listReps(sales).catch((error: unknown) => error);
  await wecom.listReps(sales).catch(() => undefined);

  expect(refused).toMatchObject({ outcome: { kind: 'retry', name: 'token-renewed-recently' } });
  expect(exchanges).toHaveLength(2);
});

test('a wrong secret is asked about once, because asking on bans our address', async () => {
  const wecom = openProcess();
  const wrong = { ...sales, secret: 'wrong' };

  const refused = await wecom.listReps(wrong).catch((error: unknown) => error);
  await wecom.listReps(wrong).catch(() => undefined);

  expect(refused).toMatchObject({ outcome: { kind: 'account', name: 'secret-invalid' } });
  expect(exchanges).toHaveLength(1);
  expect(await wecom.tokens.health(wrong)).toMatchObject({ state: 'failing', errorCode: 40001 });
});

test('the two tickets are two, are kept, and are told apart by app', async () => {
  const wecom = openProcess();

  const tickets = await Promise.all([
    wecom.corpTickets.current(sales),
    wecom.agentTickets.current(sales),
    wecom.agentTickets.current(service),
    openProcess().agentTickets.current(sales),
  ]);

  expect(tickets).toEqual([
    'corp of sales-1',
    'agent of sales-1',
    'agent of service-1',
    'agent of sales-1',
  ]);
});

test('the cache holds tokens and tickets and never a secret', async () => {
  const kept: string[] = [];
  const set = cache.set;
  cache = {
    ...cache,
    set: (key, value, ttlMs) => {
      kept.push(key, value);
      return set(key, value, ttlMs);
    },
  };
  const wecom = openProcess();

  await wecom.agentTickets.current(sales);

  expect(kept.join()).toContain('sales-1');
  expect(kept.join()).not.toContain(sales.secret);
});
