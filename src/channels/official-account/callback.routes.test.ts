import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import fc from 'fast-check';
import Koa from 'koa';
import { StillClock } from '../../kernel/clock';
import { silentLog } from '../../kernel/log';
import type { InboundEvent, Reply } from '../inbound-event';
import { aesKeyFrom, decrypt, encrypt } from '../wire/crypto';
import { readFlatXml } from '../wire/flat-xml';
import type { ChannelAccount } from './account';
import { callbackRoutes } from './callback.routes';
import { openEnvelope, readCallbackQuery } from './envelope';
import { normaliseMessage } from './normalise';

const key = 'Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZkdISUo';
const oldKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const now = 1_700_000_001_000;
const base: ChannelAccount = {
  id: 'acc1',
  appId: 'wx0123456789abcdef',
  originalId: 'gh_0123456789ab',
  mode: 'secure',
  token: 'simToken_2024',
  encodingAesKey: key,
  previousEncodingAesKey: oldKey,
  appSecret: 'unused',
};
const accounts: Record<string, ChannelAccount> = {
  secure: base,
  compatible: { ...base, id: 'acc2', mode: 'compatible' },
  plain: { ...base, id: 'acc3', mode: 'plain' },
};
const message =
  '<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oTEST1]]></FromUserName>' +
  '<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>24000000000000001</MsgId></xml>';

// The platform's side of a callback, written here a second time on purpose.
const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');
type Signed = { query: Record<string, string>; body: string };
function secure(
  inner = message,
  options: { key?: string; appId?: string; at?: number; token?: string } = {},
): Signed {
  const { appId = base.appId, at = now, token = base.token } = options;
  const sealed = encrypt(aesKeyFrom(options.key ?? key)!, inner, appId);
  const timestamp = String(Math.floor(at / 1000));
  return {
    query: {
      signature: sha1(token, timestamp, '987654321'),
      timestamp,
      nonce: '987654321',
      openid: 'oTEST1',
      encrypt_type: 'aes',
      msg_signature: sha1(token, timestamp, '987654321', sealed),
    },
    body: `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`,
  };
}
function plain(inner = message): Signed {
  const timestamp = String(now / 1000);
  return {
    query: { signature: sha1(base.token, timestamp, '1'), timestamp, nonce: '1' },
    body: inner,
  };
}

const taken: InboundEvent[] = [];
const refusals: string[] = [];
let reply: Reply | undefined;
let failing = false;
let server: http.Server;
let origin: string;

