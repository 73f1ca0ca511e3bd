import { openRig, type Loose, type PayOptions, type Rig } from './sandbox-rig';

const HOUR = 3_600_000;
let rig: Rig;
let merchant: Loose;
let openid: string;

beforeEach(async () => {
  rig = await openRig();
  merchant = (
    await rig.api('POST', '/merchants', {
      name: '山茶花',
      appIds: [rig.appId],
      balanceFen: 1_000_000,
    })
  ).body;
  openid = (await rig.api('POST', '/people', { name: '小雨' })).body.openid;
});
afterEach(() => rig.close());

const advance = (advanceMs: number) => rig.api('POST', '/clock', { advanceMs });
let serial = 0;
const newBill = () => `${merchant.mchId}20261121${String(++serial).padStart(10, '0')}`;

function fields(more: Record<string, string> = {}): Record<string, string> {
  return {
    ...{
      mch_billno: newBill(),
      wxappid: rig.appId,
      re_openid: openid,
      total_amount: '188',
      total_num: '1',
    },
    ...{
      send_name: '山茶花',
      wishing: '花开有你',
      client_ip: '127.0.0.1',
      act_name: '会员日',
      remark: '谢谢',
    },
    ...more,
  };
}

const send = (given: Record<string, string>, how: PayOptions = {}): Promise<Loose> =>
  rig.pay(merchant, 'sendredpack', given, how);
const query = (billNo = ''): Promise<Loose> =>
  rig.pay(merchant, 'gethbinfo', { mch_billno: billNo, appid: rig.appId, bill_type: 'MCHT' });
const open = () => rig.api('POST', `/people/${openid}/open-packet`, {});
async function purse(): Promise<Loose> {
  return (await rig.api('GET', '/books/wallets')).body.merchants[0];
}

test('a packet is sent, opened and in the wallet, and the books agree', async () => {
  const given = fields();

  const sent = await send(given);
  const before = await query(given.mch_billno);
  const opened = await open();
  const after = await query(given.mch_billno);

  expect(sent).toMatchObject({
    return_code: 'SUCCESS',
    result_code: 'SUCCESS',
    err_code: 'SUCCESS',
    total_amount: '188',
  });
  expect(before.status).toBe('SENT');
  expect(opened.body).toMatchObject({
    wallet: { receivedFen: 188, packets: 1 },
    packet: { state: 'RECEIVED' },
  });
  expect(after).toMatchObject({
    status: 'RECEIVED',
    hblist: { hbinfo: { openid, amount: '188' } },
  });
  expect(await purse()).toMatchObject({ balanceFen: 999_812, receivedFen: 188, agrees: true });
  const { body: phone } = await rig.api('GET', `/people/${openid}/phone`);
  expect(phone.items[1]).toMatchObject({
    kind: 'red-packet',
    redPacket: { state: 'RECEIVED', wishing: '花开有你' },
  });
});

test('without a client certificate, or with another merchant’s, the answer is CA_ERROR', async () => {
  const other = (await rig.api('POST', '/merchants', { name: '别人', appIds: [rig.appId] })).body;

  const none = await send(fields(), { withoutCertificate: true });
  const foreign = await send(fields(), { certificate: other });

  expect(none).toMatchObject({ httpStatus: 200, return_code: 'FAIL', err_code: 'CA_ERROR' });
  expect(foreign.err_code).toBe('CA_ERROR');
});

test('XML, signature and fields are checked, in this order', async () => {
  expect((await send(fields(), { rawBody: '<xml><a></xml>' })).err_code).toBe('XML_ERROR');
  expect((await send(fields(), { rawBody: '<!DOCTYPE a><xml><a>1</a></xml>' })).err_code).toBe(
    'XML_ERROR',
  );
  expect((await send(fields(), { sign: 'F'.repeat(32) })).err_code).toBe('SIGN_ERROR');
  expect((await send(fields({ sign_type: 'MD5' }))).err_code).toBe('SIGN_ERROR');
  expect((await send(fields({ total_num: '2' }))).err_code).toBe('PARAM_ERROR');
  expect((await send(fields({ client_ip: '::1' }))).err_code).toBe('PARAM_ERROR');
  expect((await send(fields({ act_name: '名'.repeat(11) }))).err_code).toBe('PARAM_ERROR');
  expect((await send(fields({ mch_billno: 'a-b' }))).err_code).toBe('PARAM_ERROR');
  expect((await send(fields({ total_amount: '99' }))).err_code).toBe('PARAM_ERROR');
  expect((await send(fields({ total_amount: '99', scene_id: 'PRODUCT_1' }))).err_code).toBe(
    'MONEY_LIMIT',
  );
  expect((await send(fields({ wxappid: 'wx0000000000000000' }))).err_code).toBe('ILLEGAL_APPID');
  expect((await send(fields({ re_openid: 'oSomebody' }))).err_code).toBe('OPENID_ERROR');
  expect((await purse()).balanceFen).toBe(1_000_000);
});

