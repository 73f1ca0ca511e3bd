import { Builder } from 'xml2js';
import { HttpFailure, type HttpClient } from '../../kernel/http-client';
import { readNestedXml } from '../wire/nested-xml';
import { textOf, type XmlTree } from '../wire/xml-tree';
import { isGiven, signV2, type V2Fields } from './sign-v2';

/** What a v2 call needs of a merchant. Keys and certificate are secrets: never logged, never in an error. */
export interface MerchantV2 {
  readonly id: string;
  readonly mchId: string;
  readonly apiV2Key: string;
  readonly certPem: string;
  readonly keyPem: string;
  /** Only for a stand-in of the platform with a certificate of its own making. */
  readonly caPem?: string;
}

export type UnknownReason =
  | 'timeout'
  | 'reset'
  | 'connect'
  | 'too-large'
  | 'http-status'
  | 'unreadable'
  | 'reply-signature'
  | 'foreign-reply'
  | 'no-error-code'
  | 'unknown-state';

export type V2Answer =
  | { readonly kind: 'answered'; readonly fields: XmlTree }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason; readonly status?: number };

const builder = new Builder({
  rootName: 'xml',
  headless: true,
  cdata: true,
  renderOpts: { pretty: false },
});

/** The body of a v2 call: every field that holds something, then the signature. */
export function writeV2(fields: V2Fields, apiV2Key: string): string {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => isGiven(value)));
  return builder.buildObject({ ...given, sign: signV2(given, apiV2Key) });
}

/**
 * One v2 call with the client certificate. Everything but HTTP 200 with an `<xml>` that holds a return_code is
 * *unknown*: money may have moved.
 */
export async function callV2(
  http: Pick<HttpClient, 'request'>,
  merchant: MerchantV2,
  url: string,
  fields: V2Fields,
  timeoutMs: number,
): Promise<V2Answer> {
  const { certPem: cert, keyPem: key, caPem } = merchant;
  let text: string;
  try {
    const answer = await http.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      body: writeV2(fields, merchant.apiV2Key),
      timeoutMs,
      maxBytes: 256_000,
      tls: { cert, key, ...(caPem !== undefined && { ca: caPem }) },
    });
    if (answer.status !== 200)
      return { kind: 'unknown', reason: 'http-status', status: answer.status };
    text = answer.body.toString('utf8');
  } catch (error) {
    if (error instanceof HttpFailure) return { kind: 'unknown', reason: error.reason };
    throw error;
  }
  const reply = readNestedXml(text);
  const returnCode = reply ? textOf(reply, 'return_code') : '';
  if (!reply || (returnCode !== 'SUCCESS' && returnCode !== 'FAIL'))
    return { kind: 'unknown', reason: 'unreadable' };
  // Most replies of these calls are unsigned; one that is signed must be right.
  const sign = textOf(reply, 'sign');
  if (sign !== '' && isFlat(reply) && signV2(reply, merchant.apiV2Key) !== sign)
    return { kind: 'unknown', reason: 'reply-signature' };
  return { kind: 'answered', fields: reply };
}

const isFlat = (tree: XmlTree): tree is Readonly<Record<string, string>> =>
  Object.values(tree).every((value) => typeof value === 'string');
