import { meaningsOf } from './meanings';
import { MOST_TOKENS, type Token } from './vocabulary';

/** The six kinds of evidence two sentences can share, cheapest to compare first. */
export const GRAM_KINDS = [
  { name: 'character', weight: 1 },
  { name: 'adjacent pair', weight: 0.4 },
  { name: 'syllable', weight: 0.3 },
  { name: 'adjacent syllables', weight: 0.2 },
  { name: 'pair anywhere', weight: 0.15 },
  { name: 'meaning', weight: 0.8 },
] as const;

/** Words of everyday service are neither rare nor common. */
const MEANING_RARITY = 0.6;

/** A gram of one sentence: what it is made of and how often it occurs there. */
export interface Gram {
  readonly kind: number;
  /** Token, syllable or meaning numbers; -1 stands for a token the shop does not know. */
  readonly first: number;
  /** Equal to `first` for single tokens. */
  readonly second: number;
  readonly rarity: number;
  count: number;
}

/** Every gram of a sentence, each once. Linear but for the last kind, which tokens ≤ 40 bounds. */
export function readGrams(
  tokens: readonly Token[],
  spellings: readonly string[],
  isPaired: boolean,
): Gram[] {
  const local = numberLocally(spellings);
  const found = new Map<number, Gram>();
  const grams: Gram[] = [];
  const add = (kind: number, key: number, first: number, second: number, rarity: number) => {
    const known = found.get(key);
    if (known !== undefined) known.count++;
    else {
      const gram = { kind, first, second, rarity, count: 1 };
      found.set(key, gram);
      grams.push(gram);
    }
  };

  tokens.forEach((token, at) => {
    const here = local[at] ?? 0;
    const next = tokens[at + 1];
    add(0, here, token.id, token.id, token.rarity);
    if (token.syllable > 0) add(2, 0x100000 + token.syllable, token.syllable, token.syllable, 1);
    if (next === undefined) return;
    const rarity = (token.rarity + next.rarity) / 2;
    add(1, 0x1000 + here * 64 + (local[at + 1] ?? 0), token.id, next.id, rarity);
    if (token.syllable > 0 && next.syllable > 0) {
      const key = 0x200000 + token.syllable * 1024 + next.syllable;
      add(3, key, token.syllable, next.syllable, 1);
    }
  });
  for (const meaning of meaningsOf(spellings.join(''))) {
    add(5, 0x400000 + meaning, meaning, meaning, MEANING_RARITY);
  }
  if (isPaired) pairsAnywhere(tokens, local, grams);
  return grams;
}

function pairsAnywhere(tokens: readonly Token[], local: readonly number[], grams: Gram[]): void {
  const seen = new Set<number>();
  const telling: Token[] = [];
  tokens.forEach((token, at) => {
    const here = local[at] ?? 0;
    if (token.isFunction || seen.has(here)) return;
    seen.add(here);
    for (const other of telling) {
      const first = Math.min(token.id, other.id);
      const second = Math.max(token.id, other.id);
      const rarity = (token.rarity + other.rarity) / 2;
      grams.push({ kind: 4, first, second, rarity, count: 1 });
    }
    telling.push(token);
  });
}

/** Small numbers for the tokens of one sentence, equal for equal spellings; all below 64. */
function numberLocally(spellings: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return spellings.slice(0, MOST_TOKENS).map((spelling) => {
    const number = numbers.get(spelling) ?? numbers.size;
    numbers.set(spelling, number);
    return number;
  });
}