beforeAll(async () => {
  const app = new Koa();
  const router = callbackRoutes({
    accounts: (appId) => accounts[appId],
    takeEvent: async (event) => {
      await Promise.resolve();
      if (failing) throw new Error('no database');
      taken.push(event);
      return reply;
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
  reply = undefined;
  failing = false;
});

const post = async (
  appId: string,
  {
    query,
    body,
  }: { query: Record<string, string> | string; body: string | Uint8Array<ArrayBuffer> },
  headers: Record<string, string> = {},
) => {
  const search = typeof query === 'string' ? query : new URLSearchParams(query).toString();
  const answer = await fetch(`${origin}/callback/official-account/${appId}?${search}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml', ...headers },
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};

test('the URL check is answered with the very text', async () => {
  const query =
    'signature=f464b24fc39322e44b38aa78f5edd27bd1441696&timestamp=1714036504&nonce=1514711492&echostr=4375120948345356249';
  const app = new Koa();
  const router = callbackRoutes({
    accounts: () => ({ ...base, token: 'AAAAA' }),
    takeEvent: () => undefined,
    clock: new StillClock(1_714_036_504_000),
    log: silentLog,
  });
  const checked = app.use(router.routes()).listen(0);
  const { port } = checked.address() as AddressInfo;

  const answer = await fetch(`http://127.0.0.1:${port}/callback/official-account/wx1?${query}`);

  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('4375120948345356249');
  checked.close();
});

test('a URL check that is not signed is not echoed', async () => {
  const timestamp = String(now / 1000);
  const signature = sha1('other', timestamp, '1');

  const answer = await fetch(
    `${origin}/callback/official-account/secure?signature=${signature}&timestamp=${timestamp}&nonce=1&echostr=abc`,
  );

  expect([answer.status, await answer.text()]).toEqual([403, '']);
});

test('a secure callback is taken, and its answer is sealed for WeChat alone', async () => {
  reply = { kind: 'text', text: '收到' };

  const answer = await post('secure', secure());

  expect(answer.status).toBe(200);
  const outer = readFlatXml(answer.text) ?? {};
  const { Encrypt = '', TimeStamp = '', Nonce = '', MsgSignature } = outer;
  expect(MsgSignature).toBe(sha1(base.token, TimeStamp, Nonce, Encrypt));
  const inner = decrypt(aesKeyFrom(key)!, Encrypt, base.appId)?.toString() ?? '';
  expect({ ...readFlatXml(inner) }).toEqual({
    ToUserName: 'oTEST1',
    FromUserName: 'gh_0123456789ab',
    CreateTime: '1700000001',
    MsgType: 'text',
    Content: '收到',
  });
  expect(taken).toMatchObject([
    { kind: 'text', text: '你好', accountId: 'acc1', openid: 'oTEST1' },
  ]);
});

test('without a reply the answer is the bare word success', async () => {
  const answer = await post('secure', secure());

  expect([answer.status, answer.text]).toEqual([200, 'success']);
});

test('a callback under the previous key is taken and answered under that key', async () => {
  reply = { kind: 'text', text: 'ok' };

  const answer = await post('secure', secure(message, { key: oldKey }));

  const sealed = readFlatXml(answer.text)?.['Encrypt'] ?? '';
  expect(decrypt(aesKeyFrom(oldKey)!, sealed, base.appId)).toBeDefined();
});

test('in compatible mode only the encrypted part counts', async () => {
  const signed = secure();
  const forged = message.replace('你好', 'forged').replace('</xml>', '');
  const body = forged + signed.body.slice(signed.body.indexOf('<Encrypt>'));

  await post('compatible', { ...signed, body });

  expect(taken).toMatchObject([{ kind: 'text', text: '你好' }]);
});

test('a compatible callback with a nested plain part is opened too', async () => {
  const nested = message.replace(
    '</xml>',
    '<ScanCodeInfo><ScanType>qrcode</ScanType></ScanCodeInfo></xml>',
  );
  const signed = secure(nested);
  const body = nested.replace('</xml>', '') + signed.body.slice(signed.body.indexOf('<Encrypt>'));

  const answer = await post('compatible', { ...signed, body });

  expect(answer.status).toBe(200);
  expect(taken).toHaveLength(1);
});

test('plain callbacks are read in plain mode only', async () => {
  const [inPlain, inSecure, inCompatible] = await Promise.all([
    post('plain', plain()),
    post('secure', plain()),
    post('compatible', plain()),
  ]);

  expect([inPlain.status, inSecure.status, inCompatible.status]).toEqual([200, 403, 403]);
  expect(taken).toHaveLength(1);
});

test('a plain reply is not sealed', async () => {
  reply = { kind: 'text', text: 'ok' };

  const answer = await post('plain', plain());

  expect(readFlatXml(answer.text)).toMatchObject({ Content: 'ok', ToUserName: 'oTEST1' });
});

test('an event that could not be stored is not acknowledged', async () => {
  failing = true;

  const answer = await post('secure', secure());

  expect([answer.status, answer.text]).toEqual([503, '']);
});

const good = secure();
const unproved: Record<string, () => { appId?: string } & Signed> = {
  'no signature': () => ({ ...good, query: without(good.query, 'msg_signature') }),
  'a short signature': () => ({ ...good, query: { ...good.query, msg_signature: 'abc' } }),
  'an upper-case signature': () => ({
    ...good,
    query: { ...good.query, msg_signature: good.query['msg_signature']!.toUpperCase() },
  }),
  'the plain signature instead': () => ({
    ...good,
    query: { ...good.query, msg_signature: good.query['signature']! },
  }),
  "another account's token": () => secure(message, { token: 'otherToken' }),
  'an unknown account': () => ({ ...good, appId: 'nobody' }),
  'a stamp an hour old': () => secure(message, { at: now - 3_600_000 }),
  'a stamp an hour ahead': () => secure(message, { at: now + 3_600_000 }),
  'a stamp 301 s old': () => secure(message, { at: now - 301_000 }),
  'no stamp': () => ({ ...good, query: without(good.query, 'timestamp') }),
  'a stamp in words': () => ({ ...good, query: { ...good.query, timestamp: 'now' } }),
  'no nonce': () => ({ ...good, query: { ...good.query, nonce: '' } }),
  'a nonce of 65 characters': () => ({ ...good, query: { ...good.query, nonce: 'x'.repeat(65) } }),
  'no encrypt_type': () => ({ ...good, query: without(good.query, 'encrypt_type') }),
  'another app id inside': () => secure(message, { appId: 'wxffffffffffffffff' }),
  'another account addressed inside': () => secure(message.replace('gh_0123456789ab', 'gh_other')),
  'a third key': () => secure(message, { key: 'Q'.repeat(43) }),
  'no Encrypt element': () => ({ ...good, body: message }),
};
const without = (query: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(query).filter(([key_]) => key_ !== name));

test('every failed proof gets one and the same answer', async () => {
  const answers = new Set<string>();
  for (const make of Object.values(unproved)) {
    const { appId, ...signed } = make();
    const { status, text, headers } = await post(appId ?? 'secure', signed);
    answers.add(
      JSON.stringify([status, text, [...headers.entries()].filter(([name]) => name !== 'date')]),
    );
  }

  expect([...answers]).toHaveLength(1);
  expect([...answers][0]).toMatch(/^\[403,""/);
  expect(taken).toHaveLength(0);
  expect(new Set(refusals)).toEqual(
    new Set([
      'query',
      'stale',
      'signature',
      'account',
      'not-encrypted',
      'ciphertext',
      'other-account',
    ]),
  );
});

test('stamps 299 s off are still good, both ways', async () => {
  const old = await post('secure', secure(message, { at: now - 299_000 }));
  const ahead = await post('secure', secure(message, { at: now + 299_000 }));

  expect([old.status, ahead.status]).toEqual([200, 200]);
});

test('a query parameter given twice or as an array is refused', async () => {
  const search = new URLSearchParams(good.query).toString();
  const twice = await post('secure', { query: `${search}&nonce=1`, body: good.body });
  const array = await post('secure', { query: `${search}&nonce[]=1`, body: good.body });
  const broken = await post('secure', { query: `${search}&x=%E4%A`, body: good.body });
  const prototype = await post('secure', { query: `${search}&__proto__=1`, body: good.body });

  expect([twice.status, array.status, broken.status, prototype.status]).toEqual([
    400, 400, 400, 400,
  ]);
});

const unreadable: Record<string, string | Uint8Array<ArrayBuffer>> = {
  'an empty body': '',
  'binary bytes': new Uint8Array([0xff, 0xfe, 0x00, 0x80]),
  'UTF-16': new Uint8Array(Buffer.from(good.body, 'utf16le')),
  'not XML': 'hello',
  JSON: '{"Encrypt":"x"}',
  'an unclosed envelope': good.body.slice(0, -6),
  'two roots': good.body + good.body,
  'a DOCTYPE': `<!DOCTYPE xml>${good.body}`,
  'a repeated Encrypt': good.body.replace('</xml>', '<Encrypt>x</Encrypt></xml>'),
  'a nested Encrypt': good.body
    .replace('<Encrypt>', '<A><Encrypt>')
    .replace('</Encrypt>', '</Encrypt></A>'),
};

test.each(Object.keys(unreadable))('%s is refused as unreadable', async (kind) => {
  const answer = await post('secure', { query: good.query, body: unreadable[kind] ?? '' });

  expect([answer.status, answer.text]).toEqual([400, '']);
  expect(taken).toHaveLength(0);
});

test('genuine but unreadable contents are refused, not taken in part', async () => {
  const inner = [
    message.replace('</xml>', '<MsgId>2</MsgId></xml>'),
    message.replace('你好', 'a\u0000b'),
    `<!DOCTYPE xml>${message}`,
    message.replace('<MsgType>', '<__proto__>1</__proto__><MsgType>'),
  ];

  for (const text of inner) expect((await post('secure', secure(text))).status).toBe(400);
  expect(taken).toHaveLength(0);
});

test('kinds nobody knows are acknowledged and kept', async () => {
  const answer = await post('secure', secure(message.replace('[text]', '[hologram]')));

  expect([answer.status, answer.text]).toEqual([200, 'success']);
  expect(taken).toMatchObject([{ kind: 'unknown', messageType: 'hologram' }]);
});

test.each([
  ['nothing', ''],
  ['40,000 characters', 'x'.repeat(40_000)],
  ['emoji of four bytes', '🧧👨‍👩‍👧‍👦'],
  ['right-to-left and stacked marks', '\u202eمرحبا z̷̢͍a̴l̵g̶o̷'],
  ['SQL', "'; DROP TABLE follower; --"],
  ['a template', '{{7*7}}'],
  ['markup', '<img onerror=alert(1)>'],
  ['a formula', '=HYPERLINK("http://x")'],
])('text is text: %s', async (_, said) => {
  const inner = message.replace('你好', said);

  const answer = await post('secure', secure(inner));

  expect(answer.status).toBe(200);
  expect(taken).toMatchObject([{ kind: 'text', text: said }]);
});

test('a body of 64 KB and one byte is refused without being read', async () => {
  const answer = await post('secure', { query: good.query, body: 'x'.repeat(64 * 1024 + 1) });

  expect(answer.status).toBe(413);
});

test('a compressed body is refused', async () => {
  const answer = await post('secure', good, { 'content-encoding': 'gzip' });

  expect(answer.status).toBe(400);
});

/** Writes raw bytes to the server and reads until it hangs up. */
function raw(head: string, drip?: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    socket.on('data', (part) => (text += part.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve(text);
    });
    socket.write(head);
    if (drip !== undefined) timer = setInterval(() => socket.write(drip), 5);
  });
}
const requestHead = `POST /callback/official-account/secure?${new URLSearchParams(good.query).toString()} HTTP/1.1\r\nHost: x\r\n`;

test('a body that never comes is cut off in time', async () => {
  const answer = await raw(`${requestHead}Content-Length: 100\r\n\r\n<xml>`);

  expect(answer).toMatch(/^HTTP\/1.1 408 /);
});

test('a chunked body that never ends is cut off by size or time, and the connection closed', async () => {
  const answer = await raw(
    `${requestHead}Transfer-Encoding: chunked\r\n\r\n`,
    `4000\r\n${'x'.repeat(0x4000)}\r\n`,
  );

  expect(answer).toMatch(/^HTTP\/1.1 (413|408) /);
  expect(answer).toMatch(/connection: close/i);
});

test('a promise of 100 MB is refused at once', async () => {
  const answer = await raw(`${requestHead}Content-Length: 104857600\r\n\r\n`);

  expect(answer).toMatch(/^HTTP\/1.1 413 /);
});

/** The parts a signature covers: stamp, nonce, ciphertext, read from the bytes as they came. */
function signedParts(search: string, body: string): string {
  const query = readCallbackQuery(search) ?? {};
  const sealed = readFlatXml(body)?.['Encrypt'] ?? '';
  return JSON.stringify([query['timestamp'], query['nonce'], sealed]);
}

const alphabet = [
  ...Array.from('0123456789abcdefABCXYZ+/=&%<>[]!x \n'),
  '\u0000',
  '\ufeff',
  '汉',
  '🧧',
];
const mutation = fc.record({
  part: fc.constantFrom('query', 'body'),
  how: fc.constantFrom('replace', 'insert', 'delete', 'swap', 'double', 'cut', 'flip'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 40 }),
  letter: fc.constantFrom(...alphabet),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function mutate(text: string, { how, at, length, letter }: Mutation): string {
  const from = Math.floor(at * text.length);
  const piece = text.slice(from, from + length);
  switch (how) {
    case 'replace':
      return text.slice(0, from) + letter + text.slice(from + 1);
    case 'insert':
      return text.slice(0, from) + letter + text.slice(from);
    case 'delete':
      return text.slice(0, from) + text.slice(from + length);
    case 'swap':
      return text.slice(0, from) + Array.from(piece).reverse().join('') + text.slice(from + length);
    case 'double':
      return text.slice(0, from) + piece + text.slice(from);
    case 'cut':
      return text.slice(0, from);
    case 'flip':
      return text.slice(0, from) + piece.toUpperCase() + text.slice(from + length);
  }
}

test('10,000 mutated callbacks: none throws, none is opened unless its signed parts are genuine', () => {
  const genuine = new Map<ChannelAccount, Signed[]>([
    [accounts['secure']!, [secure(), secure(message, { key: oldKey })]],
    [accounts['compatible']!, [secure(message.replace('text', 'image'))]],
  ]);
  const cases = [...genuine].flatMap(([account, list]) =>
    list.map((signed) => ({ account, signed })),
  );
  const allowed = new Set(
    cases.map(({ signed }) =>
      signedParts(new URLSearchParams(signed.query).toString(), signed.body),
    ),
  );
  let opened = 0;
  let shut = 0;

  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      ({ account, signed }, mutations) => {
        let search = new URLSearchParams(signed.query).toString();
        let body = signed.body;
        for (const change of mutations) {
          if (change.part === 'query') search = mutate(search, change);
          else body = mutate(body, change);
        }
        const query = readCallbackQuery(search);
        const envelope = query && openEnvelope(account, query, Buffer.from(body), now);
        if (!envelope?.opened) {
          shut += 1;
          return;
        }
        opened += 1;
        expect(allowed).toContain(signedParts(search, body));
        expect(normaliseMessage(account, envelope.fields, now).dedupeKey).toBe(
          'm:24000000000000001:oTEST1',
        );
      },
    ),
    { numRuns: 10_000, seed: 20261121 },
  );

  expect(opened + shut).toBe(10_000);
  expect(shut).toBeGreaterThan(5_000);
  expect(opened).toBeGreaterThan(0);
});

test('mutated callbacks over HTTP are answered 200, 400, 403 or 413 and nothing else', async () => {
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const signed = secure();
      let body = signed.body;
      let search = new URLSearchParams(signed.query).toString();
      for (const change of mutations) {
        if (change.part === 'query') search = mutate(search, change).replace(/[#\s]/g, '');
        else body = mutate(body, change);
      }
      statuses.add((await post('secure', { query: search, body })).status);
    }),
    { numRuns: 300 },
  );

  for (const status of statuses) expect([200, 400, 403, 413]).toContain(status);
});
