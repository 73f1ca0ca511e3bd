import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/**
 * Secrets at rest: AES-256-GCM under the master key. `place` (table, row, column) is authenticated,
 * so a sealed value copied to another row does not open.
 */
export interface Seal {
  seal(plain: string, place: string): string;
  open(sealed: string, place: string): string;
  /** A keyed hash for looking up or comparing without keeping the value. */
  fingerprint(value: string): string;
}

export function openSeal(masterKey: Buffer): Seal {
  if (masterKey.length !== 32) throw new Error('the master key must be 32 bytes');
  return {
    seal: (plain, place) => {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', masterKey, nonce);
      cipher.setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
    },
    open: (sealed, place) => {
      if (!sealed.startsWith('v1.')) throw new Error('unknown seal');
      const bytes = Buffer.from(sealed.slice(3), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', masterKey, bytes.subarray(0, 12));
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(12, 28));
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString(
        'utf8',
      );
    },
    fingerprint: (value) => createHmac('sha256', masterKey).update(value).digest('base64url'),
  };
}
