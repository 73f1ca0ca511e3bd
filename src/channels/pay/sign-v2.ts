import { createHash, createHmac } from 'node:crypto';

/** Fields of a v2 call as they are signed and sent; empty ones are neither. */
export type V2Fields = Readonly<Record<string, string | number | null | undefined>>;

/** Sorted `k=v` pairs of every field that holds something, values raw. */
export function canonicalV2(fields: V2Fields): string {
  return Object.keys(fields)
    .filter((name) => name !== 'sign' && isGiven(fields[name]))
    .sort()
    .map((name) => `${name}=${String(fields[name])}`)
    .join('&');
}

/** Red packets are signed with MD5 and must not carry `sign_type`. */
export function signV2(fields: V2Fields, apiV2Key: string): string {
  return createHash('md5').update(keyed(fields, apiV2Key), 'utf8').digest('hex').toUpperCase();
}

/** For the v2 calls that document `sign_type`; the key is both in the text and the HMAC key. */
export function signV2Hmac(fields: V2Fields, apiV2Key: string): string {
  return createHmac('sha256', apiV2Key)
    .update(keyed(fields, apiV2Key), 'utf8')
    .digest('hex')
    .toUpperCase();
}

export const isGiven = (value: string | number | null | undefined) =>
  value !== undefined && value !== null && value !== '';

const keyed = (fields: V2Fields, apiV2Key: string) => `${canonicalV2(fields)}&key=${apiV2Key}`;
