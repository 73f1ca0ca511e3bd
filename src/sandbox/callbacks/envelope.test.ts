import { seal, signatureOf, unseal } from './envelope';

const KEY1 = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const KEY2 = 'Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZkdISUo';
const APP = 'wx0123456789abcdef';

/** The same seal; the receiver is the corp. */
const weCom = {
  token: 'simToken2024',
  key: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
  appId: 'ww1234567890abcdef',
  random: '0123456789abcdef',
};

const vectors = [
  {
    name: 'A, the official sample',
    ...{
      token: 'pamtest',
      key: KEY1,
      appId: 'wxb11529c136998cb6',
      timestamp: '1409304348',
      nonce: 'xxxxxx',
    },
    ...{ random: 'aaaabbbbccccdddd', message: '我是中文abcd123' },
    sealed:
      'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==',
    signature: '82c962d39941aa48552f90ef55aa323dc620cc10',
  },
  {
    name: 'C, an encrypted reply',
    ...{
      token: 'simToken_2024',
      key: KEY2,
      appId: APP,
      timestamp: '1700000006',
      nonce: '42424242',
    },
    random: 'RRRRRRRRRRRRRRRR',
    message:
      '<xml><ToUserName><![CDATA[oTEST_openid_0000000000000001]]></ToUserName><FromUserName><![CDATA[gh_0123456789ab]]></FromUserName><CreateTime>1700000005</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到]]></Content></xml>',
    sealed:
      'fuoihAK8Gt5mmOh8Ndiah4j9mTtEZyQrTUbuEnDRaY+TbGu+FMHAwrsi7ZBQfNRHnnRCSm2wdcmoxbsuTMgvLuT4/Ey9bzjibF5h6CHefp0GbjrkI+6CedXccLXWqHsFIpSFi3/RxuLKhUKPkrsCDlukGXgLWn2mq+a4dMpp/Ba8kZ77CeBv1VhP/egEnMXhItZBYc7XEchn+uRSZketZXizLhBMFwN+IyWtYXA7fMLOcNj9rr8/Z8o0HITTWp1SBEJEzyaQkuCHhRLjvMZYEhs4xEHGrJxhwQdqWPjg/YF5TMZIq5P98m4hLtuqjoC0Z+6SeU1mqHk7togq89/qk6wnY2BAkA/jfsePLxT7NB1x4muRDRhGL7abkGfI6N5Z',
    signature: '02740af4c1c6da31883980dab38c504c73834363',
  },
  {
    name: 'D, an inbound text with emoji, pad 25',
    ...{
      token: 'simToken_2024',
      key: KEY2,
      appId: APP,
      timestamp: '1700000001',
      nonce: '987654321',
    },
    random: '0123456789abcdef',
    message:
      '<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oTEST_openid_0000000000000001]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好, hello 👋 <b>&]]></Content><MsgId>24000000000000001</MsgId></xml>',
    sealed:
      'Y8QfuXSRyCs2t0ua2vu7FZQ79JCBxTfuf6bcKasYT8eCFZIu/K6NR2Ei2G+NTTo5FnKXWDZKPOwH2qPJopJ3DTitmrE8tkGutn+8EjR7IZR49zn3EDf3dl16jQtxTX93TGOP4C5fmldy0XlPruU9a6rv3LQnEX6h3XPqK+Wkk5cwGyK0xGEduxQcuUYPDAKqZ5AIOBYQ7Wk0jLXEMwviRlMGed0SlFEQIlXLLIK7gmPVs6D/JTzweyym3AHQGOxF3OsoMtw5UdkUEEXl4WiBNUibcU3BtJsrvWctZGJOnS40kWO0uUx4OYn+9pluAtpuK3I5LsUR9Pw4F5ObxYrVRObM641/fD+bNynlVUdaEo6UMyIKl0/byJpD6ocXEfft7tRRmz0kKynMkSg9OMhju4OdXOpCF5/dxVAJ66vvfxHhKjq+w3M+WJxGDx+uvD7cFfmPVT1euqCZOfaB1Qkvpg==',
    signature: '526b4aaba3832d86ede4eeee32f6494f68275c62',
  },
  {
    name: 'E, an exact multiple of 32',
    ...{ token: 'simToken_2024', key: KEY2, appId: APP, timestamp: '1700000002', nonce: 'n0nce' },
    ...{ random: 'f'.repeat(16), message: 'A'.repeat(26) },
    sealed:
      '9BsE05lJEb93W7IQkm137cIyYrC1hFcP/gmfkHljFOERKA/I45tWE5cOEa0Se0VW4MqR0JAKHP9mWsmGo+nlXvVfw5Tq6PupgIF6YScIQ8oo/7piBqAjrALPpEAGkIIr',
    signature: '0e5533e1b6a41ed3becc1e37aaa5ffeb3a161930',
  },
  {
    name: 'F, pad 22',
    ...{ token: 'simToken_2024', key: KEY2, appId: APP, timestamp: '1700000003', nonce: '1' },
    ...{ random: 'g'.repeat(16), message: 'X'.repeat(36) },
    sealed:
      'RhTc21qpAAd93ouet7LAZ8FdzZkSZMRhZxnyD3yYHYY6VAvfoSGnyCqTXP8L5Ut8lMr/4S3Lv7pnK3xFKnwRPTL9bxcOnBuatPzISew3UfQbelZFKMwP8KAGDe2BMVAi',
    signature: '7656ae21a359d4a2862d9bd22c67c001c1cae7cb',
  },
  {
    name: 'the empty message',
    ...{ token: 'simToken_2024', key: KEY2, appId: APP, timestamp: '1700000004', nonce: '2' },
    ...{ random: 'e'.repeat(16), message: '' },
    sealed:
      '18C5AOguDaSTq+KZPPC5EvyZc6cTzldN32PoxNKXXqcFNVLwK0Uk+kGZqzddXcRX8zlCJTlqc6Eo6uThb/nZbw==',
    signature: '84c9ab5d83ffcdb477d170d11b453d15f3ec310c',
  },
  {
    name: 'WeCom 1, an echo',
    ...{ ...weCom, timestamp: '1700000000', nonce: 'nonceA1' },
    message: '4372912345678901234',
    sealed:
      '4j/AuRx71kQlxVlzbpsMWAF3eid+ohyiE8pK8uF5XY6kerAoXKI7s+PMs0uDokwDXMnb4L6hUyG/TH6lyULYTw==',
    signature: '09d86f7e0c32b769dd9f51595239e33ddad134f4',
  },
  {
    name: 'WeCom 2, a friend',
    ...{ ...weCom, timestamp: '1700000100', nonce: 'nonceB2' },
    message:
      '<xml><ToUserName><![CDATA[ww1234567890abcdef]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>1700000100</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[sales01]]></UserID><ExternalUserID><![CDATA[wmSIM0000000000000000000000001]]></ExternalUserID><State><![CDATA[ch_42]]></State><WelcomeCode><![CDATA[WELCOME_SIM_1]]></WelcomeCode></xml>',
    sealed:
      '4j/AuRx71kQlxVlzbpsMWHSB5ZAcMr5Wev2TF3LFJgAGXqePh+M+ZoRfGS4OeTZGUIf7we9YZBoJl1auq5VrxIgLwkGqP7uYCQ6FMFRw9KrB2QqY8L4pvcsMY9NBUoEvVIM3U5DhliHaTf6f8D2RMFNrmMZ8q69RW80MojM6CRksE3KSV1zgn0LaNCkIUoDnyNiWzMHlYsZGN3cCDiyY+YO787jz/x5xjZPqPg3e4vHjn+2nflE693ARHw+r/pygx443R5MKzk5EoHemnV5cZpMO9/lNbTY2dWj6/UyFvcjx3TT+CCVmygXCH7qOA6gF/4UasUYP8yvY4uEQkhV/VyCUzY6eg/gbNu67Bvxu+R/piuHQwi/nMX8mmeoYosFK0DNjQhh1UI/MDEjeqVzj4mfXWvu4wZGrAjI772nS+mq8y71p6TLjxJ3SL35S0KQgsuvCUKGSVwYYtjZjPdiQLFYZ9U9Pa+hNhvq0xejXAnW97RG4p7YSaEJ4/ADLF+9BtzWlEbH2RJZ4jtok7RWJmkzxrOTMJA9lex/mQxcmTB7klcZa/7P0INDgdos4UJwyRTL70tcoiWylGAhaLyv1s2o+9YvT4hdZ2hkBJJWmlezMNjcss2kqR6eUVHpruztFh7f9CJwlX/WQZuIl9pFp6GO5K3qOQ5jJhuG7F1PjsmfjnU0v7ctq4rcdL+I8SRlfoyCQgPSQQyQ9I8MUDnt9TA==',
    signature: '72bc3dbd8a63fcbf29b4352e6c1834c77d732bb2',
  },
  {
    name: 'WeCom 3, multibyte',
    ...{ ...weCom, timestamp: '1700000200', nonce: '9f3c' },
    message: '你好，企业微信',
    sealed:
      '4j/AuRx71kQlxVlzbpsMWGAjr3HTeHx46jz2NqTfVG+WDKLWwvmjajGKKcrOxhhBawve7KGkVRijwiIv9lKgBQ==',
    signature: '7a4eb6bf7ec7c5ae24e65c02b44b573f3ef65c63',
  },
  {
    name: 'WeCom 4, a whole block of padding',
    ...{ ...weCom, timestamp: '1700000300', nonce: '42' },
    message: 'x'.repeat(26),
    sealed:
      '4j/AuRx71kQlxVlzbpsMWLdwa700XSzOWDMkXDdU+WosU+ewEoBShSctEkjIMzDlQzkP7INyRb86ZWTT3GnJIvNRJD3/itxxl/PhoQP3KdhoypNop0Tn8tWzgFXUn5fY',
    signature: 'b263ed42888caaa9125c01a2c78575ac9cb7551e',
  },
];

