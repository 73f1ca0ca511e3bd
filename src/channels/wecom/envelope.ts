import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { callbackLimits } from '../wire/callback-limits';
import {
  proveStamp,
  refused,
  type CallbackQuery,
  type RefusedEnvelope,
} from '../wire/callback-query';
import { aesKeyFrom, decrypt, type AesKey } from '../wire/crypto';
import { readFlatXml } from '../wire/flat-xml';
import { readNestedXml } from '../wire/nested-xml';
import { isSignature, signatureOf } from '../wire/signature';
import { textOf, type XmlTree } from '../wire/xml-tree';
import type { WeComAgent } from './account';

export type OpenedEnvelope = {
  readonly opened: true;
  readonly fields: XmlTree;
  /** Hash of the decrypted text: a repeat carries the same text under another seal. */
  readonly digest: string;
};

const prepared = new WeakMap<WeComAgent, readonly AesKey[]>();

/**
 * Answers the URL check. Unlike an Official Account's, the echo is a ciphertext: its content goes back
 * bare, within a second.
 */
export function openEcho(
  agent: WeComAgent,
  query: CallbackQuery,
  now: number,
  skewMs?: number,
): { opened: true; echo: string } | RefusedEnvelope {
  const opened = openSealed(agent, query, query['echostr'] ?? '', now, skewMs);
  if ('refusal' in opened) return opened;
  const echo = opened.toString('utf8');
  const isEcho = /^[\x21-\x7e]+$/.test(echo) && echo.length <= callbackLimits.echoLength;
  return isEcho ? { opened: true, echo } : refused('query', 403);
}

/** Proves and opens one callback: signature first, then the key, then whom it is for. */
export function openEnvelope(
  agent: WeComAgent,
  query: CallbackQuery,
  body: Buffer,
  now: number,
  skewMs?: number,
): OpenedEnvelope | RefusedEnvelope {
  const outer = isUtf8(body) ? readFlatXml(body.toString('utf8').trim()) : undefined;
  const message = openSealed(agent, query, outer ? textOf(outer, 'Encrypt') : '', now, skewMs);
  if ('refusal' in message) return message;
  if (!isUtf8(message)) return refused('xml', 403);
  const text = message.toString('utf8');
  const fields = readFlatXml(text) ?? readNestedXml(text);
  if (!fields) return refused('xml', 403);
  if (textOf(fields, 'ToUserName') !== agent.corpId) return refused('other-account', 403);
  return { opened: true, fields, digest: hash('sha256', message, 'base64url') };
}

function openSealed(
  agent: WeComAgent,
  query: CallbackQuery,
  sealed: string,
  now: number,
  skewMs: number | undefined,
): Buffer | RefusedEnvelope {
  const stamp = proveStamp(query, now, skewMs);
  if ('refusal' in stamp) return stamp;
  if (sealed === '') return refused('not-encrypted', 403);
  const expected = signatureOf(agent.token, stamp.timestamp, stamp.nonce, sealed);
  if (!isSignature(query['msg_signature'], expected)) return refused('signature', 403);
  for (const key of keysOf(agent)) {
    const message = decrypt(key, sealed, agent.corpId);
    if (message) return message;
  }
  return refused('ciphertext', 403);
}

function keysOf(agent: WeComAgent): readonly AesKey[] {
  const known = prepared.get(agent);
  if (known) return known;
  const keys = [agent.encodingAesKey, agent.previousEncodingAesKey]
    .map((text) => (text === undefined || text === '' ? undefined : aesKeyFrom(text)))
    .filter((key) => key !== undefined);
  prepared.set(agent, keys);
  return keys;
}
