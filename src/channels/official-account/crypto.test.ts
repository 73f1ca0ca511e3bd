import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { aesKeyFrom, decrypt, encrypt } from '../wire/crypto';
import { readFlatXml } from '../wire/flat-xml';
import { isSignature, signatureOf } from '../wire/signature';
import { openEnvelope, sealMessage } from './envelope';

const key1 = aesKeyFrom('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG')!;
const encodingKey2 = 'Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZkdISUo';
const key2 = aesKeyFrom(encodingKey2)!;
const rawKey2 = Buffer.from(`${encodingKey2}=`, 'base64');
const vector2 = rawKey2.subarray(0, 16);
const sampleApp = 'wxb11529c136998cb6';
const app = 'wx0123456789abcdef';
const token = 'simToken_2024';

const vectorB =
  'rTNFcsut4LfGuAFKEUVVpwcaCOTJzOd9twZdIW910jb3k+iicx2uvhttIZ3Qg9Qgty3BEF2xbOrz6boTfb30dMomcgrkTqdFPwnhqbk+kIQ7rZiwny9D7NUrTgA5kpX3KsZvrXzUZyP2x9YOlxbgm572lmxKvM7HAQQhIQ/p6HBmoY30bGXFK0BtIu1pW9TjhOYrLQoU18nWYjWqDA1ynkmOytpv7QRI1P1+0NoxL0q2zO1DgeSvnE8CZGo/o5Ap/WHK5W2RAsinpzN4/LjPnmB6U01I5XCoJoC0GK/yMZycd2Oh8Nq6+wBkC1U85oy0ktOY4nLvsQMLrourmMGdZHuTbqpeJ8Ao/5PRYJ+WBvRUwPfGKBL2+2IKZF49vAJqkcGWSHGE76ZN2erXeuNazf/o9o3lIE3q739o4c8t9QGPe31GT2Go/rOz1BsrASwvauNulCh+++yz+CQzBIuikA==';
const vectorC =
  'fuoihAK8Gt5mmOh8Ndiah4j9mTtEZyQrTUbuEnDRaY+TbGu+FMHAwrsi7ZBQfNRHnnRCSm2wdcmoxbsuTMgvLuT4/Ey9bzjibF5h6CHefp0GbjrkI+6CedXccLXWqHsFIpSFi3/RxuLKhUKPkrsCDlukGXgLWn2mq+a4dMpp/Ba8kZ77CeBv1VhP/egEnMXhItZBYc7XEchn+uRSZketZXizLhBMFwN+IyWtYXA7fMLOcNj9rr8/Z8o0HITTWp1SBEJEzyaQkuCHhRLjvMZYEhs4xEHGrJxhwQdqWPjg/YF5TMZIq5P98m4hLtuqjoC0Z+6SeU1mqHk7togq89/qk6wnY2BAkA/jfsePLxT7NB1x4muRDRhGL7abkGfI6N5Z';
const vectorD =
  'Y8QfuXSRyCs2t0ua2vu7FZQ79JCBxTfuf6bcKasYT8eCFZIu/K6NR2Ei2G+NTTo5FnKXWDZKPOwH2qPJopJ3DTitmrE8tkGutn+8EjR7IZR49zn3EDf3dl16jQtxTX93TGOP4C5fmldy0XlPruU9a6rv3LQnEX6h3XPqK+Wkk5cwGyK0xGEduxQcuUYPDAKqZ5AIOBYQ7Wk0jLXEMwviRlMGed0SlFEQIlXLLIK7gmPVs6D/JTzweyym3AHQGOxF3OsoMtw5UdkUEEXl4WiBNUibcU3BtJsrvWctZGJOnS40kWO0uUx4OYn+9pluAtpuK3I5LsUR9Pw4F5ObxYrVRObM641/fD+bNynlVUdaEo6UMyIKl0/byJpD6ocXEfft7tRRmz0kKynMkSg9OMhju4OdXOpCF5/dxVAJ66vvfxHhKjq+w3M+WJxGDx+uvD7cFfmPVT1euqCZOfaB1Qkvpg==';
const vectorE =
  '9BsE05lJEb93W7IQkm137cIyYrC1hFcP/gmfkHljFOERKA/I45tWE5cOEa0Se0VW4MqR0JAKHP9mWsmGo+nlXvVfw5Tq6PupgIF6YScIQ8oo/7piBqAjrALPpEAGkIIr';
