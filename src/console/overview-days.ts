import { DateTime } from 'luxon';

/** Beginnings of the last `days` calendar days in the organisation's zone, and of tomorrow; epoch ms. */
export function dayBounds(now: number, zone: string, days: number): number[] {
  const today = DateTime.fromMillis(now, { zone }).startOf('day');
  return Array.from({ length: days + 1 }, (_, index) =>
    today.plus({ days: index - days + 1 }).toMillis(),
  );
}

/** SQL: the place of an instant's day among them. */
export function slotOf(bounds: readonly number[], column: string): string {
  const whens = bounds
    .slice(1)
    .map((bound, index) => `WHEN ${column} < ${Math.trunc(bound)} THEN ${index}`);
  return `CASE ${whens.join(' ')} END`;
}

export const dayOf = (start: number, zone: string): string =>
  DateTime.fromMillis(start, { zone }).toISODate() ?? '';
