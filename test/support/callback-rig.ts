import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { StillClock } from '../../src/kernel/clock';
import { silentLog } from '../../src/kernel/log';
import type { InboundEvent, Reply } from '../../src/channels/inbound-event';
import { aesKeyFrom, encrypt } from '../../src/channels/wire/crypto';
import type { ChannelAccount } from '../../src/channels/official-account/account';
import { callbackRoutes } from '../../src/channels/official-account/callback.routes';

export const key = 'Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZkdISUo';
export const oldKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
export const now = 1_700_000_001_000;
export const base: ChannelAccount = {
  id: 'acc1',
  appId: 'wx0123456789abcdef',
  originalId: 'gh_0123456789ab',
  mode: 'secure',
  token: 'simToken_2024',
  encodingAesKey: key,
  previousEncodingAesKey: oldKey,
  appSecret: 'unused',
};
export const accounts: Record<string, ChannelAccount> = {
  secure: base,
  compatible: { ...base, id: 'acc2', mode: 'compatible' },
  plain: { ...base, id: 'acc3', mode: 'plain' },
};
export const message =
  '<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><FromUserName><![CDATA[oTEST1]]></FromUserName>' +
  '<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content><MsgId>24000000000000001</MsgId></xml>';

// The platform's side of a callback, written here a second time on purpose.
export const sha1 = (...parts: string[]) =>
  createHash('sha1').update(parts.sort().join('')).digest('hex');
export type Signed = { query: Record<string, string>; body: string };
export function secure(
  inner = message,
  options: { key?: string; appId?: string; at?: number; token?: string } = {},
): Signed {
  const { appId = base.appId, at = now, token = base.token } = options;
  const sealed = encrypt(aesKeyFrom(options.key ?? key)!, inner, appId);
  const timestamp = String(Math.floor(at / 1000));
  return {
    query: {
      signature: sha1(token, timestamp, '987654321'),
      timestamp,
      nonce: '987654321',
      openid: 'oTEST1',
      encrypt_type: 'aes',
      msg_signature: sha1(token, timestamp, '987654321', sealed),
    },
    body: `<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`,
  };
}
export function plain(inner = message): Signed {
  const timestamp = String(now / 1000);
  return {
    query: { signature: sha1(base.token, timestamp, '1'), timestamp, nonce: '1' },
    body: inner,
  };
}

export const taken: InboundEvent[] = [];
export const refusals: string[] = [];
/** What our side does with a callback that was taken. */
export const ours: { reply: Reply | undefined; isFailing: boolean } = {
  reply: undefined,
  isFailing: false,
};
let server: http.Server;
let origin = '';
export const originOfCallbacks = (): string => origin;

/** The routes on a port of their own for the tests of one file, forgetful between them. */
export function serveCallbacks(): void {
  beforeAll(async () => {
    const app = new Koa();
    const router = callbackRoutes({
      accounts: (appId) => accounts[appId],
      takeEvent: async (event) => {
        await Promise.resolve();
        if (ours.isFailing) throw new Error('no database');
        taken.push(event);
        return ours.reply;
      },
      clock: new StillClock(now),
      log: silentLog,
      metrics: { taken: () => undefined, refused: (reason) => refusals.push(reason) },
      bodyTimeoutMs: 300,
    });
    app.use(router.routes());
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    taken.length = 0;
    refusals.length = 0;
    ours.reply = undefined;
    ours.isFailing = false;
  });
}

export const post = async (
  appId: string,
  {
    query,
    body,
  }: { query: Record<string, string> | string; body: string | Uint8Array<ArrayBuffer> },
  headers: Record<string, string> = {},
) => {
  const search = typeof query === 'string' ? query : new URLSearchParams(query).toString();
  const answer = await fetch(`${origin}/callback/official-account/${appId}?${search}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/xml', ...headers },
  });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
};
