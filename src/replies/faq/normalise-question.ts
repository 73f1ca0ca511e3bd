import { toSimplified } from './character-tables';
import { CLOSERS, NEGATIONS, NOT_NEGATIONS, OPENERS, SAME_WORDS } from './tables/function-words';

/** The longest message worth reading; what follows cannot change which FAQ is meant. */
const LONGEST_MESSAGE = 400;

const openers = longestFirst(OPENERS);
const closers = longestFirst(CLOSERS);
const spellings = new Map<string, string>(
  SAME_WORDS.flatMap(([kept, ...others]) => others.map((other) => [other, kept] as const)),
);
const anySpelling = new RegExp(longestFirst([...spellings.keys()]).join('|'), 'g');
const anyNegation = new RegExp(NEGATIONS.join('|'));
const anyHarmless = new RegExp(`${NOT_NEGATIONS.join('|')}|(.{1,2})[不没]\\1`, 'gu');

/**
 * What is left of a question when width, case, script, punctuation, greetings, thanks and the
 * spelling of function words no longer matter. Empty when nothing was asked (an emoji, say).
 */
export function normaliseQuestion(text: string): string {
  const folded = toSimplified(text.slice(0, LONGEST_MESSAGE).normalize('NFKC').toLowerCase());
  const parts = folded.match(/[\p{Script=Han}a-z0-9]+/gu) ?? [];
  const bare = parts.join(' ').replace(/([^0-9])\1{2,}/gu, '$1$1');
  const plain = withoutCourtesy(bare).replace(
    anySpelling,
    (other) => spellings.get(other) ?? other,
  );
  return plain.replace(ASKING, '吗');
}

/** What turns a sentence into a question in hasty writing; the "not" in it denies nothing. */
const ASKING = /(?<=..)(?:[不没][啊呢]?|(?<![怎什多])么|马|嘛)$/u;

/** True when a normalised question denies something ("cannot", "has not arrived", "failed"). */
export function isNegated(normalised: string): boolean {
  return anyNegation.test(normalised.replace(anyHarmless, ''));
}

function withoutCourtesy(text: string): string {
  let left = text;
  for (let round = 0; round < 4; round++) {
    const before = left;
    const opener = openers.find((word) => startsWithWord(left, word));
    if (opener !== undefined) left = keepIfEnough(left, left.slice(opener.length));
    const closer = closers.find((word) => left.endsWith(word));
    if (closer !== undefined) left = keepIfEnough(left, left.slice(0, -closer.length));
    if (left === before) break;
  }
  return left;
}

function keepIfEnough(whole: string, rest: string): string {
  const trimmed = rest.trim();
  return trimmed.replaceAll(' ', '').length >= 2 ? trimmed : whole;
}

/** "hi" opens "hi 在吗" but not "hills": a Latin opener must end where the Latin run ends. */
function startsWithWord(text: string, word: string): boolean {
  if (!text.startsWith(word)) return false;
  return !/[a-z]$/.test(word) || !/^[a-z0-9]/.test(text.slice(word.length));
}

function longestFirst(words: readonly string[]): string[] {
  return [...words].sort((one, other) => other.length - one.length);
}
