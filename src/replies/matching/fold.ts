import { toSimplified } from '../faq';

const INVISIBLE = /[\p{Cf}\ufe0e\ufe0f]/gu;
const SEPARATORS = /[\p{P}\p{Z}\p{Cc}]+/gu;

/**
 * Makes texts equal that mean the same word to the person typing: width, case, traditional or
 * simplified script, and punctuation do not matter. Punctuation and blanks become one blank inside
 * and nothing at the edges; a text of nothing else (「？」) is kept, so that it can be a keyword.
 */
export function fold(text: string): string {
  return foldSeparators(foldLetters(text));
}

/** The second half of `fold`, for those who need both halves. */
export function foldSeparators(plain: string): string {
  const bare = plain.replace(SEPARATORS, ' ').trim();
  return bare === '' ? plain : bare;
}

/** As `fold`, but punctuation stays: patterns may ask for it. */
export function foldLetters(text: string): string {
  return toSimplified(text.normalize('NFKC').toLowerCase()).replace(INVISIBLE, '').trim();
}

/** Event names are compared without case, the key after the colon as it is. */
export function foldEventKey(key: string): string {
  const trimmed = key.trim();
  const colon = trimmed.indexOf(':');
  if (colon < 0) return trimmed.toLowerCase();
  return trimmed.slice(0, colon).toLowerCase() + trimmed.slice(colon);
}

export function countCodePoints(text: string): number {
  return Array.from(text).length;
}
