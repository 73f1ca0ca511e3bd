import { createHash } from 'node:crypto';

/** API v2: every non-empty field but `sign`, by name, with the key at the end; MD5, upper case. */
export function signatureOf(fields: Record<string, string>, apiV2Key: string): string {
  const line = Object.entries(fields)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return createHash('md5').update(`${line}&key=${apiV2Key}`).digest('hex').toUpperCase();
}
