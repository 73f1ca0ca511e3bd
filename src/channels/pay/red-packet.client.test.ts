import { HttpFailure, type HttpRequest } from '../../kernel/http-client';
import { readNestedXml } from '../wire/nested-xml';
import type { MerchantV2 } from './call-v2';
import { checkRedPacket, type RedPacket } from './red-packet';
import { openRedPackets } from './red-packet.client';
import { redPacketErrors, refusalOf } from './red-packet-errors';
import { packetStates } from './red-packet-states';
import { signV2 } from './sign-v2';

const merchant: MerchantV2 = {
  id: 'm1',
  mchId: '1900000109',
  apiV2Key: '0123456789abcdef0123456789ABCDEF',
  certPem: 'CERT',
  keyPem: 'KEY',
};
const packet: RedPacket = {
  billNo: '1900000109202511220000000001',
  appId: 'wx8888888888888888',
  openid: 'oTEST0000000000000000000001A',
  amountFen: 100,
  senderName: '星光商城',
  wish: '恭喜发财',
  activityName: '关注有礼',
  remark: '首次参与奖励',
  clientIp: '203.0.113.7',
};
const order = { billNo: packet.billNo, appId: packet.appId };

/** A transport that answers `reply` and remembers what was sent. */
function paying(reply: string | Buffer | Error, status = 200) {
  const sent: HttpRequest[] = [];
  const client = openRedPackets({
    http: {
      request: (request) => {
        sent.push(request);
        if (reply instanceof Error) return Promise.reject(reply);
        return Promise.resolve({ status, headers: {}, body: Buffer.from(reply) });
      },
    },
    hostOf: () => 'https://api.mch.weixin.qq.com',
    newNonce: () => '50780e0cca98c8c8e814883e5caa672e',
  });
  return { client, sent };
}
const xml = (fields: Record<string, string>) =>
  `<xml>${Object.entries(fields)
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('\n')}</xml>`;
const echoed = {
  mch_billno: packet.billNo,
  mch_id: merchant.mchId,
  wxappid: packet.appId,
  re_openid: packet.openid,
  total_amount: '100',
};
const success = {
  return_code: 'SUCCESS',
  return_msg: '发放成功',
  result_code: 'SUCCESS',
  err_code: 'SUCCESS',
  err_code_des: '发放成功',
  ...echoed,
  send_listid: '1000041701202511223000000000001',
};
const refusal = (code: string, more: Record<string, string> = {}) =>
  xml({
    return_code: 'SUCCESS',
    return_msg: '帐号余额不足',
    result_code: 'FAIL',
    err_code: code,
    err_code_des: '帐号余额不足',
    ...echoed,
    ...more,
  });

test('a packet goes out signed, with the client certificate, to the documented path', async () => {
  const { client, sent } = paying(xml(success));

  await client.send(merchant, packet);

  const [call] = sent;
  expect(call).toMatchObject({
    method: 'POST',
    url: 'https://api.mch.weixin.qq.com/mmpaymkttransfers/sendredpack',
    tls: { cert: 'CERT', key: 'KEY' },
  });
  const fields = readNestedXml(String(call?.body)) as Record<string, string>;
  expect(fields['sign']).toBe(signV2(fields, merchant.apiV2Key));
  expect(fields).toMatchObject({ total_num: '1', total_amount: '100', wxappid: packet.appId });
  expect(fields).not.toHaveProperty('sign_type');
  expect(fields).not.toHaveProperty('scene_id');
});

test.each(['SUCCESS', '0', ''])('a success that carries err_code %j is a success', async (code) => {
  const { client } = paying(xml({ ...success, err_code: code }));

  const result = await client.send(merchant, packet);

  expect(result).toMatchObject({ kind: 'sent', sendListId: '1000041701202511223000000000001' });
});

test.each([
  ['SYSTEMERROR', 'unknown'],
  ['PROCESSING', 'unknown'],
  ['A_CODE_OF_NEXT_YEAR', 'unknown'],
  ['268458547', 'unknown'],
])('err_code %s leaves the outcome unknown', async (code) => {
  const { client } = paying(refusal(code));

  expect(await client.send(merchant, packet)).toMatchObject({
    kind: 'unknown',
    reason: 'error-code',
    code,
  });
});

