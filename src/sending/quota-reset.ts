const hour = 3_600_000;
const day = 24 * hour;
const chinaOffset = 8 * hour;

export type HoldUntil = 'minute' | 'day' | 'month';

/** When WeChat takes calls again: after a minute, or when its day (UTC+8) is over. Monthly quotas are tried daily. */
export function quotaReset(now: number, until: HoldUntil): number {
  if (until === 'minute') return now + 60_000;
  return (Math.floor((now + chinaOffset) / day) + 1) * day - chinaOffset;
}
