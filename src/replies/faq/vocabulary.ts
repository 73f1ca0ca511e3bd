import { rarityOf, syllableOf } from './character-tables';
import { FUNCTION_CHARACTERS } from './tables/function-words';

/** One Chinese character, one Latin run or one run of digits, and what the weights need of it. */
export interface Token {
  /** Position in the vocabulary; -1 when no phrasing of the shop has this token. */
  readonly id: number;
  readonly rarity: number;
  /** 0 when it has no sound of its own (Latin, digits). */
  readonly syllable: number;
  readonly isFunction: boolean;
}

/** Every token the shop's phrasings use. */
export interface Vocabulary {
  readonly tokens: Map<string, Token>;
}

/** A longer question is cut: pairs of tokens are what costs time, and the rest repeats itself. */
export const MOST_TOKENS = 40;

/** In a shop of ten FAQs "may I" would otherwise tell them apart. */
const FUNCTION_SHARE = 0.4;

const functionCharacters = new Set(FUNCTION_CHARACTERS);

/** Splits normalised text; the result has at most `most` entries. */
export function splitTokens(normalised: string, most = MOST_TOKENS): string[] {
  const tokens = normalised.match(/\p{Script=Han}|[a-z]+|[0-9]+/gu) ?? [];
  return tokens.length > most ? tokens.slice(0, most) : tokens;
}

export function knownToken(vocabulary: Vocabulary, spelling: string): Token {
  return vocabulary.tokens.get(spelling) ?? describe(spelling, -1);
}

export function learnToken(vocabulary: Vocabulary, spelling: string): Token {
  const known = vocabulary.tokens.get(spelling);
  if (known !== undefined) return known;
  const token = describe(spelling, vocabulary.tokens.size);
  vocabulary.tokens.set(spelling, token);
  return token;
}

function describe(spelling: string, id: number): Token {
  const isFunction = functionCharacters.has(spelling);
  return {
    id,
    rarity: rarityOf(spelling) * (isFunction ? FUNCTION_SHARE : 1),
    syllable: syllableOf(spelling),
    isFunction,
  };
}