test.each([
  ['SEND_FAILED', 'final-number', 'payout'],
  ['NOTENOUGH', 'blocked', 'merchant'],
  ['FREQ_LIMIT', 'blocked', 'merchant'],
  ['SENDNUM_LIMIT', 'blocked', 'person'],
  ['SENDAMOUNT_LIMIT', 'blocked', 'merchant'],
  ['DAY_ OVER_LIMITED', 'blocked', 'merchant'],
  ['NO_AUTH', 'final-user', 'person'],
  ['OPENID_ERROR', 'final-data', 'payout'],
  ['MONEY_LIMIT', 'final-data', 'payout'],
  ['CA_ERROR', 'config', 'merchant'],
  ['SIGN_ERROR', 'config', 'merchant'],
  ['FATAL_ERROR', 'bug', 'payout'],
  ['金额和原始单参数不一致', 'bug', 'payout'],
])('err_code %s is %s for the %s', async (code, refusalClass, scope) => {
  const { client } = paying(refusal(code));

  const result = await client.send(merchant, packet);

  expect(result).toMatchObject({ kind: 'refused', class: refusalClass, scope, isCertain: true });
});

test('return_code FAIL with an error is a refusal that proves nothing about the order', async () => {
  const { client } = paying(refusal('NOTENOUGH', { return_code: 'FAIL' }));

  expect(await client.send(merchant, packet)).toMatchObject({ kind: 'refused', isCertain: false });
});

test.each<[string, string | Error, number]>([
  ['return_code FAIL without err_code', xml({ return_code: 'FAIL', return_msg: '签名错误' }), 200],
  ['result FAIL without err_code', refusal(''), 200],
  [
    'return_code FAIL with result SUCCESS',
    xml({ ...success, return_code: 'FAIL', err_code: 'NOTENOUGH' }),
    200,
  ],
  ['HTTP 502', '<html>bad gateway</html>', 502],
  ['HTTP 500 with a good-looking body', xml(success), 500],
  ['an HTML page', '<html><body>ok</body></html>', 200],
  ['truncated XML', xml(success).slice(0, -20), 200],
  ['an empty body', '', 200],
  ['XML without return_code', '<xml><result_code>SUCCESS</result_code></xml>', 200],
  ['a strange return_code', xml({ ...success, return_code: 'OK' }), 200],
  ['a DOCTYPE', `<!DOCTYPE xml>${xml(success)}`, 200],
  [
    'a repeated result_code',
    xml(success).replace('</xml>', '<result_code>FAIL</result_code></xml>'),
    200,
  ],
  ['a wrong signature', xml({ ...success, sign: 'F'.repeat(32) }), 200],
  ['another order', xml({ ...success, mch_billno: 'other' }), 200],
  ['another merchant', xml({ ...success, mch_id: '1' }), 200],
  ['another amount', xml({ ...success, total_amount: '101' }), 200],
  ['a time-out', new HttpFailure('timeout', 'x'), 200],
  ['a reset', new HttpFailure('reset', 'x'), 200],
  ['no connection', new HttpFailure('connect', 'x'), 200],
])('%s leaves the outcome unknown', async (_, reply, status) => {
  const { client } = paying(reply, status);

  const sent = await client.send(merchant, packet);
  const queried = await client.query(merchant, order);

  expect(sent.kind).toBe('unknown');
  if (status !== 200 || reply instanceof Error) expect(queried.kind).toBe('unknown');
});

test('a reply that is signed rightly is believed', async () => {
  const { client } = paying(xml({ ...success, sign: signV2(success, merchant.apiV2Key) }));

  expect((await client.send(merchant, packet)).kind).toBe('sent');
});

const found = (status: string, more = '') =>
  `<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code><err_code>SUCCESS</err_code>` +
  `<mch_billno>${packet.billNo}</mch_billno><mch_id>1900000109</mch_id><detail_id>D1</detail_id>` +
  `<status>${status}</status><total_amount>100</total_amount><send_time>2025-11-22 16:26:40</send_time>${more}</xml>`;

test.each(packetStates.map((row) => [row.wire, row.state] as const))(
  'status %s is %s',
  async (wire, state) => {
    const { client, sent } = paying(found(wire));

    const result = await client.query(merchant, order);

    expect(result).toMatchObject({
      kind: 'found',
      state,
      detailId: 'D1',
      amountFen: 100,
      sentAtText: '2025-11-22 16:26:40',
    });
    expect(sent[0]?.url).toMatch(/\/mmpaymkttransfers\/gethbinfo$/);
    expect(String(sent[0]?.body)).toContain(`<appid>${packet.appId}</appid>`);
  },
);

