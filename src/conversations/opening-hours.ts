import { DateTime } from 'luxon';
import { z } from 'zod';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** When operators are there: weekdays 1 (Monday) to 7, from and to by the organisation's clock. */
export const OpeningHours = z.strictObject({
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  from: clockTime,
  to: clockTime,
});
export type OpeningHours = z.output<typeof OpeningHours>;

/**
 * Without hours somebody is always there. Hours that end before they begin last over midnight and belong to
 * the day they begin on; from and to the same are the whole day.
 */
export function isOpenAt(hours: readonly OpeningHours[], at: number, zone: string): boolean {
  if (hours.length === 0) return true;
  const now = DateTime.fromMillis(at, { zone });
  const clock = now.toFormat('HH:mm');
  const yesterday = now.weekday === 1 ? 7 : now.weekday - 1;
  return hours.some(({ days, from, to }) => {
    const isToday = days.includes(now.weekday);
    if (from < to) return isToday && clock >= from && clock < to;
    return (isToday && clock >= from) || (days.includes(yesterday) && clock < to);
  });
}
