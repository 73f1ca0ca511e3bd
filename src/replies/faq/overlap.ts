import type { Knowledge } from './knowledge';
import { MOST_TOKENS } from './vocabulary';
import type { Weights } from './weights';

/** Gram → the phrasings that have it, in three flat arrays; and what each phrasing weighs. */
export interface Postings {
  /** Entries of gram g are those from `starts[g]` up to, not including, `starts[g + 1]`. */
  readonly starts: Int32Array;
  readonly phrasings: Int32Array;
  readonly counts: Uint8Array;
  /** By phrasing: the weight of all its grams together. */
  readonly totals: Float64Array;
}

/** A gram said twice counts √2 times. */
const DAMPED = Float64Array.from({ length: MOST_TOKENS + 1 }, (_, count) => Math.sqrt(count));

export function damped(count: number): number {
  return DAMPED[count] ?? Math.sqrt(count);
}

export function* invert(knowledge: Knowledge, weights: Weights): Generator<void, Postings> {
  const { phrasings, kinds } = knowledge;
  const starts = new Int32Array(kinds.length + 1);
  for (const { grams } of phrasings) {
    for (const gram of grams) starts[gram + 1] = (starts[gram + 1] ?? 0) + 1;
    yield;
  }
  for (let gram = 0; gram < kinds.length; gram++) {
    starts[gram + 1] = (starts[gram + 1] ?? 0) + (starts[gram] ?? 0);
  }
  yield;

  const entries = starts[kinds.length] ?? 0;
  const free = starts.slice();
  const where = new Int32Array(entries);
  const counts = new Uint8Array(entries);
  const totals = new Float64Array(phrasings.length);
  for (const [at, phrasing] of phrasings.entries()) {
    let total = 0;
    phrasing.grams.forEach((gram, place) => {
      const count = phrasing.counts[place] ?? 0;
      const slot = free[gram] ?? 0;
      where[slot] = at;
      counts[slot] = count;
      free[gram] = slot + 1;
      total += (weights.value[gram] ?? 0) * damped(count);
    });
    totals[at] = total;
    yield;
  }
  return { starts, phrasings: where, counts, totals };
}

/** Adds, for every phrasing that has the gram, the weight the two sentences share through it. */
export function addShared(
  postings: Postings,
  gram: number,
  count: number,
  weight: number,
  shared: Float64Array,
): void {
  const { phrasings, counts } = postings;
  const end = postings.starts[gram + 1] ?? 0;
  for (let entry = postings.starts[gram] ?? 0; entry < end; entry++) {
    const other = counts[entry] ?? 0;
    const phrasing = phrasings[entry] ?? 0;
    shared[phrasing] =
      (shared[phrasing] ?? 0) + weight * (DAMPED[count < other ? count : other] ?? 0);
  }
}

/** What all of two sentences share, 0 to 1, counting both sides' leftovers alike. */
export function overlap(shared: number, oneTotal: number, otherTotal: number): number {
  const total = oneTotal + otherTotal;
  return total > 0 ? (2 * shared) / total : 0;
}
