import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Koa from 'koa';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox';
import { seal, signatureOf, unseal } from '../../src/sandbox/callbacks/envelope';
import { signatureOf as paySignature } from '../../src/sandbox/pay/signature';
import { buildXml, parseXml, textOf, type XmlFields } from '../../src/sandbox/wire/xml';

export interface Pushed {
  query: URLSearchParams;
  body: string;
  /** The plain fields, after decryption where needed. */
  fields: XmlFields;
}

/** What the small app of a test answers; a function may also never resolve. */
export type Answerer = (pushed: Pushed) => Promise<AppAnswer> | AppAnswer;
export interface AppAnswer {
  status?: number;
  body: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
export type Loose = any;

export interface Rig {
  base: string;
  appId: string;
  appSecret: string;
  originalId: string;
  pushes: Pushed[];
  answer: Answerer;
  /** The sealed passive text reply to a push. */
  reply: (pushed: Pushed, text: string) => AppAnswer;
  api: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: Loose }>;
  wechat: (path: string, body?: unknown, query?: string) => Promise<Loose>;
  rawWechat: (path: string, body?: unknown, query?: string) => Promise<string>;
  token: () => Promise<string>;
  forgetToken: () => void;
  pay: (
    merchant: Loose,
    path: string,
    fields: Record<string, string>,
    options?: PayOptions,
  ) => Promise<Loose>;
  connect: (mode?: 'secure' | 'compatible' | 'plain') => Promise<void>;
  sandbox: Sandbox;
  reopen: () => Promise<void>;
  close: () => Promise<void>;
}

/** One text field of a push. */
export const field = (pushed: Pushed, name: string): string => textOf(pushed.fields, name);

export interface PayOptions {
  withoutCertificate?: boolean;
  certificate?: { certPem: string; keyPem: string };
  sign?: string;
  rawBody?: string;
}

const TOKEN = 'rigToken2026';
const AES_KEY = 'Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZkdISUo';