test('the same number pays once; with anything changed it is refused', async () => {
  const given = fields();
  const first = await send(given);

  const again = await send(given);
  const amount = await send({ ...given, total_amount: '189' });
  const wish = await send({ ...given, wishing: '恭喜发财' });
  const person = await send({
    ...given,
    re_openid: (await rig.api('POST', '/people', {})).body.openid,
  });

  expect(again.send_listid).toBe(first.send_listid);
  expect([amount.err_code, wish.err_code, person.err_code]).toEqual([
    'PARAM_ERROR',
    'FATAL_ERROR',
    'FATAL_ERROR',
  ]);
  expect(await purse()).toMatchObject({ balanceFen: 999_812, agrees: true });
  expect((await rig.api('GET', '/books/summary')).body.money).toMatchObject({
    packets: 1,
    paidOutFen: 188,
    twice: [],
  });
});

test('an unopened packet goes back after 24 hours, in two steps', async () => {
  const given = fields();
  await send(given);

  await advance(24 * HOUR + 1_000);
  const running = await query(given.mch_billno);
  const tooLate = await open();
  await advance(60_000);
  const back = await query(given.mch_billno);

  expect(running.status).toBe('RFUND_ING');
  expect(tooLate).toMatchObject({ status: 409, body: { code: 'no_packet' } });
  expect(back).toMatchObject({ status: 'REFUND', refund_amount: '188' });
  expect(back.refund_time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  expect(await purse()).toMatchObject({ balanceFen: 1_000_000, refundedFen: 188, agrees: true });
});

test('an empty purse keeps the order SENDING; topped up, the same number pays; else it is FAILED a day later', async () => {
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, { balanceFen: 100 });
  const [paidLater, never] = [fields(), fields()];

  const refused = await send(paidLater);
  await send(never);
  const waiting = await query(paidLater.mch_billno);
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, { topUpFen: 200 });
  const paid = await send(paidLater);
  await advance(24 * HOUR + 1);

  expect(refused).toMatchObject({
    return_code: 'SUCCESS',
    result_code: 'FAIL',
    err_code: 'NOTENOUGH',
  });
  expect(waiting).toMatchObject({ status: 'SENDING' });
  expect(waiting.reason).not.toBe('');
  expect(paid.result_code).toBe('SUCCESS');
  expect((await query(never.mch_billno)).status).toBe('FAILED');
  expect((await send(never)).err_code).toBe('SEND_FAILED');
  expect(await purse()).toMatchObject({ agrees: true });
});

test('day limits count in UTC+8 days of the sandbox clock', async () => {
  await rig.api('POST', '/clock', { setTo: '2026-11-21T15:50:00Z' });
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, { limits: { userPacketsPerDay: 2 } });
  await send(fields());
  await send(fields());

  const third = fields();
  const refused = await send(third);
  await advance(11 * 60_000);
  const tomorrow = await send(third);

  expect(refused.err_code).toBe('SENDNUM_LIMIT');
  expect(tomorrow.result_code).toBe('SUCCESS');
});

test('amount limits: per person and per merchant', async () => {
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, { limits: { userFenPerDay: 300 } });
  await send(fields());
  const person = await send(fields());
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, {
    limits: { userFenPerDay: 100_000, dayFen: 300 },
  });

  expect(person.err_code).toBe('RCVDAMOUNT_LIMIT');
  expect((await send(fields())).err_code).toBe('SENDAMOUNT_LIMIT');
});

