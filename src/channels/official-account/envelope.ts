import { isUtf8 } from 'node:buffer';
import type { Reply } from '../inbound-event';
import {
  proveStamp,
  refused,
  type CallbackQuery,
  type RefusedEnvelope,
} from '../wire/callback-query';
import { aesKeyFrom, decrypt, encrypt, type AesKey } from '../wire/crypto';
import { readFlatXml } from '../wire/flat-xml';
import { readNestedXml } from '../wire/nested-xml';
import { isSignature, signatureOf } from '../wire/signature';
import { textOf, type XmlTree } from '../wire/xml-tree';
import type { ChannelAccount } from './account';
import { limits } from './limits';
import { writePassiveReply } from './passive-reply';

export type OpenedEnvelope = {
  readonly opened: true;
  readonly fields: XmlTree;
  /** The key that opened it, which also seals the answer; absent when it came in plain. */
  readonly usedKey?: AesKey;
  readonly nonce: string;
};

export { readCallbackQuery, type CallbackQuery } from '../wire/callback-query';

type Prepared = { readonly keys: readonly AesKey[] };

const prepared = new WeakMap<ChannelAccount, Prepared>();

/** Answers the URL check: the text to echo, or a refusal. `echostr` is plain in every mode. */
export function openEcho(
  account: ChannelAccount,
  query: CallbackQuery,
  now: number,
  skewMs?: number,
): { opened: true; echo: string } | RefusedEnvelope {
  const stamp = proveStamp(query, now, skewMs);
  if ('refusal' in stamp) return stamp;
  const expected = signatureOf(account.token, stamp.timestamp, stamp.nonce);
  if (!isSignature(query['signature'], expected)) return refused('signature', 403);
  const echo = query['echostr'] ?? '';
  const isEcho = /^[\x21-\x7e]+$/.test(echo) && echo.length <= limits.callback.echoLength;
  return isEcho ? { opened: true, echo } : refused('query', 400);
}

/**
 * Proves and opens one callback. In compatible mode only the encrypted part counts; plain text is read
 * only for an account that is set to plain, because there the signature does not cover the body.
 */
export function openEnvelope(
  account: ChannelAccount,
  query: CallbackQuery,
  body: Buffer,
  now: number,
  skewMs?: number,
): OpenedEnvelope | RefusedEnvelope {
  const stamp = proveStamp(query, now, skewMs);
  if ('refusal' in stamp) return stamp;
  if (body.length === 0 || !isUtf8(body)) return refused('body', 400);
  const { timestamp, nonce } = stamp;
  if (account.mode === 'plain' && query['encrypt_type'] !== 'aes') {
    const expected = signatureOf(account.token, timestamp, nonce);
    if (!isSignature(query['signature'], expected)) return refused('signature', 403);
    return addressed(account, readXml(body.toString('utf8')), nonce);
  }
  if (query['encrypt_type'] !== 'aes') return refused('not-encrypted', 403);

  const outer = body.toString('utf8');
  const envelope = account.mode === 'compatible' ? readXml(outer) : readFlatXml(outer);
  const sealed = envelope ? textOf(envelope, 'Encrypt') : '';
  if (sealed === '') return refused(envelope ? 'not-encrypted' : 'xml', envelope ? 403 : 400);
  const expected = signatureOf(account.token, timestamp, nonce, sealed);
  if (!isSignature(query['msg_signature'], expected)) return refused('signature', 403);
  for (const key of keysOf(account)) {
    const message = decrypt(key, sealed, account.appId);
    if (!message) continue;
    if (!isUtf8(message)) return refused('xml', 400);
    return addressed(account, readXml(message.toString('utf8')), nonce, key);
  }
  return refused('ciphertext', 403);
}

/**
 * The HTTP body that answers an opened callback, sealed with the key that opened it. Undefined when the
 * reply holds nothing WeChat could show; `success` is the answer then.
 */
export function sealReply(
  account: ChannelAccount,
  envelope: OpenedEnvelope,
  reply: Reply,
  now: number,
): string | undefined {
  const timestamp = String(Math.floor(now / 1000));
  const message = writePassiveReply(reply, {
    to: textOf(envelope.fields, 'FromUserName'),
    from: textOf(envelope.fields, 'ToUserName'),
    createTime: timestamp,
  });
  if (message === undefined || envelope.usedKey === undefined) return message;
  return sealMessage(account, envelope.usedKey, message, timestamp, envelope.nonce);
}

/** Encrypts and signs one inner message; `prefix` is random unless a test vector says otherwise. */
export function sealMessage(
  account: Pick<ChannelAccount, 'token' | 'appId'>,
  key: AesKey,
  message: string,
  timestamp: string,
  nonce: string,
  prefix?: Buffer,
): string {
  const sealed = encrypt(key, message, account.appId, prefix);
  const signature = signatureOf(account.token, timestamp, nonce, sealed);
  const safeNonce = nonce.replaceAll(']]>', ']]]]><![CDATA[>');
  return (
    `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt><MsgSignature><![CDATA[${signature}]]></MsgSignature>` +
    `<TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${safeNonce}]]></Nonce></xml>`
  );
}

function addressed(
  account: ChannelAccount,
  fields: XmlTree | undefined,
  nonce: string,
  usedKey?: AesKey,
): OpenedEnvelope | RefusedEnvelope {
  if (!fields) return refused('xml', 400);
  const isOurs = account.originalId === '' || textOf(fields, 'ToUserName') === account.originalId;
  if (!isOurs) return refused('other-account', 403);
  return { opened: true, fields, nonce, ...(usedKey && { usedKey }) };
}

function readXml(text: string): XmlTree | undefined {
  return readFlatXml(text) ?? readNestedXml(text);
}

function keysOf(account: ChannelAccount): readonly AesKey[] {
  const known = prepared.get(account);
  if (known) return known.keys;
  const keys = [account.encodingAesKey, account.previousEncodingAesKey]
    .map((text) => (text === undefined || text === '' ? undefined : aesKeyFrom(text)))
    .filter((key) => key !== undefined);
  prepared.set(account, { keys });
  return keys;
}
