import { DateTime } from 'luxon';
import type { Reader } from '../kernel/database';

/** What WeCom lets one customer receive; the corp's administrator chooses, and no call tells us which. */
export const capRules = ['days-of-month', 'week', 'day', 'legacy'] as const;
export type CapRule = (typeof capRules)[number];

/** No more than `most` since then. */
export type CapWindow = { readonly since: number; readonly most: number };

/** WeCom counts in Chinese days wherever the organisation is. */
const zone = 'Asia/Shanghai';

export const monthStart = (now: number): number =>
  DateTime.fromMillis(now, { zone }).startOf('month').toMillis();

export function capWindows(rule: CapRule, now: number): CapWindow[] {
  const today = DateTime.fromMillis(now, { zone });
  const since = (unit: 'day' | 'week' | 'month') => today.startOf(unit).toMillis();
  switch (rule) {
    case 'days-of-month':
      return [{ since: since('month'), most: today.daysInMonth ?? 30 }];
    case 'week':
      return [{ since: since('week'), most: 7 }];
    case 'day':
      return [{ since: since('day'), most: 1 }];
    case 'legacy':
      return [
        { since: since('day'), most: 1 },
        { since: since('month'), most: 4 },
      ];
  }
}

export async function capRuleOf(read: Reader, accountId: string): Promise<CapRule> {
  const [row] = await read.all<{ capRule: CapRule }>(
    `SELECT capRule FROM outreach_setting WHERE accountId = ?`,
    [accountId],
  );
  return row?.capRule ?? 'days-of-month';
}
