import { createHash, randomBytes } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** `length` letters and digits nobody can guess. */
export function randomText(length: number): string {
  let text = '';
  for (const byte of randomBytes(length)) text += letters.charAt(byte % letters.length);
  return text;
}

export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');

export function randomDigits(length: number): string {
  let text = '';
  for (const byte of randomBytes(length)) text += String(byte % 10);
  return text;
}

/** A number in [0, 1) that depends on its seed only. */
export function drawOf(seed: string): number {
  return createHash('sha1').update(seed).digest().readUInt32BE(0) / 2 ** 32;
}

/** A repeatable sequence of numbers in [0, 1). */
export function sequenceOf(seed: string): () => number {
  let state = createHash('sha1').update(seed).digest().readUInt32BE(0);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
