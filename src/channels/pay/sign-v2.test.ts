import { readNestedXml } from '../wire/nested-xml';
import { writeV2 } from './call-v2';
import { packetFields } from './red-packet';
import { canonicalV2, signV2, signV2Hmac } from './sign-v2';

const apiV2Key = '0123456789abcdef0123456789ABCDEF';
const fields = {
  ...packetFields('1900000109', {
    billNo: '1900000109202511220000000001',
    appId: 'wx8888888888888888',
    openid: 'oTEST0000000000000000000001A',
    amountFen: 100,
    senderName: '星光商城',
    wish: '恭喜发财, 大吉大利!',
    activityName: '关注有礼',
    remark: '首次参与奖励',
    clientIp: '203.0.113.7',
    sceneId: 'PRODUCT_1',
  }),
  nonce_str: '50780e0cca98c8c8e814883e5caa672e',
};

test('the signed text is the published one, without empty fields', () => {
  expect(canonicalV2({ ...fields, risk_info: '', sign: 'old' })).toBe(
    'act_name=关注有礼&client_ip=203.0.113.7&mch_billno=1900000109202511220000000001&mch_id=1900000109&nonce_str=50780e0cca98c8c8e814883e5caa672e&re_openid=oTEST0000000000000000000001A&remark=首次参与奖励&scene_id=PRODUCT_1&send_name=星光商城&total_amount=100&total_num=1&wishing=恭喜发财, 大吉大利!&wxappid=wx8888888888888888',
  );
});

test('the published MD5 and HMAC values come out', () => {
  expect(signV2({ ...fields, risk_info: '' }, apiV2Key)).toBe('864AD6EC2A4791D0891E3C3B2EACF65C');
  expect(signV2Hmac(fields, apiV2Key)).toBe(
    '3CB1D65955BFFB656245A8FC25017A3E430E110178194F392FA73A12A09F1D39',
  );
  expect(signV2Hmac({ ...fields, sign_type: 'HMAC-SHA256' }, apiV2Key)).toBe(
    '4122600955BEF97074DF7CF15716213E0AC6B0C542654743C70CE2228C74C172',
  );
});

test('the query of a packet signs as published', () => {
  const query = {
    appid: 'wx8888888888888888',
    bill_type: 'MCHT',
    mch_billno: '1900000109202511220000000001',
    mch_id: '1900000109',
    nonce_str: '9f3c1a7be0d24c6f8a5b2e4d1c7f0a93',
  };

  expect(signV2(query, apiV2Key)).toBe('1FC3C9F2C2BBCF7E978734A4E31DEF09');
});

test('the body is the published one, byte for byte', () => {
  const sorted = Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));

  expect(writeV2({ ...sorted, risk_info: '' }, apiV2Key)).toBe(
    '<xml><act_name>关注有礼</act_name><client_ip>203.0.113.7</client_ip><mch_billno>1900000109202511220000000001</mch_billno><mch_id>1900000109</mch_id><nonce_str>50780e0cca98c8c8e814883e5caa672e</nonce_str><re_openid>oTEST0000000000000000000001A</re_openid><remark>首次参与奖励</remark><scene_id>PRODUCT_1</scene_id><send_name>星光商城</send_name><total_amount>100</total_amount><total_num>1</total_num><wishing>恭喜发财, 大吉大利!</wishing><wxappid>wx8888888888888888</wxappid><sign>864AD6EC2A4791D0891E3C3B2EACF65C</sign></xml>',
  );
});

test('values that XML would eat arrive whole and still match their signature', () => {
  const wild = { ...fields, wishing: '<b>&]]>"\'</b>', remark: 'a]]>b' };

  const sent = readNestedXml(writeV2(wild, apiV2Key)) as Record<string, string>;

  expect(sent['wishing']).toBe(wild.wishing);
  expect(sent['sign']).toBe(signV2(sent, apiV2Key));
});
