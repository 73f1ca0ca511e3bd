import { signatureOf } from './signature';

const key = '0123456789abcdef0123456789ABCDEF';

test('signs the published red packet request, leaving out the empty field', () => {
  const fields = {
    act_name: '关注有礼',
    client_ip: '203.0.113.7',
    mch_billno: '1900000109202511220000000001',
    mch_id: '1900000109',
    nonce_str: '50780e0cca98c8c8e814883e5caa672e',
    re_openid: 'oTEST0000000000000000000001A',
    remark: '首次参与奖励',
    scene_id: 'PRODUCT_1',
    send_name: '星光商城',
    total_amount: '100',
    total_num: '1',
    wishing: '恭喜发财, 大吉大利!',
    wxappid: 'wx8888888888888888',
    risk_info: '',
  };

  expect(signatureOf(fields, key)).toBe('864AD6EC2A4791D0891E3C3B2EACF65C');
});

test('signs the published query', () => {
  const fields = {
    appid: 'wx8888888888888888',
    bill_type: 'MCHT',
    mch_billno: '1900000109202511220000000001',
    mch_id: '1900000109',
    nonce_str: '9f3c1a7be0d24c6f8a5b2e4d1c7f0a93',
  };

  expect(signatureOf(fields, key)).toBe('1FC3C9F2C2BBCF7E978734A4E31DEF09');
});
