import { createHash } from 'node:crypto';
import { aesKeyFrom, encrypt } from '../wire/crypto';
import { signatureOf } from '../wire/signature';
import type { WeComAgent } from './account';
import { openEcho, openEnvelope } from './envelope';

const corpId = 'ww1234567890abcdef';
const agent: WeComAgent = {
  id: 'acc1',
  corpId,
  agentId: '1000002',
  secret: 'unused',
  token: 'simToken2024',
  encodingAesKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
};
/** The sample shipped with the vendor's own libraries. */
const vendor: WeComAgent = {
  ...agent,
  corpId: 'wx5823bf96d3bd56c7',
  token: 'QDG6eK',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
const v2Message =
  '<xml><ToUserName><![CDATA[ww1234567890abcdef]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>1700000100</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[sales01]]></UserID><ExternalUserID><![CDATA[wmSIM0000000000000000000000001]]></ExternalUserID><State><![CDATA[ch_42]]></State><WelcomeCode><![CDATA[WELCOME_SIM_1]]></WelcomeCode></xml>';

interface Vector {
  name: string;
  of: WeComAgent;
  timestamp: string;
  nonce: string;
  message: string;
  prefix: string;
  sealed: string;
  signature: string;
}
const ours = { of: agent, prefix: '0123456789abcdef' };
const vectors: Vector[] = [
  {
    ...ours,
    name: 'URL verification',
    timestamp: '1700000000',
    nonce: 'nonceA1',
    message: '4372912345678901234',
    sealed:
      '4j/AuRx71kQlxVlzbpsMWAF3eid+ohyiE8pK8uF5XY6kerAoXKI7s+PMs0uDokwDXMnb4L6hUyG/TH6lyULYTw==',
    signature: '09d86f7e0c32b769dd9f51595239e33ddad134f4',
  },
  {
    ...ours,
    name: 'a customer event',
    timestamp: '1700000100',
    nonce: 'nonceB2',
    message: v2Message,
    sealed:
      '4j/AuRx71kQlxVlzbpsMWHSB5ZAcMr5Wev2TF3LFJgAGXqePh+M+ZoRfGS4OeTZGUIf7we9YZBoJl1auq5VrxIgLwkGqP7uYCQ6FMFRw9KrB2QqY8L4pvcsMY9NBUoEvVIM3U5DhliHaTf6f8D2RMFNrmMZ8q69RW80MojM6CRksE3KSV1zgn0LaNCkIUoDnyNiWzMHlYsZGN3cCDiyY+YO787jz/x5xjZPqPg3e4vHjn+2nflE693ARHw+r/pygx443R5MKzk5EoHemnV5cZpMO9/lNbTY2dWj6/UyFvcjx3TT+CCVmygXCH7qOA6gF/4UasUYP8yvY4uEQkhV/VyCUzY6eg/gbNu67Bvxu+R/piuHQwi/nMX8mmeoYosFK0DNjQhh1UI/MDEjeqVzj4mfXWvu4wZGrAjI772nS+mq8y71p6TLjxJ3SL35S0KQgsuvCUKGSVwYYtjZjPdiQLFYZ9U9Pa+hNhvq0xejXAnW97RG4p7YSaEJ4/ADLF+9BtzWlEbH2RJZ4jtok7RWJmkzxrOTMJA9lex/mQxcmTB7klcZa/7P0INDgdos4UJwyRTL70tcoiWylGAhaLyv1s2o+9YvT4hdZ2hkBJJWmlezMNjcss2kqR6eUVHpruztFh7f9CJwlX/WQZuIl9pFp6GO5K3qOQ5jJhuG7F1PjsmfjnU0v7ctq4rcdL+I8SRlfoyCQgPSQQyQ9I8MUDnt9TA==',
    signature: '72bc3dbd8a63fcbf29b4352e6c1834c77d732bb2',
  },
  {
    ...ours,
    name: 'multibyte text, whose length counts bytes',
    timestamp: '1700000200',
    nonce: '9f3c',
    message: '你好，企业微信',
    sealed:
      '4j/AuRx71kQlxVlzbpsMWGAjr3HTeHx46jz2NqTfVG+WDKLWwvmjajGKKcrOxhhBawve7KGkVRijwiIv9lKgBQ==',
    signature: '7a4eb6bf7ec7c5ae24e65c02b44b573f3ef65c63',
  },
  {
    ...ours,
    name: 'a whole block of padding',
    timestamp: '1700000300',
    nonce: '42',
    message: 'x'.repeat(26),
    sealed:
      '4j/AuRx71kQlxVlzbpsMWLdwa700XSzOWDMkXDdU+WosU+ewEoBShSctEkjIMzDlQzkP7INyRb86ZWTT3GnJIvNRJD3/itxxl/PhoQP3KdhoypNop0Tn8tWzgFXUn5fY',
    signature: 'b263ed42888caaa9125c01a2c78575ac9cb7551e',
  },
  {
    name: "the vendor's URL verification",
    of: vendor,
    timestamp: '1409659589',
    nonce: '263014780',
    message: '1616140317555161061',
    prefix: 'c41b64491c2468d0',
    sealed:
      'P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==',
    signature: '5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3',
  },
];
const v6 = {
  timestamp: '1409659813',
  nonce: '1372623149',
  msg_signature: '477715d11cdb4164915debcba66cb864d751f3e6',
  sealed:
    'RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q==',
};

const queryOf = ({ timestamp, nonce, signature }: Vector) => ({
  timestamp,
  nonce,
  msg_signature: signature,
});
const at = ({ timestamp }: { timestamp: string }) => Number(timestamp) * 1000;
const body = (sealed: string) =>
  Buffer.from(
    `<xml><ToUserName><![CDATA[${corpId}]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`,
  );

test.each(vectors)('seals and signs $name', (vector) => {
  const key = aesKeyFrom(vector.of.encodingAesKey)!;

  const sealed = encrypt(key, vector.message, vector.of.corpId, Buffer.from(vector.prefix));

  expect(sealed).toBe(vector.sealed);
  expect(signatureOf(vector.of.token, vector.timestamp, vector.nonce, sealed)).toBe(
    vector.signature,
  );
});

test.each([vectors[0]!, vectors[3]!, vectors[4]!])('the echo of $name is its content', (vector) => {
  const query = { ...queryOf(vector), echostr: vector.sealed };

  const checked = openEcho(vector.of, query, at(vector));

  expect(checked).toEqual({ opened: true, echo: vector.message });
});

test('opens a customer event and hashes what it says', () => {
  const opened = openEnvelope(
    agent,
    queryOf(vectors[1]!),
    body(vectors[1]!.sealed),
    at(vectors[1]!),
  );

  expect(opened).toMatchObject({
    opened: true,
    fields: { ExternalUserID: 'wmSIM0000000000000000000000001', WelcomeCode: 'WELCOME_SIM_1' },
    digest: createHash('sha256').update(v2Message).digest('base64url'),
  });
});

test("opens the vendor's sample message", () => {
  const opened = openEnvelope(vendor, v6, body(v6.sealed), at(v6));

  expect(opened).toMatchObject({
    opened: true,
    fields: {
      FromUserName: 'mycreate',
      Content: 'hello',
      MsgId: '4561255354251345929',
      AgentID: '218',
    },
  });
});

test('the key before the current one still opens, and no other does', () => {
  const current = { ...agent, encodingAesKey: vendor.encodingAesKey };
  const changing = { ...current, previousEncodingAesKey: agent.encodingAesKey };
  const open = (of: WeComAgent) =>
    openEnvelope(of, queryOf(vectors[1]!), body(vectors[1]!.sealed), at(vectors[1]!));

  expect(open(changing)).toMatchObject({ opened: true });
  expect(open(current)).toMatchObject({ opened: false, refusal: 'ciphertext' });
});

test('what is sealed for another corp is refused, by its receiver and by its address', () => {
  const key = aesKeyFrom(agent.encodingAesKey)!;
  const open = (sealed: string) =>
    openEnvelope(
      agent,
      {
        timestamp: '1700000100',
        nonce: 'n',
        msg_signature: signatureOf(agent.token, '1700000100', 'n', sealed),
      },
      body(sealed),
      1_700_000_100_000,
    );
  const foreign = v2Message.replace(corpId, 'ww0000000000000000');

  expect(open(encrypt(key, v2Message, 'ww0000000000000000'))).toMatchObject({
    refusal: 'ciphertext',
  });
  expect(open(encrypt(key, foreign, corpId))).toMatchObject({ refusal: 'other-account' });
});

test('the same words under another seal have the same hash', () => {
  const key = aesKeyFrom(agent.encodingAesKey)!;
  const hashes = ['1', '2'].map((nonce) => {
    const sealed = encrypt(key, v2Message, corpId);
    const msg_signature = signatureOf(agent.token, '1700000100', nonce, sealed);
    const query = { timestamp: '1700000100', nonce, msg_signature };
    const opened = openEnvelope(agent, query, body(sealed), 1_700_000_100_000);
    return opened.opened && opened.digest;
  });

  expect(hashes[0]).toBeTruthy();
  expect(hashes[0]).toBe(hashes[1]);
});
