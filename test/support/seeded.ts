/** A whole number from `least` to `most`, both included; the same row of numbers for the same seed. */
export type Random = (least: number, most: number) => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (least, most) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const share = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    return least + Math.floor(share * (most - least + 1));
  };
}
