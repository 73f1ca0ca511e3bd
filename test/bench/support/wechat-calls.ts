import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Pool } from 'undici';

/** A WeChat of the bench's own: encrypted callbacks made beforehand, answers opened and compared afterwards. */
export const account = {
  appId: 'wxbench0000000001',
  originalId: 'gh_bench00000001',
  token: 'benchtoken2026',
  secret: 'bench-secret-0000000000000000',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
};
const key = Buffer.from(`${account.encodingAesKey}=`, 'base64');
const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');

function encrypt(text: string): string {
  const message = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const whole = Buffer.concat([randomBytes(16), length, message, Buffer.from(account.appId)]);
  const pad = 32 - (whole.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([whole, Buffer.alloc(pad, pad)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

export function decrypt(sealed: string): string {
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const bytes = Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()]);
  return bytes.subarray(20, 20 + bytes.readUInt32BE(16)).toString('utf8');
}

export type Call = { path: string; body: Buffer; openid: string; messageId: string };

let lastId = 24_000_000_000_000_000n + BigInt(Math.floor(Math.random() * 1e12)) * 1000n;

/** `count` different text messages from `people` followers, signed now. */
export function makeCalls(basePath: string, count: number, people: number, text: string): Call[] {
  const now = Math.floor(Date.now() / 1000);
  return Array.from({ length: count }, (_, index) => {
    lastId += 1n;
    const messageId = String(lastId);
    const openid = `oBench${String(index % people).padStart(22, '0')}`;
    const xml = `<xml><ToUserName><![CDATA[${account.originalId}]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName><CreateTime>${now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${messageId}</MsgId></xml>`;
    const sealed = encrypt(xml);
    const nonce = String(Math.floor(Math.random() * 1e10));
    const query = new URLSearchParams({
      signature: sha1(account.token, String(now), nonce),
      timestamp: String(now),
      nonce,
      openid,
      encrypt_type: 'aes',
      msg_signature: sha1(account.token, String(now), nonce, sealed),
    });
    const body = Buffer.from(
      `<xml><ToUserName><![CDATA[${account.originalId}]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`,
    );
    return { path: `${basePath}?${query.toString()}`, body, openid, messageId };
  });
}

export type Answered = { call: Call; status: number; body: string; ms: number };

/**
 * Sends the calls over `connections` keep-alive connections, each waiting for its answer. By a client that
 * costs little, so that what is compared are the servers and not what the client leaves them of the machine.
 */
export async function fire(
  port: number,
  calls: Call[],
  connections: number,
): Promise<{ seconds: number; answers: Answered[] }> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 });
  const answers: Answered[] = [];
  let next = 0;
  const lane = async () => {
    for (let call = calls[next++]; call; call = calls[next++]) {
      answers.push(await send(pool, call));
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, lane));
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  return { seconds, answers };
}

function send(pool: Pool, call: Call): Promise<Answered> {
  const started = performance.now();
  const parts: Buffer[] = [];
  let status = 0;
  return new Promise((resolve, reject) => {
    pool.dispatch(
      { path: call.path, method: 'POST', body: call.body, headers: { 'content-type': 'text/xml' } },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_, code) => void (status = code),
        onResponseData: (_, part) => void parts.push(part),
        onResponseEnd: () => {
          const body = Buffer.concat(parts).toString('utf8');
          resolve({ call, status, body, ms: performance.now() - started });
        },
        onResponseError: (_, error) => reject(error),
      },
    );
  });
}

/** Opens an encrypted answer and gives the text inside. */
export function textOf(body: string): string {
  const sealed = /<Encrypt><!\[CDATA\[([^\]]+)\]\]><\/Encrypt>/.exec(body)?.[1];
  if (!sealed) return '';
  const xml = decrypt(sealed);
  return /<Content><!\[CDATA\[([\s\S]*?)\]\]><\/Content>/.exec(xml)?.[1] ?? '';
}