test('thirty a second and no more, unless the limit is lifted', async () => {
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, {
    limits: { ratePerSecond: 3, userPacketsPerDay: 100 },
  });
  const codes = await Promise.all(
    Array.from({ length: 5 }, async () => (await send(fields())).err_code),
  );
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, { limits: { ratePerSecond: 0 } });
  const free = await Promise.all(
    Array.from({ length: 5 }, async () => (await send(fields())).err_code),
  );

  expect(codes.filter((code) => code === 'FREQ_LIMIT')).toHaveLength(2);
  expect(free).not.toContain('FREQ_LIMIT');
});

test('risky people, a frozen merchant and a closed API are refused', async () => {
  await rig.api('PATCH', `/people/${openid}`, { risky: true });
  const risky = await send(fields());
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, { apiClosed: true });
  const closed = await send(fields());
  await rig.api('PATCH', `/merchants/${merchant.mchId}`, { frozen: true });

  expect([risky.err_code, closed.err_code]).toEqual(['NO_AUTH', 'API_METHOD_CLOSED']);
  expect((await send(fields())).err_code).toBe('PAYER_ACCOUNT_ABNORMAL');
});

test('faults: accepted and silent, refused and silent, lies, and states that stick', async () => {
  const fault = (where: string, kind: string) =>
    rig.api('POST', '/faults', { where, kind, count: 1 });
  const [a, b, c, d, e, f] = [fields(), fields(), fields(), fields(), fields(), fields()];

  await fault('red-packet-send', 'timeout-after-accept');
  await expect(send(a)).rejects.toThrow('timeout');
  await fault('red-packet-send', 'timeout-before-accept');
  await expect(send(b)).rejects.toThrow('timeout');
  await fault('red-packet-send', 'reset-mid-reply');
  await expect(send(c)).rejects.toThrow();
  await fault('red-packet-send', 'err_code:SYSTEMERROR-accepted');
  expect((await send(d)).err_code).toBe('SYSTEMERROR');
  await fault('red-packet-send', 'err_code:SYSTEMERROR-refused');
  expect((await send(e)).err_code).toBe('SYSTEMERROR');
  await fault('red-packet-send', 'sticky-sending');
  expect((await send(f)).err_code).toBe('SYSTEMERROR');
  await fault('red-packet-query', 'not-found-lie');

  const lie = await query(a.mch_billno);
  const states = [];
  for (const one of [a, b, c, d, e, f]) {
    const answer = await query(one.mch_billno);
    states.push(answer.status ?? answer.err_code);
  }
  expect(lie.err_code).toBe('NOT_FOUND');
  expect(states).toEqual(['SENT', 'NOT_FOUND', 'SENT', 'SENT', 'NOT_FOUND', 'SENDING']);
  expect(await purse()).toMatchObject({ paidOutFen: 3 * 188, agrees: true });
});

test('PROCESSING settles twenty minutes later, either way', async () => {
  const [good, bad] = [fields(), fields()];
  await rig.api('POST', '/faults', {
    where: 'red-packet-send',
    kind: 'processing-then-sent',
    count: 1,
  });
  const first = await send(good);
  await rig.api('POST', '/faults', {
    where: 'red-packet-send',
    kind: 'processing-then-failed',
    count: 1,
  });
  const second = await send(bad);
  const again = await send(good);
  const meanwhile = await query(good.mch_billno);
  await advance(20 * 60_000 + 1);

  expect([first.err_code, second.err_code, again.err_code]).toEqual([
    'PROCESSING',
    'PROCESSING',
    'PROCESSING',
  ]);
  expect(meanwhile.status).toBe('SENDING');
  expect((await query(good.mch_billno)).status).toBe('SENT');
  expect((await query(bad.mch_billno)).status).toBe('FAILED');
  expect(await purse()).toMatchObject({ paidOutFen: 188, agrees: true });
});

test('an order is known for thirty days', async () => {
  const given = fields();
  await send(given);
  await open();

  await advance(30 * 24 * HOUR + 1_000);

  expect((await query(given.mch_billno)).err_code).toBe('NOT_FOUND');
});

test('the port and the authority stay the same over a restart', async () => {
  const given = fields();
  const first = await send(given);

  await rig.reopen();

  const again = await send(given);
  expect(again.send_listid).toBe(first.send_listid);
  expect(
    (await rig.api('POST', '/merchants', { name: 'x', mchId: merchant.mchId })).body.payBaseUrl,
  ).toBe(merchant.payBaseUrl);
});