const vectorF =
  'RhTc21qpAAd93ouet7LAZ8FdzZkSZMRhZxnyD3yYHYY6VAvfoSGnyCqTXP8L5Ut8lMr/4S3Lv7pnK3xFKnwRPTL9bxcOnBuatPzISew3UfQbelZFKMwP8KAGDe2BMVAi';
const vectorEmpty =
  '18C5AOguDaSTq+KZPPC5EvyZc6cTzldN32PoxNKXXqcFNVLwK0Uk+kGZqzddXcRX8zlCJTlqc6Eo6uThb/nZbw==';
const vectorA =
  'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==';
const messageC =
  '<xml><ToUserName><![CDATA[oTEST_openid_0000000000000001]]></ToUserName><FromUserName><![CDATA[gh_0123456789ab]]></FromUserName><CreateTime>1700000005</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到]]></Content></xml>';
const messageD =
  '<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oTEST_openid_0000000000000001]]></FromUserName><CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好, hello 👋 <b>&]]></Content><MsgId>24000000000000001</MsgId></xml>';

test.each([
  ['AAAAA', '1714036504', '1514711492', 'f464b24fc39322e44b38aa78f5edd27bd1441696'],
  ['AAAAA', '1714037059', '486452656', '899cf89e464efb63f54ddac96b0a0a235f53aa78'],
  [token, '1700000001', '987654321', 'eb56c34961a049acc6873e2fac18e8cd70cf365b'],
  ['pamtest', '1409304348', 'xxxxxx', '76480565cbe296026c53aaacd1ad523a1ddba24f'],
  [token, '1700000002', 'n0nce', '080797a97b95a0a34ed12e63c20045defd81175a'],
])('signs the published three-part sample %#', (...row) => {
  const signature = signatureOf(row[0], row[1], row[2]);

  expect(signature).toBe(row[3]);
});

test.each([
  ['A', 'pamtest', '1409304348', 'xxxxxx', vectorA, '82c962d39941aa48552f90ef55aa323dc620cc10'],
  ['B', 'pamtest', '1458300676', '260774613', vectorB, '4f3ad57b6989f09f4eb392acce4f9e93942ed890'],
  ['C', token, '1700000006', '42424242', vectorC, '02740af4c1c6da31883980dab38c504c73834363'],
  ['D', token, '1700000001', '987654321', vectorD, '526b4aaba3832d86ede4eeee32f6494f68275c62'],
  ['E', token, '1700000002', 'n0nce', vectorE, '0e5533e1b6a41ed3becc1e37aaa5ffeb3a161930'],
  ['F', token, '1700000003', '1', vectorF, '7656ae21a359d4a2862d9bd22c67c001c1cae7cb'],
  ['empty', token, '1700000004', '2', vectorEmpty, '84c9ab5d83ffcdb477d170d11b453d15f3ec310c'],
])('signs the published encrypted sample %s', (_, secret, timestamp, nonce, sealed, expected) => {
  expect(signatureOf(secret, timestamp, nonce, sealed)).toBe(expected);
});

test.each([
  ['A', key1, sampleApp, 'aaaabbbbccccdddd', '我是中文abcd123', vectorA],
  ['C', key2, app, 'RRRRRRRRRRRRRRRR', messageC, vectorC],
  ['D', key2, app, '0123456789abcdef', messageD, vectorD],
  ['E', key2, app, 'f'.repeat(16), 'A'.repeat(26), vectorE],
  ['F', key2, app, 'g'.repeat(16), 'X'.repeat(36), vectorF],
  ['empty', key2, app, 'e'.repeat(16), '', vectorEmpty],
])(
  'encrypts sample %s to the published bytes and opens it again',
  (_, key, owner, prefix, message, sealed) => {
    const made = encrypt(key, message, owner, Buffer.from(prefix));

    expect(made).toBe(sealed);
    expect(decrypt(key, sealed, owner)?.toString()).toBe(message);
  },
);

test('opens sample B, whose padding is longer than an AES block', () => {
  const message = decrypt(key1, vectorB, sampleApp)?.toString() ?? '';

  expect(readFlatXml(message)).toMatchObject({
    ToUserName: 'asdasdasd',
    FromUserName: 'asdasdasdsadasd',
    CreateTime: '1234567898',
    MsgType: 'text',
    Content: 'hello',
    MsgId: '12345',
  });
});

test("the cipher's own unpadder would lose samples D, E and F: the trap is real", () => {
  const open = (sealed: string) => {
    const decipher = createDecipheriv('aes-256-cbc', rawKey2, vector2);
    return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()]);
  };

  for (const sealed of [vectorD, vectorE, vectorF]) expect(() => open(sealed)).toThrow();
});

