import { randomBytes, randomInt } from 'node:crypto';
import { seal, signatureOf, unseal } from '../../src/sandbox/callbacks/envelope';
import type { SandboxAccount } from './cluster';

export type TextMessage = { openid: string; messageId: string; text: string; createdAt: number };
export type Answered = { status: number; reply: string | undefined };

/** One delivery of a message, as WeChat makes it: encrypted afresh each time, with a nonce of its own. */
export async function deliver(
  base: string,
  account: SandboxAccount,
  message: TextMessage,
  timeoutMs = 5_000,
): Promise<Answered> {
  const { appId, originalId, token, encodingAesKey } = account;
  const xml =
    `<xml><ToUserName><![CDATA[${originalId}]]></ToUserName>` +
    `<FromUserName><![CDATA[${message.openid}]]></FromUserName><CreateTime>${message.createdAt}</CreateTime>` +
    `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${message.text}]]></Content>` +
    `<MsgId>${message.messageId}</MsgId></xml>`;
  const sealed = seal(encodingAesKey, appId, randomBytes(16), xml);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const nonce = String(randomInt(1e9));
  const query = new URLSearchParams({
    signature: signatureOf(token, timestamp, nonce),
    timestamp,
    nonce,
    openid: message.openid,
    encrypt_type: 'aes',
    msg_signature: signatureOf(token, timestamp, nonce, sealed),
  });
  const answer = await fetch(`${base}/callback/official-account/${appId}?${query.toString()}`, {
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: `<xml><ToUserName><![CDATA[${originalId}]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`,
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: answer.status, reply: textOf(account, await answer.text()) };
}

function textOf({ encodingAesKey, appId }: SandboxAccount, body: string): string | undefined {
  const sealed = /<Encrypt><!\[CDATA\[([^\]]+)\]\]><\/Encrypt>/.exec(body)?.[1];
  if (!sealed) return undefined;
  const xml = unseal(encodingAesKey, appId, sealed) ?? '';
  return /<Content><!\[CDATA\[([\s\S]*?)\]\]><\/Content>/.exec(xml)?.[1];
}
