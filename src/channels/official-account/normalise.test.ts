import { dedupeKeyLimit, eventKeyOf, eventKeysOf, messageTypeOf } from '../inbound-event';
import { windowTriggerOf } from './customer-service-window';
import {
  event,
  header,
  key,
  openid,
  read,
  receivedAt,
  samples,
} from '../../../test/fixtures/official-account-events';

test.each(samples)('understands %s', (_, found, expected) => {
  expect(found).toMatchObject({
    accountId: 'acc1',
    appId: 'wx0123456789abcdef',
    openid,
    laneKey: `acc1:${openid}`,
    at: 1_700_000_000_000,
    ...expected,
  });
});

test('every sample has a dedupe key of its own that fits one ASCII column', () => {
  const keys = samples.map(([, found]) => found.dedupeKey);

  for (const dedupeKey of keys) {
    expect(dedupeKey).toMatch(/^[\x20-\x7e]+$/);
    expect(dedupeKey.length).toBeLessThanOrEqual(dedupeKeyLimit);
  }
  // Some samples share sender, second, kind and MsgID on purpose; those must share the key, all others not.
  const repeated = keys.filter((dedupeKey, at) => keys.indexOf(dedupeKey) !== at);
  expect(repeated).toEqual([`e:1700000000:${openid}:TEMPLATESENDJOBFINISH:1`]);
});

test('messages are told apart by sender and MsgId, events by sender, second, event and key', () => {
  const message = read(
    '<MsgType>text</MsgType><Content>x</Content><MsgId>7250021412600020992</MsgId>',
  );
  const tap = event('CLICK', key('A'));

  expect(message.dedupeKey).toBe(`m:7250021412600020992:${openid}`);
  expect(tap.dedupeKey).toBe(`e:1700000000:${openid}:CLICK:A`);
  expect(event('CLICK', key('B')).dedupeKey).not.toBe(tap.dedupeKey);
});

test('a long or foreign key is kept as its hash, the same for every delivery', () => {
  const address = `https://h5.example/${'长'.repeat(300)}`;

  const first = event('VIEW', key(address));
  const again = event('VIEW', key(address));

  expect(first.dedupeKey).toMatch(/^e:#[\w-]{43}$/);
  expect(again.dedupeKey).toBe(first.dedupeKey);
  expect(event('VIEW', key(`${address}x`)).dedupeKey).not.toBe(first.dedupeKey);
});

const platformHeader = header.replace(openid, 'gh_platform_push');

test('a withdrawn authorisation is about the OpenID inside, not about the sender', () => {
  const revoked = event(
    'user_authorization_revoke',
    `<OpenID><![CDATA[${openid}]]></OpenID><AppID><![CDATA[wx0123456789abcdef]]></AppID><RevokeInfo><![CDATA[205]]></RevokeInfo>`,
    platformHeader,
  );

  expect(revoked).toMatchObject({
    kind: 'authorization-revoked',
    openid,
    laneKey: `acc1:${openid}`,
    codes: ['205'],
  });
});

test('two people withdrawing in one second are two events', () => {
  const by = (person: string) =>
    event(
      'user_authorization_revoke',
      `<OpenID>${person}</OpenID><RevokeInfo>205</RevokeInfo>`,
      platformHeader,
    );

  expect(by('oA').dedupeKey).not.toBe(by('oB').dedupeKey);
});

test.each([
  ['user_info_modified', 'profile-modified'],
  ['user_authorization_cancellation', 'profile-cancelled'],
])('%s names the person inside', (name, kind) => {
  const found = event(name, `<OpenID>${openid}</OpenID><UnionID>uX</UnionID>`, platformHeader);

  expect(found).toMatchObject({ kind, openid, unionid: 'uX' });
});

const text = '<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>';

test.each([
  ['no sender', text, '<ToUserName>gh</ToUserName><CreateTime>1700000000</CreateTime>', 'sender'],
  ['a sender that is no name', text, header.replace(openid, 'o x'), 'sender'],
  ['a CreateTime of -1', text, header.replace('1700000000', '-1'), 'create-time'],
  ['a CreateTime in words', text, header.replace('1700000000', 'now'), 'create-time'],
  [
    'a CreateTime in the year 5138',
    text,
    header.replace('1700000000', '99999999999'),
    'create-time',
  ],
  ['a message without MsgId', '<MsgType>text</MsgType><Content>x</Content>', header, 'message-id'],
  ['a MsgId that is no number', text.replace('>1<', '>1e3<'), header, 'message-id'],
  [
    'a receipt without MsgID',
    '<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event>',
    header,
    'message-id',
  ],
  [
    'a withdrawal without OpenID',
    '<MsgType>event</MsgType><Event>user_authorization_revoke</Event>',
    header,
    'fields',
  ],
])('%s is kept as unknown, with what was wrong', (_, inner, head, problem) => {
  const found = read(inner, head);

  expect(found).toMatchObject({ kind: 'unknown', problem });
  expect(found.at).toBe(problem === 'create-time' ? receivedAt : 1_700_000_000_000);
});

test('a MsgId of twenty digits stays the exact string', () => {
  const found = read(
    '<MsgType>text</MsgType><Content>x</Content><MsgId>18446744073709551615</MsgId>',
  );

  expect(found).toMatchObject({ messageId: '18446744073709551615' });
});

test('events are named as reply rules name them, most specific first', () => {
  expect(eventKeysOf(event('subscribe', key('qrscene_s1')))).toEqual(['subscribe:s1', 'subscribe']);
  expect(eventKeyOf(event('subscribe', key('qrscene_s1')))).toBe('subscribe');
  expect(eventKeysOf(event('CLICK', key('HELP')))).toEqual(['CLICK:HELP', 'CLICK']);
  expect(eventKeyOf(event('SCAN', key('store-42')))).toBe('SCAN:store-42');
  expect(eventKeyOf(event('unsubscribe'))).toBe('unsubscribe');
  expect(eventKeyOf(read(text))).toBeUndefined();
});

test('only messages have a message type', () => {
  expect(messageTypeOf(read(text))).toBe('text');
  expect(messageTypeOf(event('CLICK', key('HELP')))).toBeUndefined();
});

test('only what WeChat counts opens a customer-service window', () => {
  expect(windowTriggerOf(read(text))).toBe('said');
  expect(windowTriggerOf(event('CLICK', key('A')))).toBe('menu');
  expect(windowTriggerOf(event('VIEW', key('A')))).toBeUndefined();
  expect(windowTriggerOf(event('subscribe', key('')))).toBe('followed');
  expect(windowTriggerOf(event('SCAN', key('A')))).toBe('scanned');
  expect(windowTriggerOf(event('LOCATION'))).toBeUndefined();
});
