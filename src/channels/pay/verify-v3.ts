import { createDecipheriv, createPublicKey, verify, type KeyObject } from 'node:crypto';

/** Keys of the platform by serial number or `PUB_KEY_ID_…`; a merchant holds several during a change-over. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>;

export function platformKeys(pems: Readonly<Record<string, string>>): PlatformKeys {
  return new Map(Object.entries(pems).map(([serial, pem]) => [serial, createPublicKey(pem)]));
}

export type V3Fault = 'headers' | 'stale' | 'unknown-serial' | 'signature';

const skewMs = 300_000;

/**
 * Proves that `raw` came from the platform; undefined when it did. The bytes must be those that arrived, not a
 * re-written JSON. Probes with a `WECHATPAY/SIGNTEST/` signature are bad signatures like any other.
 */
export function faultOfV3(
  headers: Readonly<Record<string, unknown>>,
  raw: Buffer,
  keys: PlatformKeys,
  now: number,
): V3Fault | undefined {
  const one = (name: string) => {
    const value = headers[`wechatpay-${name}`];
    return typeof value === 'string' ? value : '';
  };
  const timestamp = one('timestamp');
  const nonce = one('nonce');
  const signature = one('signature');
  const serial = one('serial');
  if (!/^[1-9]\d{9}$/.test(timestamp) || !/^[\x21-\x7e]{1,64}$/.test(nonce) || signature === '')
    return 'headers';
  if (Math.abs(now - Number(timestamp) * 1000) > skewMs) return 'stale';
  const key = keys.get(serial);
  if (!key) return 'unknown-serial';
  const sealed = Buffer.from(signature, 'base64');
  if (sealed.toString('base64') !== signature) return 'signature';
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), raw, Buffer.from('\n')]);
  return verify('RSA-SHA256', text, key, sealed) ? undefined : 'signature';
}

export interface SealedResource {
  readonly algorithm: string;
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associatedData: string;
}

const tagLength = 16;

/** Opens an encrypted resource; throws when anything about it was changed. `final()` is what checks the tag. */
export function openResource(apiV3Key: string, resource: SealedResource): string {
  const all = Buffer.from(resource.ciphertext, 'base64');
  const key = Buffer.from(apiV3Key, 'utf8');
  if (resource.algorithm !== 'AEAD_AES_256_GCM' || key.length !== 32 || all.length < tagLength)
    throw new Error('resource cannot be opened');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(resource.nonce, 'utf8'), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(resource.associatedData, 'utf8'));
  decipher.setAuthTag(all.subarray(all.length - tagLength));
  const opened = decipher.update(all.subarray(0, all.length - tagLength));
  return Buffer.concat([opened, decipher.final()]).toString('utf8');
}
