import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { StillClock } from '../../kernel/clock';
import type { HttpRequest } from '../../kernel/http-client';
import { silentLog } from '../../kernel/log';
import { payCallbackRoutes, type PayNotification } from './callback.routes';
import { MerchantPay, PayUnclear } from './v3';
import { faultOfV3, openResource, platformKeys } from './verify-v3';

const pem = (label: string, base64: string) =>
  `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END ${label}-----\n`;

// Throw-away keys of the published vectors; the labels are added here so that no file holds a whole PEM.
const merchantKey = pem(
  ['PRIVATE', 'KEY'].join(' '),
  'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDe5j5n0tNxWmrohI20nLZdv+GTIAbTlyUQaKiMiGV+7Iysjsqc9PGhOz2tBgxJNhYFYr/s5kNYrvO0D822a2wZCNPz3HLSkWQrLwKLnHjEGSR59/PcWwOMhZvtqKnFghemTqxKyv/E58DKB+OoA9/NLHrYwltWo/nXVWQhP3hkW09jFW18Xi2FbuaQweGW9wrGfz/avGfrCBl84WHhc9bVvS4tzZPB/hfv49IqSJxO9qSze1720CtedKs8KdAho5Vn7/HqkaLDzB6qk7XKVs9uk+JN2PXt0QP6bZAJt2RGIlnKPTAWxA1mhoPg7oT+/7EWpqf2Wud3qjrP1LyzKFEXAgMBAAECggEAUmp/mJPzam4sKV0ZqDZpl7BjD6s/2ux/39lSuOOV46BDQ2posDBBR4RIAbnCwS8mZUdl/4oETL4jjehp/5EonvkMpZZVPlZT20O+hTCN1rQVMKPlnwxn+4VLakx6uXSome1s9xqoB35JYmoYWv9TuOFBavQyIY7vyhbgtwpo0XHgxez/IFgvlbmaNqoPObbsyWG9qtLb/ZGoJNTvylZDTvOietolXwoOIZVkLeqU4GBfAX4SgdGROlqi6QRouIGKcyD7A+e23EfP/wcRU8roVo4Z9kR9UubC0RXy8zfebNHTR2eiu+88JrXQB+ldxR6zBBpEfvRgseBAA6tLVkz1wQKBgQD6pCDXMC/lZ5DzHGGOvygG+CpNglOog8BgZ1ftKDUvJEZTZ+ilsTHJtfYvgMINdJe9gi0TavAvTexuFtqyIN5XPos8dBV0jRLNWXKV4lTDD8XUG36oLTegZJAYvwI8Jtx+0GpMhXDXSdvSfzXKLxBtv4yKAC5F2rSeXDcg4Oh4TQKBgQDjqkXBAaUHJUq5Y5jNhVcaHXRlk9GPemfdBQCo4LwEhYblxrDH76x5CaHZDkg9brnZZZFb2/QRPJvgI6A8CfV4bbsaqWtqxRA9YiCHfju6tku5zaApKcdj1zAqM1nyPFgGfSGitLdyZNKus4TG1F3kvKKFJKYrZKlbgG1cP4ag8wKBgQChWTke7hFXP7WLG1EeQKZ23hj1bpmGWNJl/QEYVZLvNw3isXiN+aTQckf6Sowhd1YblAqKfoQCH8q9EA9XLluTlFqz3xLUxeA9u4BNRrdEHwo+Qjjl8L3njfVJSOUabfXx2R8lBZ4fqZdOScAJ2QRdcjr5t6YSJ/mwHDMNAlwE3QKBgACCukNTkJ4yfDdsPMSBPw/E7yTnLvomaSM6xqSaVHGiJwpO5sicBgQDfIRzHsBchjgxnSDannKHc0YObmaUEyPhAyFtLduAc6ffl3kWVGX30LWq+2f8OwFDU01U7ie38O6ayz+FLkAob7yKlIqpoUhJEAhCa8j/Ic4dvKEPV2r3AoGBAKv6lG6VFCqKKFQhc4Wd/bjW6FebR/2i/bsZ1uS0MxjNB0VjRZddoBbSCSLjb8Tu087P2VKgCxPS6G3jA/vZqttT+m7VhFIbO7CmvRhDGAFgq2RWqTBa4rYbWFyc6jXH0wj3oBBy+UdZPSZbiES6vxdY66ncVWuoUkVjrszaHXGu',
);
const platformKey = pem(
  'PUBLIC KEY',
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsjwh66GB0jukYZ/smg+VjYIrG/iABskFRdl75DrMVeOwpsvDB8iyq4kF338IvU8iyml2QoME+JKp9Oxoc3OemklEHPuEpXrcdPJMz+AJtzybaUbjkPC2Ym5hqRbMja/sQLbonB66HykU+fthdKgeH+01f8J8fk0yR/hwQy5BbUkfG6BBtO+xdt05dtmSOa8+23VwSeNjmpnprWcrMIHTFQrpWPHlwO42XXAdHvpUVwsnvutxA6Dp9RpsOKVYTnMjclbOuqLJrXoGYP05FGupKWu9OjFh7mZUj+dybfdffLb8iKg27YyNzWA5nNL1eLC4Ro4zAHImiE8lRvHLcXZ7uwIDAQAB',
);
const keyId = 'PUB_KEY_ID_0119000001092025112200000001';
const keys = platformKeys({ [keyId]: platformKey });
const apiV3Key = 'abcdefghijklmnopqrstuvwxyz012345';

