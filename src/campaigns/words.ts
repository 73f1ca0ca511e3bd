import { text, type Locale } from '../kernel/text';

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** Why something was not sent, for a reader; the platform's rarer refusals share one sentence. */
export function reasonText(locale: Locale, reason: string, errcode: number | null): string {
  const code = `reason.${reason}`;
  const told = text(locale, code);
  if (told !== code) return told;
  return text(locale, 'reason.other', { reason, errcode: errcode ?? '-' });
}

const fixed = /^\d+$/;
const two = (number: string) => number.padStart(2, '0');

/** The common timetables in words; any other is shown as it is written. */
export function timetableText(locale: Locale, cron: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.trim().split(/\s+/);
  if (fixed.test(minute) && fixed.test(hour) && month === '*') {
    const time = `${two(hour)}:${two(minute)}`;
    if (day === '*' && weekday === '*') return text(locale, 'timetable.daily', { time });
    if (day === '*' && /^[0-7]$/.test(weekday)) {
      const name = text(locale, `weekday.${Number(weekday) % 7}`);
      return text(locale, 'timetable.weekly', { time, weekday: name });
    }
    if (day === '*' && weekday === '1-5') return text(locale, 'timetable.workdays', { time });
    if (fixed.test(day) && weekday === '*') return text(locale, 'timetable.monthly', { time, day });
  }
  return text(locale, 'timetable.other', { cron });
}