test('every padding length from 1 to 32 opens', () => {
  for (let length = 0; length < 64; length += 1) {
    const message = 'x'.repeat(length);

    expect(decrypt(key2, encrypt(key2, message, app), app)?.toString()).toBe(message);
  }
});

test('a key seals and opens its hundredth message as its first, and after a forged one', () => {
  const key = aesKeyFrom(encodingKey2)!;
  for (let count = 1; count <= 100; count += 1) {
    const prefix = randomBytes(16);
    const message = '问'.repeat(count);
    decrypt(key, randomBytes(32 * (count % 5)).toString('base64'), app);

    const sealed = encrypt(key, message, app, prefix);

    expect(sealed).toBe(encrypt(aesKeyFrom(encodingKey2)!, message, app, prefix));
    expect(decrypt(key, sealed, app)?.toString()).toBe(message);
  }
});

/** Seals raw plain bytes, whatever their padding says. */
function sealRaw(plain: Buffer): string {
  const cipher = createCipheriv('aes-256-cbc', rawKey2, vector2).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
}

function plainOf(message: string, owner: string, length = Buffer.byteLength(message)): Buffer {
  const head = Buffer.alloc(20, 97);
  head.writeUInt32BE(length, 16);
  return Buffer.concat([head, Buffer.from(message + owner)]);
}

function padded(plain: Buffer, value?: number): Buffer {
  const count = 32 - (plain.length % 32);
  return Buffer.concat([plain, Buffer.alloc(count, value ?? count)]);
}

test.each([
  ['padding of 0', padded(plainOf('hello', app), 0)],
  ['padding of 33', padded(plainOf('hello', app), 33)],
  ['padding of 255', padded(plainOf('hello', app), 255)],
  [
    'uneven padding',
    (() => {
      const plain = padded(plainOf('hello', app));
      plain[plain.length - 2] = 9;
      return plain;
    })(),
  ],
  ['a length field of 2^32-1', padded(plainOf('hello', app, 0xffffffff))],
  ['a length field one too long', padded(plainOf('hello', app, 6))],
  ['another app id', padded(plainOf('hello', 'wxffffffffffffffff'))],
  ['a longer app id', padded(plainOf('hello', `${app}0`))],
  ['a length of 16 but not of 32', plainOf('he', 'x'.repeat(26)).subarray(0, 48)],
  ['nothing but padding', Buffer.alloc(32, 32)],
])('a ciphertext with %s stays shut', (_, plain) => {
  expect(decrypt(key2, sealRaw(plain), app)).toBeUndefined();
});

test('text that is not canonical base64 is not decoded leniently', () => {
  for (const text of [
    '',
    '####',
    vectorE.slice(0, -1),
    `${vectorE.slice(0, 64)} ${vectorE.slice(65)}`,
  ])
    expect(decrypt(key2, text, app)).toBeUndefined();
});

test('a key of the wrong length is no key', () => {
  expect(aesKeyFrom('short')).toBeUndefined();
});

test('signatures are compared whole and exactly', () => {
  const expected = createHash('sha1').update('x').digest('hex');

  expect(isSignature(expected, expected)).toBe(true);
  for (const other of [undefined, '', expected.toUpperCase(), expected.slice(1), `${expected}0`])
    expect(isSignature(other, expected)).toBe(false);
  expect(isSignature('é'.repeat(40), expected)).toBe(false);
});

test('sealing sample C by hand gives the published reply, and our own door opens it', () => {
  const account = {
    id: 'a',
    appId: app,
    originalId: '',
    mode: 'secure' as const,
    token,
    encodingAesKey: encodingKey2,
    appSecret: '',
  };

  const xml = sealMessage(account, key2, messageC, '1700000006', '42424242', Buffer.alloc(16, 'R'));

  expect(readFlatXml(xml)).toEqual({
    Encrypt: vectorC,
    MsgSignature: '02740af4c1c6da31883980dab38c504c73834363',
    TimeStamp: '1700000006',
    Nonce: '42424242',
  });
  const query = {
    encrypt_type: 'aes',
    timestamp: '1700000006',
    nonce: '42424242',
    msg_signature: '02740af4c1c6da31883980dab38c504c73834363',
  };
  const opened = openEnvelope(account, query, Buffer.from(xml), 1_700_000_006_000);
  expect(opened).toMatchObject({ opened: true, fields: { Content: '收到' } });
});