const billPath = '/v3/fund-app/mch-transfer/transfer-bills';
const billBody =
  '{"appid":"wx8888888888888888","out_bill_no":"RP20251122000001","transfer_scene_id":"1000","openid":"oTEST0000000000000000000001A","transfer_amount":100,"transfer_remark":"关注有礼奖励","user_recv_perception":"活动奖励","transfer_scene_report_infos":[{"info_type":"活动名称","info_content":"关注有礼"},{"info_type":"奖励说明","info_content":"首次参与奖励"}]}';
const postSignature =
  'O82mgJLH5mQIHEomI2exvFbtLX6jQ5nmtCU/LlHIuqpu2fTe9pk30j8NIQGmlNCa+R8bGgp4Xz670Qdw5MDRmBLp8SeV/ErsGkOHDeugaOc4niP3eqvwY1cGNx8zGcDURhsqXBToOZQ0TR7coQcLeOi6+oVhhPRksShgL8+bx+4oqdwoUpHFguw3qmxUbkMxj2HcOGHfhlLw7pKcXjH9UJVzpNVHyM9vRxuMrX9t+lOyeP5BLQ1tnCnXKMn30/klWC8zAkbQwXrkUDso0xXgsX3god7dizJD0LPFUegE8lrsTCVj4j0ENFlkZmj66TMLCF+K/0rAVWiCaxh8Sx06sg==';
const getSignature =
  'FuQQcUoWT5qleTYmaT/AuIP78S1QFJIy9bN70kngfJBcrCkHg+sPh3+qBNzhPsREmtHfnk0cQ/ftDhXeVoQsaRaeu+o7MO2FwS0T+ITHiV7nZTDDpuezH/ej78XW0d4kL45RgsI3dmYh4FS7fSkBbuyM/Eh5kExohyItJchfeANYohRhL3de6Fbm5wjpsU83OdkGrUeRGpvLPVC4020n/65L0iYeS30YKHsYsjK/e7yJegBhkURyWUUf/xRq9x76ZkzFVH0kceaWpGvyhdqi7Loq7pqcH340pe4c7FjksVAt2r71a1yu74E9REyqDNofKBeLTuonl7xbVrGo8EWYiQ==';
const cancelSignature =
  'kMRuyWGU3eTrDXxpl+3iywMFgR9OXaZizsupfQKk41L0HYGovyZbfvKVfpIDpEDamZInnqvqK8VLOHQ4XAsOkCnnaK/YipQpiI4PZWoVBdYMBZmTc5RZl7EX90WIHaUR4W1ih9vMhTXPhk274bEU3Cl/SUn648VZKUVlDZUwrtH4X5cB/435BV0rCkWLus6aQ//7u17PvZ8wtTtfXUICN3UO9R2XGAB0uNUVX0nks5nhY4lg4mdg65pXN5RPTAtf+Fvk8rLU/PJpHQmbI82IOuLUtqLQCeAGtyvHshcRMZOCkBnQiKyLiQde4X8MSq1G13C8FlSmiyDgP1BptLJ3dw==';

