import type { Random } from '../kernel/random';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Between two looks at one order; WeChat asks for at least one second between two sends. */
const ladder = [second, 5 * second, 30 * second, 2 * minute, 10 * minute, 20 * minute, hour];

/** The wait after the `nth` try or question (1 = first), spread so that a crowd does not come back at once. */
export function waitAfter(nth: number, random: Random): number {
  const step = ladder[Math.min(Math.max(nth, 1), ladder.length) - 1] ?? hour;
  return step + random(0, Math.floor(step / 5));
}

/** "Not found" counts only when it was said twice, this far apart. */
export const notFoundApartMs = 5 * minute;

/** An order nobody can explain after this long is frozen for a person. */
export const doubtMs = day;

/** Until then WeChat is asked; its query reaches back 30 days, after which "not found" means nothing. */
export const askingMs = 29 * day;

/** While an order is running there, WeChat gives a result in about this time. */
export const runningMs = 20 * minute;

/** When a refusal is checked by questions, counted from the refusal. */
export const verifySteps = [5 * second, 20 * minute, 2 * hour, day] as const;

/** Most packets are opened at once or within minutes, and the ledger is to show it: counted from the delivery. */
const earlyLooks = [15 * second, 2 * minute, 10 * minute] as const;

/**
 * An unopened packet comes back after 24 hours: asked three times in the first minutes, then hourly, and
 * closely around that time. A look that comes late leaves out the ones it passed.
 */
export function nextPacketLook(deliveredAt: number, now: number, random: Random): number {
  const early = earlyLooks.map((after) => deliveredAt + after + random(0, Math.floor(after / 5)));
  const around = [day + 10 * minute, 25 * hour, 26 * hour].map((after) => deliveredAt + after);
  const hourly = now + hour + random(0, 5 * minute);
  return Math.min(hourly, ...[...early, ...around].filter((at) => at > now));
}

export const frozenLookMs = 6 * hour;
export const returningLookMs = 10 * minute;
export const configLookMs = 20 * minute;
