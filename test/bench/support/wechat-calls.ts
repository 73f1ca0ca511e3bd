import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

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
 * Sends the calls over `connections` keep-alive connections, each waiting for its answer. Requests are bytes
 * made beforehand and answers are read by their length only, so that what is compared are the servers and not
 * what a client leaves them of the machine.
 */
export async function fire(
  port: number,
  calls: Call[],
  connections: number,
): Promise<{ seconds: number; answers: Answered[] }> {
  const requests = calls.map((call) => ({ call, bytes: requestOf(call) }));
  const answers: Answered[] = [];
  let next = 0;
  const lanes = await Promise.all(Array.from({ length: connections }, () => openLane(port)));
  const started = performance.now();
  await Promise.all(
    lanes.map(async (lane) => {
      for (let one = requests[next++]; one; one = requests[next++]) {
        const sent = performance.now();
        const answer = await lane.ask(one.bytes);
        answers.push({ call: one.call, ...answer, ms: performance.now() - sent });
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const lane of lanes) lane.close();
  return { seconds, answers };
}

function requestOf({ path, body }: Call): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

type Lane = { ask(request: Buffer): Promise<{ status: number; body: string }>; close(): void };

async function openLane(port: number): Promise<Lane> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let waiting:
    | {
        resolve: (answer: { status: number; body: string }) => void;
        reject: (error: Error) => void;
      }
    | undefined;
  let seen = Buffer.alloc(0);
  socket.on('data', (part) => {
    seen = seen.length === 0 ? part : Buffer.concat([seen, part]);
    const answer = answerIn(seen);
    if (!answer) return;
    seen = Buffer.alloc(0);
    waiting?.resolve(answer);
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the server closed a connection')));
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** A whole answer of HTTP/1.1 with a Content-Length, as both servers give; undefined until all of it is there. */
function answerIn(bytes: Buffer): { status: number; body: string } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
  if (Number.isNaN(length)) throw new Error(`an answer without a length: ${head}`);
  if (bytes.length < end + 4 + length) return undefined;
  return {
    status: Number(head.slice(9, 12)),
    body: bytes.toString('utf8', end + 4, end + 4 + length),
  };
}

/** Opens an encrypted answer and gives the text inside. */
export function textOf(body: string): string {
  const sealed = /<Encrypt><!\[CDATA\[([^\]]+)\]\]><\/Encrypt>/.exec(body)?.[1];
  if (!sealed) return '';
  const xml = decrypt(sealed);
  return /<Content><!\[CDATA\[([\s\S]*?)\]\]><\/Content>/.exec(xml)?.[1] ?? '';
}
