/** WeChat counts its limits, and the days in order numbers, in UTC+8 without daylight saving. */
const offsetMs = 8 * 60 * 60 * 1_000;
const dayMs = 24 * 60 * 60 * 1_000;

/** `yyyymmdd` in China. */
export function chinaDay(at: number): string {
  return new Date(at + offsetMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The first instant of the next day in China. */
export function nextChinaMidnight(at: number): number {
  return (Math.floor((at + offsetMs) / dayMs) + 1) * dayMs - offsetMs;
}

/** The first instant of this day in China. */
export const chinaMidnight = (at: number): number => nextChinaMidnight(at) - dayMs;
