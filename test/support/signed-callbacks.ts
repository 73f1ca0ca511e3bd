import { randomBytes, randomInt } from 'node:crypto';
import { seal, signatureOf, unseal } from '../../src/sandbox/callbacks/envelope';
import type { SandboxAccount } from './cluster';

/** What a message or event of a follower carries besides its envelope, as WeChat names it. */
export type CallbackFields = { FromUserName: string; CreateTime: number } & Record<
  string,
  string | number
>;
export type Answered = { status: number; reply: string | undefined };

export const textFields = (
  openid: string,
  messageId: string,
  text: string,
  createTime: number,
) => ({
  FromUserName: openid,
  CreateTime: createTime,
  MsgType: 'text',
  Content: text,
  MsgId: messageId,
});

/** One delivery, as WeChat makes it: encrypted afresh each time, with a nonce of its own. */
export async function deliver(
  base: string,
  account: SandboxAccount,
  fields: CallbackFields,
  timeoutMs = 5_000,
): Promise<Answered> {
  const { appId, originalId, token, encodingAesKey } = account;
  const inner = Object.entries({ ToUserName: originalId, ...fields })
    .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
    .join('');
  const sealed = seal(encodingAesKey, appId, randomBytes(16), `<xml>${inner}</xml>`);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const nonce = String(randomInt(1e9));
  const query = new URLSearchParams({
    signature: signatureOf(token, timestamp, nonce),
    timestamp,
    nonce,
    openid: fields.FromUserName,
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
