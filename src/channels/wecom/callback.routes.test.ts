import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import Koa from 'koa';
import { StillClock } from '../../kernel/clock';
import { silentLog } from '../../kernel/log';
import type { InboundEvent } from '../inbound-event';
import { aesKeyFrom, encrypt } from '../wire/crypto';
import type { WeComAgent } from './account';
import { weComCallbackRoutes } from './callback.routes';

const key = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';
const now = 1_700_000_101_000;
const sales: WeComAgent = {
  id: 'acc1',
  corpId: 'ww1234567890abcdef',
  agentId: '1000002',
  secret: 'unused',
  token: 'simToken2024',
  encodingAesKey: key,
};
const service: WeComAgent = { ...sales, agentId: '1000003', token: 'otherToken' };
const other: WeComAgent = { ...sales, id: 'acc2', corpId: 'ww0000000000000002' };
const agents = [sales, service, other];
const message = (corpId = sales.corpId, welcomeCode = 'WC_1') =>
  `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName>` +
  '<CreateTime>1700000100</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>' +
  '<ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[sales01]]></UserID>' +
  `<ExternalUserID><![CDATA[wmSIM01]]></ExternalUserID><WelcomeCode><![CDATA[${welcomeCode}]]></WelcomeCode></xml>`;

// The platform's side of a callback, written here a second time on purpose.
const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');
type Signed = { query: Record<string, string>; body: string };
function signed(of: WeComAgent, inner = message(of.corpId), at = now, nonce = '98765'): Signed {
  const sealed = encrypt(aesKeyFrom(of.encodingAesKey)!, inner, of.corpId);
  const timestamp = String(Math.floor(at / 1000));
  return {
    query: { msg_signature: sha1(of.token, timestamp, nonce, sealed), timestamp, nonce },
    body: `<xml><ToUserName><![CDATA[${of.corpId}]]></ToUserName><AgentID><![CDATA[${of.agentId}]]></AgentID><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`,
  };
}

const taken: InboundEvent[] = [];
const refusals: string[] = [];
let failing = false;
let server: http.Server;
let origin: string;

beforeAll(async () => {
  const app = new Koa();
  const router = weComCallbackRoutes({
    agents: (corpId, agentId) =>
      agents.find((agent) => agent.corpId === corpId && agent.agentId === agentId),
    takeEvent: async (event) => {
      await Promise.resolve();
      if (failing) throw new Error('no database');
      taken.push(event);
    },
    clock: new StillClock(now),
    log: silentLog,
    metrics: { taken: () => undefined, refused: (reason) => refusals.push(reason) },
    bodyTimeoutMs: 300,
  });
  app.use(router.routes());
  server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  taken.length = 0;
  refusals.length = 0;
  failing = false;
});

const address = (of: Pick<WeComAgent, 'corpId' | 'agentId'>, query: string) =>
  `${origin}/callback/wecom/${of.corpId}/${of.agentId}?${query}`;
const search = (query: Record<string, string>) =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
async function post(of: WeComAgent, { query, body }: Signed) {
  const answer = await fetch(address(of, search(query)), { method: 'POST', body });
  return { status: answer.status, text: await answer.text() };
}

test('the URL check gets the content of the encrypted echo, bare', async () => {
  const { query } = signed(sales);
  const echostr = encrypt(aesKeyFrom(key)!, '4372912345678901234', sales.corpId);
  const checked = {
    ...query,
    msg_signature: sha1(sales.token, query['timestamp']!, query['nonce']!, echostr),
    echostr,
  };

  const answer = await fetch(address(sales, search(checked)));

  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('4372912345678901234');
});

test('an event is stored before it is acknowledged, with an empty body', async () => {
  const answer = await post(sales, signed(sales));

  expect(answer).toEqual({ status: 200, text: '' });
  expect(taken).toMatchObject([
    { kind: 'contact-added', openid: 'wmSIM01', welcomeCode: 'WC_1', agentId: '1000002' },
  ]);
});

