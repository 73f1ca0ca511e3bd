import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { StillClock } from '../../kernel/clock';
import { silentLog } from '../../kernel/log';
import { aesKeyFrom, decrypt } from '../wire/crypto';
import { readFlatXml } from '../wire/flat-xml';
import { callbackRoutes } from './callback.routes';
import {
  base,
  key,
  message,
  now,
  oldKey,
  originOfCallbacks,
  ours,
  plain,
  post,
  refusals,
  secure,
  serveCallbacks,
  sha1,
  type Signed,
  taken,
} from '../../../test/support/callback-rig';

serveCallbacks();

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
    `${originOfCallbacks()}/callback/official-account/secure?signature=${signature}&timestamp=${timestamp}&nonce=1&echostr=abc`,
  );

  expect([answer.status, await answer.text()]).toEqual([403, '']);
});

test('a secure callback is taken, and its answer is sealed for WeChat alone', async () => {
  ours.reply = { kind: 'text', text: '收到' };

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
  ours.reply = { kind: 'text', text: 'ok' };

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
  ours.reply = { kind: 'text', text: 'ok' };

  const answer = await post('plain', plain());

  expect(readFlatXml(answer.text)).toMatchObject({ Content: 'ok', ToUserName: 'oTEST1' });
});

test('an event that could not be stored is not acknowledged', async () => {
  ours.isFailing = true;

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
