import { t, textOr } from '../../shared/i18n/i18n';

/** A timetable as the API takes it, and the plain choices it is written by. */
export type Missed = 'skip' | 'once' | 'ask';
export interface Schedule {
  cron: string;
  zone: string;
  missed: Missed;
}

export type Rhythm = 'daily' | 'weekly' | 'monthly' | 'cron';
export interface Plain {
  rhythm: Rhythm;
  /** 「10:00」 */
  time: string;
  /** 1 (Monday) to 7. */
  weekdays: number[];
  /** Days of the month. */
  days: number[];
}

const whole = /^\d{1,2}$/;
const numbers = (text: string): number[] | null => {
  const found: number[] = [];
  for (const piece of text.split(',')) {
    const range = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(piece);
    if (!range) return null;
    const from = Number(range[1]);
    const to = Number(range[2] ?? range[1]);
    for (let n = from; n <= to; n += 1) found.push(n);
  }
  return found;
};

/** A zone by its city, as people say it; one that has no name here stays as it is written. */
export const zoneName = (zone: string): string => textOr(`schedule.zone.${zone}`, zone);

/** 「每天 10:00（上海时间）」; null for a cron text that is none of the plain choices. */
export function timetableText(
  { rhythm, time, weekdays, days }: Plain,
  zone: string,
): string | null {
  if (rhythm === 'cron') return null;
  const mark = t('schedule.list-mark');
  return t(`schedule.told-${rhythm}`, {
    time,
    weekdays: weekdays.map((n) => t(`time.weekday.${n % 7}`)).join(mark),
    days: days.join(mark),
    zone: zoneName(zone),
  });
}

/** The plain choices behind a cron text; whatever is not one of them stays a cron text. */
export function plainOf(cron: string): Plain {
  const base: Plain = { rhythm: 'cron', time: '10:00', weekdays: [1], days: [1] };
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...more] = cron
    .trim()
    .split(/\s+/);
  if (more.length > 0 || month !== '*' || !whole.test(minute) || !whole.test(hour)) return base;
  const plain = { ...base, time: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}` };
  if (day === '*' && weekday === '*') return { ...plain, rhythm: 'daily' };
  if (day === '*') {
    const found = numbers(weekday)?.map((n) => (n === 0 ? 7 : n));
    if (found && found.every((n) => n >= 1 && n <= 7)) {
      return { ...plain, rhythm: 'weekly', weekdays: [...new Set(found)].sort((a, b) => a - b) };
    }
    return base;
  }
  const found = weekday === '*' ? numbers(day) : null;
  return found ? { ...plain, rhythm: 'monthly', days: found } : base;
}

export function cronOf({ rhythm, time, weekdays, days }: Plain, written: string): string {
  const [hour = '10', minute = '0'] = time.split(':');
  const at = `${Number(minute)} ${Number(hour)}`;
  if (rhythm === 'daily') return `${at} * * *`;
  if (rhythm === 'weekly')
    return `${at} * * ${weekdays
      .map((n) => n % 7)
      .sort((a, b) => a - b)
      .join(',')}`;
  if (rhythm === 'monthly') return `${at} ${days.join(',')} * *`;
  return written;
}
