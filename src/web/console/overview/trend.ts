export type DayRow = { day: string; followed: number; unfollowed: number; returned: number };

export const sumOf = (
  rows: readonly DayRow[],
  key: 'followed' | 'unfollowed' | 'returned',
): number => rows.reduce((all, row) => all + row[key], 0);

/** Where new follows go, and who is more of late. The last day is today and not over: it tells no trend. */
export function trendOf(series: readonly DayRow[]): {
  trend: 'rising' | 'falling' | 'steady';
  balance: 'returning' | 'leaving' | 'plain';
} {
  const whole = series.slice(0, -1);
  const half = Math.floor(whole.length / 2);
  const early = sumOf(whole.slice(0, half), 'followed');
  const late = half === 0 ? 0 : sumOf(whole.slice(-half), 'followed');
  const trend = late > early * 1.1 ? 'rising' : late < early * 0.9 ? 'falling' : 'steady';
  const recent = whole.slice(-7);
  const lost = sumOf(recent, 'unfollowed');
  const balance =
    sumOf(recent, 'returned') > lost
      ? 'returning'
      : lost > sumOf(recent, 'followed') + sumOf(recent, 'returned')
        ? 'leaving'
        : 'plain';
  return { trend, balance };
}
