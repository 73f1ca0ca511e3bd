import type { Random } from '../kernel/random';

export type Pool = {
  /** What is left for everybody who still waits, fen. */
  leftFen: number;
  /** How many still wait, this person included. */
  people: number;
  minFen: number;
  maxFen: number;
};

/** How many people a pool covers when each gets at least the minimum. */
export const covers = ({ leftFen, people, minFen }: Pool): number =>
  Math.min(people, Math.floor(leftFen / minFen));

/**
 * What a run of `people` spends when nobody is left out: everyone's mean, as far as the money goes.
 * Draws from such a pool add up to it exactly.
 */
export function poolFor(
  people: number,
  availableFen: number,
  minFen: number,
  maxFen: number,
): number {
  const wanted = Math.floor((people * (minFen + maxFen)) / 2);
  if (wanted <= availableFen) return wanted;
  const covered = Math.min(people, Math.floor(availableFen / minFen));
  return Math.min(availableFen, covered * maxFen);
}

/**
 * One person's amount. Everyone has the same expectation wherever they stand in line: the draw is even
 * around what is left per head, and bounded so that the rest can still be dealt within the limits.
 * The last one gets the rest. The pool must cover `people` and not exceed `people × maxFen`.
 */
export function drawAmount({ leftFen, people, minFen, maxFen }: Pool, random: Random): number {
  const others = people - 1;
  const least = Math.max(minFen, leftFen - others * maxFen);
  const most = Math.min(maxFen, leftFen - others * minFen);
  if (least >= most) return least;
  const mean = leftFen / people;
  const reach = Math.min(mean - minFen, maxFen - mean);
  const low = Math.max(least, Math.ceil(mean - reach));
  const high = Math.min(most, Math.floor(mean + reach));
  return low >= high ? clamp(Math.round(mean), least, most) : random(low, high);
}

const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value));