const receipt =
  '<hbinfo><openid>oR</openid><amount>100</amount><rcv_time>2025-11-22 16:27:05</rcv_time></hbinfo>';

test.each([
  [
    'one receipt',
    `<hblist>${receipt}</hblist>`,
    { openid: 'oR', receivedAtText: '2025-11-22 16:27:05' },
  ],
  ['two receipts', `<hblist>${receipt}${receipt}</hblist>`, { openid: 'oR' }],
  ['no list', '', {}],
  ['an empty list', '<hblist></hblist>', {}],
])('a received packet with %s is read', async (_, list, expected) => {
  const { client } = paying(found('RECEIVED', list));

  expect(await client.query(merchant, order)).toMatchObject({
    kind: 'found',
    state: 'received',
    ...expected,
  });
});

test('a sticky SENDING keeps its reason and stays sending', async () => {
  const { client } = paying(found('SENDING', '<reason>NOTENOUGH</reason>'));

  expect(await client.query(merchant, order)).toMatchObject({
    state: 'sending',
    reason: 'NOTENOUGH',
  });
});

test('a refund says how much came back', async () => {
  const { client } = paying(
    found(
      'REFUND',
      '<refund_time>2025-11-23 16:30:00</refund_time><refund_amount>100</refund_amount>',
    ),
  );

  expect(await client.query(merchant, order)).toMatchObject({ state: 'returned', refundFen: 100 });
});

test('a state nobody knows is unknown, and an absent order is not a failed one', async () => {
  expect(await paying(found('VANISHED')).client.query(merchant, order)).toMatchObject({
    kind: 'unknown',
  });
  expect(await paying(refusal('NOT_FOUND')).client.query(merchant, order)).toMatchObject({
    kind: 'not-found',
  });
  expect(await paying(refusal('SYSTEMERROR')).client.query(merchant, order)).toMatchObject({
    kind: 'refused',
    class: 'unknown',
  });
});

test.each<[Partial<RedPacket>, string]>([
  [{ billNo: '' }, 'bill-number'],
  [{ billNo: 'a-b' }, 'bill-number'],
  [{ billNo: 'x'.repeat(29) }, 'bill-number'],
  [{ amountFen: 0 }, 'amount'],
  [{ amountFen: -100 }, 'amount'],
  [{ amountFen: 100.5 }, 'amount'],
  [{ amountFen: 30 }, 'scene-required'],
  [{ amountFen: 20_001 }, 'scene-required'],
  [{ sceneId: 'PRODUCT_9' }, 'scene'],
  [{ clientIp: '::1' }, 'client-ip'],
  [{ clientIp: '1.2.3.256' }, 'client-ip'],
  [{ openid: '' }, 'openid'],
  [{ senderName: '十一个汉字就超过了限' + '度' }, 'sender-name'],
  [{ wish: ' 恭喜' }, 'wish'],
  [{ wish: '恭\u0000喜' }, 'wish'],
  [{ activityName: '' }, 'activity-name'],
])('a packet with %j is stopped before the first byte: %s', async (change, problem) => {
  const { client, sent } = paying(xml(success));

  const result = await client.send(merchant, { ...packet, ...change });

  expect(result).toMatchObject({
    kind: 'not-sendable',
    problems: expect.arrayContaining([problem]),
  });
  expect(sent).toHaveLength(0);
});

test('the limits themselves are sendable', () => {
  expect(checkRedPacket({ ...packet, amountFen: 100 })).toEqual([]);
  expect(checkRedPacket({ ...packet, amountFen: 20_000 })).toEqual([]);
  expect(checkRedPacket({ ...packet, amountFen: 30, sceneId: 'PRODUCT_2' })).toEqual([]);
});

test('no code has two meanings, and only one class gives up its number', () => {
  const codes = redPacketErrors.map((row) => row.code);

  expect(new Set(codes).size).toBe(codes.length);
  expect(redPacketErrors.filter((row) => row.class === 'final-number')).toHaveLength(1);
  expect(refusalOf('')).toMatchObject({ class: 'unknown' });
});
