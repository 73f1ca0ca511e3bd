import type { Token } from './vocabulary';

/** A character that says something, or two side by side, as a sentence spells them. */
export interface Word {
  readonly spelling: string;
  readonly isPair: boolean;
  readonly rarity: number;
}

/** Each word of a sentence once; function characters only as a part of a pair. */
export function wordsOf(tokens: readonly Token[], spellings: readonly string[]): Word[] {
  const found = new Map<string, Word>();
  tokens.forEach(({ isFunction, rarity }, at) => {
    const spelling = spellings[at] ?? '';
    if (!isFunction) found.set(spelling, { spelling, isPair: false, rarity });
    const next = tokens[at + 1];
    if (next === undefined) return;
    const pair = `${spelling} ${spellings[at + 1] ?? ''}`;
    found.set(pair, { spelling: pair, isPair: true, rarity: (rarity + next.rarity) / 2 });
  });
  return [...found.values()];
}