const now = 1_763_800_026_000;
const notice =
  '{"id":"EV-202511221627050001","create_time":"2025-11-22T16:27:05+08:00","resource_type":"encrypt-resource","event_type":"MCHTRANSFER.BILL.FINISHED","summary":"商家转账单据终态通知","resource":{"original_type":"mch_payment","algorithm":"AEAD_AES_256_GCM","ciphertext":"sN8OVxlhO6oGsjNw9UEitI5UzQf7j7o1haWTHlyHggtHQaAr1/nrls70yX71vINCBAWxd5UjhtJ4TkdneZobkmKifx5IDFzor7EDU8IeGbvKqN5XdZnUDGnhyFm5vlMrJ4NRIiVcPf2n0B4ztH9pbUxNGU1nGXuYq/FAHT1FETRXqwrUaERo+dedlv/UPAl+/qKOYdjcLYX8Y7Cboi/HRMTtWe5mRptQPtWDWhOUhsn69wXQKYWXHYXBZTsTOXxrs3G8FhKQb8zdGNCZhsiYi/K53QMDhiMtzQA0/T1sb7tySCULKnJiPD+BDm9d3tWgjFmo/oHkdmX+6yzpr0aPBWbC01VD2ozGNiffw1AOp7czDM0SKVqwP57509LQuWQT1tJhWCrSpXKFXQ==","associated_data":"mch_payment","nonce":"0123456789ab"}}';
const noticeSignature =
  'FXeGgKmEXtbNu4vZLbq+JviWo4799ORtJYgEBhAZVO6KbN/3sJdMgCayHLAKa3e1YyFiuiSIPu6mCJHsZaOEJcTg2wjLFiOXdWtrNVflktOQHkEfwhDW4KYMaqtaA9sSV+3K65Jv+j0CDjl5/FDdfMCSaLuEmOx5frnrxGGl+Ydra/HJoXFKwOD2W/PmY5sDwVSvFa5FiO7xWBVancJJ3lkLRe65BCzPSHlqAi/hmvZUpWOP03qMF5VV01bR8g8IIhIUqa1fgHz49IHFG6EaJPvWbAH/vB1i+SSyI/jucI2+vkLJpsxT8b173TPb5z+q7qqnuE86aZy6bgEIO3uf3w==';
const noticeHeaders = {
  'wechatpay-timestamp': '1763800026',
  'wechatpay-nonce': 'kq7ZtX2mVb9LrPw4NcYs8HdJ3FgEaT61',
  'wechatpay-serial': keyId,
  'wechatpay-signature': noticeSignature,
};
const sealed = (JSON.parse(notice) as { resource: Record<string, string> }).resource;
const resource = {
  algorithm: sealed['algorithm']!,
  ciphertext: sealed['ciphertext']!,
  nonce: sealed['nonce']!,
  associatedData: sealed['associated_data']!,
};

const merchant = {
  appId: 'wx8888888888888888',
  mchId: '1900000109',
  serialNo: '3A5C9E1B7D2F4860A1B2C3D4E5F60718293A4B5C',
  keyPem: merchantKey,
  keys,
};
const silent = { request: () => Promise.reject(new Error('not called')) };
const pay = () =>
  new MerchantPay(merchant, { http: silent, clock: new StillClock(now), host: 'http://127.0.0.1' });

test.each([
  ['POST', billPath, billBody, postSignature],
  ['GET', `${billPath}/out-bill-no/RP20251122000001`, undefined, getSignature],
  ['POST', `${billPath}/out-bill-no/RP20251122000001/cancel`, undefined, cancelSignature],
] as const)('%s %s signs as published', (method, path, body, signature) => {
  const made = pay().getSignature(
    method,
    '593BEC0C930BF1AFEB40B4A08C8FB242',
    '1763800000',
    path,
    body,
  );

  expect(made).toBe(signature);
});