test.each(vectors)('seals, opens and signs vector $name', (vector) => {
  const sealed = seal(vector.key, vector.appId, Buffer.from(vector.random), vector.message);

  expect(sealed).toBe(vector.sealed);
  expect(unseal(vector.key, vector.appId, sealed)).toBe(vector.message);
  expect(signatureOf(vector.token, vector.timestamp, vector.nonce, sealed)).toBe(vector.signature);
});

test('opens vector B, whose padding is longer than a cipher block', () => {
  const sealed =
    'rTNFcsut4LfGuAFKEUVVpwcaCOTJzOd9twZdIW910jb3k+iicx2uvhttIZ3Qg9Qgty3BEF2xbOrz6boTfb30dMomcgrkTqdFPwnhqbk+kIQ7rZiwny9D7NUrTgA5kpX3KsZvrXzUZyP2x9YOlxbgm572lmxKvM7HAQQhIQ/p6HBmoY30bGXFK0BtIu1pW9TjhOYrLQoU18nWYjWqDA1ynkmOytpv7QRI1P1+0NoxL0q2zO1DgeSvnE8CZGo/o5Ap/WHK5W2RAsinpzN4/LjPnmB6U01I5XCoJoC0GK/yMZycd2Oh8Nq6+wBkC1U85oy0ktOY4nLvsQMLrourmMGdZHuTbqpeJ8Ao/5PRYJ+WBvRUwPfGKBL2+2IKZF49vAJqkcGWSHGE76ZN2erXeuNazf/o9o3lIE3q739o4c8t9QGPe31GT2Go/rOz1BsrASwvauNulCh+++yz+CQzBIuikA==';

  const opened = unseal(KEY1, 'wxb11529c136998cb6', sealed) ?? '';

  expect(opened).toContain('hello');
  expect(Buffer.byteLength(opened)).toBe(293);
  expect(signatureOf('pamtest', '1458300676', '260774613', sealed)).toBe(
    '4f3ad57b6989f09f4eb392acce4f9e93942ed890',
  );
});

test('signs by code unit order, not by number', () => {
  expect(signatureOf('AAAAA', '1714037059', '486452656')).toBe(
    '899cf89e464efb63f54ddac96b0a0a235f53aa78',
  );
  expect(signatureOf('AAAAA', '1714036504', '1514711492')).toBe(
    'f464b24fc39322e44b38aa78f5edd27bd1441696',
  );
});

test('refuses what was sealed for another account or with another key', () => {
  const sealed = seal(KEY2, APP, Buffer.from('0'.repeat(16)), 'hello');

  expect(unseal(KEY2, 'wx0000000000000000', sealed)).toBeUndefined();
  expect(unseal(KEY1, APP, sealed)).toBeUndefined();
  expect(unseal(KEY2, APP, 'not base64!')).toBeUndefined();
});
