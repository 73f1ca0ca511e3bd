import { randomInt } from 'node:crypto';

/** Whole numbers from `least` to `most`, both included, evenly spread and not to be guessed. */
export type Random = (least: number, most: number) => number;

export const trueRandom: Random = (least, most) => randomInt(least, most + 1);

/** The same numbers for the same seed: for tests and demo data. Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (least, most) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return least + (((mixed ^ (mixed >>> 14)) >>> 0) % (most - least + 1));
  };
}
