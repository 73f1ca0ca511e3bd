import { InvalidInput } from '../../kernel/errors';

/**
 * A number as it is compared: with its country. Mobile numbers only, because a number on a desk belongs to
 * many; nothing for what is none.
 */
export function phoneFrom(written: string): string | undefined {
  const bare = written.normalize('NFKC').replace(/[\s().-]/g, '');
  const national = /^(?:\+?86|0086)?(1[3-9]\d{9})$/.exec(bare)?.[1];
  if (national) return `+86${national}`;
  const foreign = /^(?:\+|00)([1-9]\d{6,14})$/.exec(bare)?.[1];
  return foreign === undefined || foreign.startsWith('86') ? undefined : `+${foreign}`;
}

export function phoneOrThrow(written: string): string {
  const phone = phoneFrom(written);
  if (phone === undefined) throw new InvalidInput('phone_invalid');
  return phone;
}

/** Enough to recognise it by, and not to call it: 138****5678. */
export function maskedPhone(phone: string): string {
  const digits = phone.replace(/^\+86/, '');
  return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
}