export async function openRig(options: Partial<SandboxOptions> = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'guanxi-sandbox-'));
  const given: SandboxOptions = {
    dataFile: join(folder, 'sandbox.db'),
    tlsDir: join(tmpdir(), `guanxi-sandbox-tls-${process.pid}`),
    callback: { timeoutMs: 250, gapMs: 20, attempts: 3 },
    settleMs: 100,
    receiptDelayMs: [0, 5],
    ...options,
  };
  let current = await serve(given);
  const pushes: Pushed[] = [];
  let answer: Answerer = () => ({ body: 'success' });
  const app = await startApp(() => answer, pushes);
  const mine = await json(current.base, 'POST', '/sandbox/api/accounts', { name: '山茶花' });
  const account: Loose = mine.body;
  let token = '';

  const rig: Rig = {
    get base() {
      return current.base;
    },
    appId: account.appId,
    appSecret: account.appSecret,
    originalId: account.originalId,
    pushes,
    get answer() {
      return answer;
    },
    set answer(next: Answerer) {
      answer = next;
    },
    get sandbox() {
      return current.sandbox;
    },
    reply: (pushed, text) => ({ body: passiveText(account, pushed, text) }),
    api: (method, path, body, headers) =>
      json(current.base, method, `/sandbox/api${path}`, body, headers),
    token: async () => {
      if (token === '') {
        const made = await json(current.base, 'POST', '/sandbox/wechat/cgi-bin/stable_token', {
          grant_type: 'client_credential',
          appid: account.appId,
          secret: account.appSecret,
        });
        token = made.body.access_token;
      }
      return token;
    },
    forgetToken: () => {
      token = '';
    },
    rawWechat: async (path, body, query = '') => {
      const url = `${current.base}/sandbox/wechat${path}?access_token=${await rig.token()}${query}`;
      const method = body === undefined ? 'GET' : 'POST';
      const answered = await fetch(url, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return answered.text();
    },
    wechat: async (path, body, query) => JSON.parse(await rig.rawWechat(path, body, query)),
    pay: (merchant, path, fields, how = {}) => callPay(merchant, path, fields, how),
    connect: async (mode = 'secure') => {
      const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`;
      const wanted = { url, token: TOKEN, encodingAesKey: AES_KEY, mode };
      const connected = await rig.api('POST', `/accounts/${account.appId}/callback`, wanted);
      if (connected.status !== 200) throw new Error('the callback was refused');
    },
    reopen: async () => {
      await current.close();
      current = await serve(given);
    },
    close: async () => {
      await current.close();
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

async function serve(
  options: SandboxOptions,
): Promise<{ base: string; sandbox: Sandbox; close: () => Promise<void> }> {
  const sandbox = await openSandbox(options);
  const koa = new Koa();
  koa.use(sandbox.routes);
  const server = koa.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  await sandbox.startPay();
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sandbox,
    close: async () => {
      await sandbox.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function startApp(answerer: () => Answerer, pushes: Pushed[]): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://app');
      if (request.method === 'GET') {
        const { searchParams: query } = url;
        const expected = signatureOf(TOKEN, query.get('timestamp') ?? '', query.get('nonce') ?? '');
        const genuine = query.get('signature') === expected;
        response.statusCode = genuine ? 200 : 403;
        response.end(genuine ? query.get('echostr') : 'no');
        return;
      }
      const body = await textBody(request);
      if (url.pathname === '/sandbox-clock') {
        response.end('{}');
        return;
      }
      const pushed = opened(url.searchParams, body);
      pushes.push(pushed);
      const answer = await answerer()(pushed);
      response.statusCode = answer.status ?? 200;
      response.end(answer.body);
    })();
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function opened(query: URLSearchParams, body: string): Pushed {
  const outer = parseXml(body) ?? {};
  const sealed = textOf(outer, 'Encrypt');
  if (sealed === '') return { query, body, fields: outer };
  const signed = signatureOf(TOKEN, query.get('timestamp') ?? '', query.get('nonce') ?? '', sealed);
  if (signed !== query.get('msg_signature')) throw new Error('the push is not signed right');
  const plain = appIds
    .map((appId) => unseal(AES_KEY, appId, sealed))
    .find((one) => one !== undefined);
  return { query, body, fields: parseXml(plain ?? '') ?? {} };
}

const appIds: string[] = [];

function passiveText(account: Loose, pushed: Pushed, text: string): string {
  const plain = buildXml({
    ToUserName: textOf(pushed.fields, 'FromUserName'),
    FromUserName: account.originalId,
    CreateTime: 1_700_000_000,
    MsgType: 'text',
    Content: text,
  });
  if (pushed.query.get('encrypt_type') !== 'aes') return plain;
  const sealed = seal(AES_KEY, account.appId, randomBytes(16), plain);
  const signature = signatureOf(TOKEN, '1700000006', '42', sealed);
  return buildXml({
    Encrypt: sealed,
    MsgSignature: signature,
    TimeStamp: 1_700_000_006,
    Nonce: '42',
  });
}

async function json(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<{ status: number; body: Loose }> {
  const answered = await fetch(base + path, {
    method,
    headers: { ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answered.text();
  const parsed: Loose = text === '' ? undefined : JSON.parse(text);
  if (path.endsWith('/accounts') && method === 'POST') appIds.push(parsed.appId);
  return { status: answered.status, body: parsed };
}

async function textBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function callPay(
  merchant: Loose,
  path: string,
  fields: Record<string, string>,
  how: PayOptions,
): Promise<Loose> {
  const signed = { nonce_str: randomBytes(8).toString('hex'), mch_id: merchant.mchId, ...fields };
  const sign = how.sign ?? paySignature(signed, merchant.apiV2Key);
  const body = how.rawBody ?? buildXml({ ...signed, sign });
  const { certPem, keyPem } = how.certificate ?? merchant;
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${merchant.payBaseUrl}/mmpaymkttransfers/${path}`,
      {
        method: 'POST',
        ca: merchant.caPem,
        agent: false,
        ...(how.withoutCertificate ? {} : { cert: certPem, key: keyPem }),
        timeout: 1_500,
      },
      (response) => {
        textBody(response).then(
          (text) => resolve({ httpStatus: response.statusCode, text, ...parseXml(text) }),
          reject,
        );
      },
    );
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
    request.end(body);
  });
}