test('the notification is the published one, and its signature holds', () => {
  expect(createHash('sha256').update(notice).digest('hex')).toBe(
    '380f72a8225d0f7491f846dc6678b7833c605ccf64ee8138a9f36900bb59dcd1',
  );
  expect(faultOfV3(noticeHeaders, Buffer.from(notice), keys, now)).toBeUndefined();
});

const reordered = JSON.stringify(JSON.parse(notice), null, 1);

test.each<[string, Record<string, unknown>, string, number, string]>([
  [
    'the probe',
    { 'wechatpay-signature': `WECHATPAY/SIGNTEST/${noticeSignature}` },
    notice,
    now,
    'signature',
  ],
  ['a body written anew', {}, reordered, now, 'signature'],
  ['one byte more', {}, `${notice} `, now, 'signature'],
  ['a clock 301 s ahead', {}, notice, now + 301_000, 'stale'],
  ['a clock 301 s behind', {}, notice, now - 301_000, 'stale'],
  ['an unknown serial', { 'wechatpay-serial': 'PUB_KEY_ID_0' }, notice, now, 'unknown-serial'],
  ['no signature', { 'wechatpay-signature': undefined }, notice, now, 'headers'],
  [
    'two signatures',
    { 'wechatpay-signature': [noticeSignature, noticeSignature] },
    notice,
    now,
    'headers',
  ],
  ['another nonce', { 'wechatpay-nonce': 'x' }, notice, now, 'signature'],
  ['another stamp', { 'wechatpay-timestamp': '1763800027' }, notice, now, 'signature'],
])('%s is a fault', (_, change, body, at, fault) => {
  expect(faultOfV3({ ...noticeHeaders, ...change }, Buffer.from(body), keys, at)).toBe(fault);
});

test('the resource opens to the published text', () => {
  expect(JSON.parse(openResource(apiV3Key, resource))).toEqual({
    mch_id: '1900000109',
    out_bill_no: 'RP20251122000001',
    transfer_bill_no: '1330000071100999991182025112200019480001',
    state: 'SUCCESS',
    transfer_amount: 100,
    openid: 'oTEST0000000000000000000001A',
    create_time: '2025-11-22T16:26:40+08:00',
    update_time: '2025-11-22T16:27:05+08:00',
  });
});

test('one bit changed anywhere keeps the resource shut', () => {
  const bytes = Buffer.from(resource.ciphertext, 'base64');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = changed[at]! ^ 1;

    expect(() =>
      openResource(apiV3Key, { ...resource, ciphertext: changed.toString('base64') }),
    ).toThrow();
  }
});

test.each([
  ['associated data', { associatedData: 'mch_paymenT' }],
  ['no associated data', { associatedData: '' }],
  ['nonce', { nonce: '0123456789ac' }],
  ['algorithm', { algorithm: 'NONE' }],
  ['a cut tag', { ciphertext: resource.ciphertext.slice(0, -8) }],
  ['nothing', { ciphertext: '' }],
])('another %s keeps the resource shut', (_, change) => {
  expect(() => openResource(apiV3Key, { ...resource, ...change })).toThrow();
  expect(() => openResource('x'.repeat(32), resource)).toThrow();
});

/** A platform that signs its replies with a key made for this run. */
function platformSide(
  status: number,
  body: string,
  options: { unsigned?: boolean; at?: number } = {},
) {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const timestamp = String(Math.floor((options.at ?? now) / 1000));
  const signature = sign('RSA-SHA256', Buffer.from(`${timestamp}\nN\n${body}\n`), pair.privateKey);
  const sent: HttpRequest[] = [];
  const client = new MerchantPay(
    { ...merchant, keys: new Map([['S1', pair.publicKey]]), publicKeyId: 'S1' },
    {
      http: {
        request: (request) => {
          sent.push(request);
          const headers: Record<string, string> = options.unsigned
            ? {}
            : {
                'wechatpay-timestamp': timestamp,
                'wechatpay-nonce': 'N',
                'wechatpay-serial': 'S1',
                'wechatpay-signature': signature.toString('base64'),
              };
          return Promise.resolve({ status, headers, body: Buffer.from(body) });
        },
      },
      clock: new StillClock(now),
      host: 'http://127.0.0.1:9',
    },
  );
  return { client, sent };
}

