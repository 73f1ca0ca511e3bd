import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-1 over the parts in code-unit order, lower-case hex, as the platform's server guide defines it. */
export function signatureOf(...parts: readonly string[]): string {
  return hash('sha1', [...parts].sort().join(''), 'hex');
}

/** Compares in constant time; a wrong length or another case is simply wrong. */
export function isSignature(given: string | undefined, expected: string): boolean {
  if (given?.length !== expected.length) return false;
  const left = Buffer.from(given, 'utf8');
  const right = Buffer.from(expected, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}
