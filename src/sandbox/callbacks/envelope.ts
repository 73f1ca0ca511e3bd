import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/** SHA-1 over the parts sorted by code unit, lower-case hex: the one signature of all callback modes. */
export function signatureOf(...parts: string[]): string {
  const sorted = parts.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return createHash('sha1').update(sorted.join('')).digest('hex');
}

const keyOf = (aesKey: string) => Buffer.from(`${aesKey}=`, 'base64');

/** WeChat pads to 32, not to the cipher's 16, so node's own padding must stay off. */
export function seal(aesKey: string, appId: string, prefix: Buffer, message: string): string {
  const key = keyOf(aesKey);
  const text = Buffer.from(message, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([prefix, length, text, Buffer.from(appId)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([
    cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])),
    cipher.final(),
  ]).toString('base64');
}

/** The message inside, or undefined for anything that was not made with this key for this account. */
export function unseal(aesKey: string, appId: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  if (bytes.length === 0 || bytes.length % 32 !== 0) return undefined;
  const key = keyOf(aesKey);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(bytes), decipher.final()]);
  const pad = padded[padded.length - 1] ?? 0;
  if (pad < 1 || pad > 32) return undefined;
  const plain = padded.subarray(0, padded.length - pad);
  if (plain.length < 20) return undefined;
  const end = 20 + plain.readUInt32BE(16);
  if (end > plain.length || plain.subarray(end).toString() !== appId) return undefined;
  return plain.subarray(20, end).toString('utf8');
}