test('a call signs the official path, goes to the given host and believes a signed reply', async () => {
  const { client, sent } = platformSide(200, '{"state":"ACCEPTED"}');

  const reply = await client.call(
    'POST',
    billPath,
    JSON.parse(billBody) as Record<string, unknown>,
  );

  expect(reply).toEqual({ status: 200, data: { state: 'ACCEPTED' } });
  const [call] = sent;
  expect(call).toMatchObject({
    method: 'POST',
    url: `http://127.0.0.1:9${billPath}`,
    body: billBody,
  });
  expect(call?.headers).toMatchObject({
    'Wechatpay-Serial': 'S1',
    'Content-Type': 'application/json',
  });
  const authorization = call?.headers?.['Authorization'] ?? '';
  const item = (name: string) => new RegExp(`${name}="([^"]+)"`).exec(authorization)?.[1] ?? '';
  expect(item('serial_no')).toBe(merchant.serialNo);
  const again = client.getSignature(
    'POST',
    item('nonce_str'),
    item('timestamp'),
    billPath,
    billBody,
  );
  expect(item('signature')).toBe(again);
  expect(createPublicKey(createPrivateKey(merchantKey)).asymmetricKeyType).toBe('rsa');
});

test.each([
  ['unsigned', { unsigned: true }],
  ['stale', { at: now - 400_000 }],
])('a good reply that is %s proves nothing', async (_, options) => {
  const { client } = platformSide(200, '{"state":"SUCCESS"}', options);

  await expect(client.call('GET', billPath)).rejects.toBeInstanceOf(PayUnclear);
});

test('a refusal is handed over as it is, unverified', async () => {
  const { client } = platformSide(400, '{"code":"PARAM_ERROR"}', { unsigned: true });

  expect(await client.call('GET', billPath)).toEqual({
    status: 400,
    data: { code: 'PARAM_ERROR' },
  });
});

describe('the notification route', () => {
  const taken: PayNotification[] = [];
  let failing = false;
  const app = new Koa();
  const router = payCallbackRoutes({
    merchants: (mchId) =>
      mchId === '1900000109' ? { id: 'm1', mchId, apiV3Key, keys } : undefined,
    takeNotification: (notification) => {
      if (failing) return Promise.reject(new Error('no database'));
      taken.push(notification);
      return Promise.resolve();
    },
    clock: new StillClock(now),
    log: silentLog,
  });
  app.use(router.routes());
  let server: ReturnType<Koa['listen']>;
  beforeAll(() => {
    server = app.listen(0);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    taken.length = 0;
    failing = false;
  });

  const post = (
    body: string,
    headers: Record<string, string> = noticeHeaders,
    mchId = '1900000109',
  ) =>
    fetch(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback/wechat-pay/${mchId}`,
      {
        method: 'POST',
        body,
        headers,
      },
    );

  test('takes a genuine notification, opened and in our words', async () => {
    const answer = await post(notice);

    expect(answer.status).toBe(204);
    expect(taken).toMatchObject([
      {
        merchantId: 'm1',
        mchId: '1900000109',
        id: 'EV-202511221627050001',
        type: 'MCHTRANSFER.BILL.FINISHED',
        originalType: 'mch_payment',
        content: { out_bill_no: 'RP20251122000001', transfer_amount: 100, state: 'SUCCESS' },
        receivedAt: now,
      },
    ]);
  });

  test('answers 401 to whatever is not proved, the signature probe among it', async () => {
    const answers = await Promise.all([
      post(notice, {
        ...noticeHeaders,
        'wechatpay-signature': `WECHATPAY/SIGNTEST/${noticeSignature}`,
      }),
      post(notice.replace('终态', '初态')),
      post(notice, { ...noticeHeaders, 'wechatpay-serial': 'x' }),
      post(notice, noticeHeaders, '1'),
      post(notice, {}),
    ]);

    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401]);
    expect(await answers[0].json()).toEqual({ code: 'FAIL', message: 'refused' });
    expect(taken).toHaveLength(0);
  });

  test('asks for another delivery when it could not be stored', async () => {
    failing = true;

    expect((await post(notice)).status).toBe(503);
  });

  test('refuses more than 64 KB', async () => {
    expect((await post('x'.repeat(70_000))).status).toBe(413);
  });
});