test('what could not be stored is not acknowledged', async () => {
  failing = true;

  const answer = await post(sales, signed(sales));

  expect(answer.status).toBe(503);
});

test('a delivery that is told again has the same key, sealed as it may be', async () => {
  await post(sales, signed(sales, message(), now, '1'));
  await post(sales, signed(sales, message(), now, '2'));

  expect(taken).toHaveLength(2);
  expect(taken[0]!.dedupeKey).toBe(taken[1]!.dedupeKey);
});

test('two apps told of one friend are told apart by their welcome codes', async () => {
  await post(sales, signed(sales, message(sales.corpId, 'WC_A')));
  await post(service, signed(service, message(sales.corpId, 'WC_B')));

  expect(taken.map((event) => 'agentId' in event && event.agentId)).toEqual(['1000002', '1000003']);
  expect(taken[0]!.accountId).toBe(taken[1]!.accountId);
  expect(taken[0]!.dedupeKey).not.toBe(taken[1]!.dedupeKey);
});

test.each<[string, () => Promise<{ status: number; text: string }>]>([
  ["another app's signature", () => post(service, signed(sales))],
  ["another corp's event", () => post(other, signed(sales))],
  [
    'a corp nobody connected',
    () => post({ ...sales, corpId: 'ww00000000000000ff' }, signed(sales)),
  ],
  ['an app nobody connected', () => post({ ...sales, agentId: '1' }, signed(sales))],
  ['a stamp of yesterday', () => post(sales, signed(sales, message(), now - 86_400_000))],
  ['a plain body', () => post(sales, { ...signed(sales), body: message() })],
  ['an empty body', () => post(sales, { ...signed(sales), body: '' })],
  ['no query', () => post(sales, { query: {}, body: signed(sales).body })],
])('%s gets the same 403 as everything that is not proved', async (_name, send) => {
  const answer = await send();

  expect(answer).toEqual({ status: 403, text: '' });
  expect(taken).toEqual([]);
});

test('a changed byte anywhere is refused, and no answer tells which part was wrong', async () => {
  const good = signed(sales);
  const answers = new Set<string>();

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('body', 'msg_signature', 'timestamp', 'nonce'),
      fc.nat(10_000),
      fc.constantFrom('0', 'A', '+', '/', '=', 'é', '<'),
      async (part, at, letter) => {
        const text = part === 'body' ? good.body : good.query[part]!;
        // The outer names are not signed and not believed; what is sealed is.
        const from = part === 'body' ? text.indexOf('<Encrypt><![CDATA[') + 18 : 0;
        const to = part === 'body' ? text.indexOf(']]></Encrypt>') : text.length;
        const place = from + (at % (to - from));
        if (text[place] === letter) return;
        const changed = text.slice(0, place) + letter + text.slice(place + 1);
        const mutant =
          part === 'body'
            ? { ...good, body: changed }
            : { ...good, query: { ...good.query, [part]: changed } };

        const answer = await post(sales, mutant);

        answers.add(`${answer.status} ${answer.text}`);
      },
    ),
    { numRuns: 400 },
  );

  expect([...answers]).toEqual(['403 ']);
  expect(taken).toEqual([]);
});

test('well-signed rubbish is refused like everything else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async (inner) => {
      const answer = await post(sales, signed(sales, inner));

      expect(answer).toEqual({ status: 403, text: '' });
    }),
    { numRuns: 100 },
  );
});

test('a repeated parameter is no query of WeCom', async () => {
  const { query, body } = signed(sales);

  const answer = await fetch(address(sales, `${search(query)}&nonce=1`), { method: 'POST', body });

  expect(answer.status).toBe(403);
});

test('a body too large to be an event is not read', async () => {
  const { query } = signed(sales);

  const answer = await fetch(address(sales, search(query)), {
    method: 'POST',
    body: 'x'.repeat(70_000),
  });

  expect(answer.status).toBe(413);
});
