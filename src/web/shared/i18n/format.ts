import { now, orgZone } from './clock';
import { locale, t } from './i18n';

export type Instant = string | number;

interface Parts {
  year: number;
  month: number;
  day: number;
  hour: string;
  minute: string;
  second: string;
  weekday: number;
  /** Days since the epoch in the zone: differences are calendar days. */
  dayNumber: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function partsOf(instant: Instant, zone = orgZone.value): Parts {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  const found: Record<string, string> = {};
  for (const part of formatter.formatToParts(new Date(instant))) found[part.type] = part.value;
  const year = Number(found['year']);
  const month = Number(found['month']);
  const day = Number(found['day']);
  const utc = Date.UTC(year, month - 1, day);
  return {
    year,
    month,
    day,
    hour: found['hour'] ?? '',
    minute: found['minute'] ?? '',
    second: found['second'] ?? '',
    weekday: new Date(utc).getUTCDay(),
    dayNumber: utc / 86_400_000,
  };
}

function monthDay(parts: Parts): string {
  return t('time.month-day', { month: monthName(parts.month), day: parts.day });
}

function monthName(month: number): string {
  return t(`time.month.${month}`);
}

function withYear(parts: Parts): string {
  const today = partsOf(now());
  if (parts.year === today.year) return monthDay(parts);
  return t('time.year-month-day', {
    year: parts.year,
    month: monthName(parts.month),
    day: parts.day,
  });
}

const clockOf = (parts: Parts): string => `${parts.hour}:${parts.minute}`;

/** 「14:32」 */
export function clockText(instant: Instant): string {
  return clockOf(partsOf(instant));
}

/** For people: 刚刚, 20 分钟前, 昨天 21:08, 11 月 19 日; the future likewise. */
export function relativeText(instant: Instant): string {
  const at = new Date(instant).getTime();
  const gap = now() - at;
  const minutes = Math.floor(Math.abs(gap) / 60_000);
  // The clock of this page ticks every 20 s, so the server may seem to be a little ahead.
  const past = gap >= -30_000;
  if (minutes < 1) return past ? t('time.just-now') : t('time.in-a-moment');
  if (minutes < 60) return t(past ? 'time.minutes-ago' : 'time.in-minutes', { n: minutes });
  const parts = partsOf(at);
  const days = partsOf(now()).dayNumber - parts.dayNumber;
  if (minutes < 6 * 60) {
    const hours = Math.floor(minutes / 60);
    return t(past ? 'time.hours-ago' : 'time.in-hours', { n: hours });
  }
  if (days === 0) return t('time.today-at', { clock: clockOf(parts) });
  if (days === 1) return t('time.yesterday-at', { clock: clockOf(parts) });
  if (days === -1) return t('time.tomorrow-at', { clock: clockOf(parts) });
  return past ? withYear(parts) : `${withYear(parts)} ${clockOf(parts)}`;
}

/** For lists ordered by time: 14:12 today, 昨天 20:31, else the day. */
export function shortTimeText(instant: Instant): string {
  const parts = partsOf(instant);
  const days = partsOf(now()).dayNumber - parts.dayNumber;
  if (days === 0) return clockOf(parts);
  if (days === 1) return t('time.yesterday-at', { clock: clockOf(parts) });
  return withYear(parts);
}

/** 「11 月 20 日 15:12」 */
export function dayTimeText(instant: Instant): string {
  const parts = partsOf(instant);
  return `${withYear(parts)} ${clockOf(parts)}`;
}

/** 「11 月 20 日」 */
export function dayText(instant: Instant): string {
  return withYear(partsOf(instant));
}

/** With seconds and zone: what hovering shows, and what an engineer needs. */
export function exactText(instant: Instant): string {
  const parts = partsOf(instant);
  const day = t('time.year-month-day', {
    year: parts.year,
    month: monthName(parts.month),
    day: parts.day,
  });
  const clock = `${parts.hour}:${parts.minute}:${parts.second}`;
  return t('time.exact', { day, clock, zone: orgZone.value });
}

/** Heading of a day in a timeline: 今天, 昨天, 11 月 16 日 周一. */
export function dayHeading(instant: Instant): string {
  const parts = partsOf(instant);
  const days = partsOf(now()).dayNumber - parts.dayNumber;
  if (days === 0) return t('time.today');
  if (days === 1) return t('time.yesterday');
  return t('time.day-weekday', {
    day: withYear(parts),
    weekday: t(`time.weekday.${parts.weekday}`),
  });
}

/** Title of a page about one day: 「11 月 21 日，周六」. */
export function dayTitle(instant: Instant): string {
  const parts = partsOf(instant);
  return t('time.day-title', { day: monthDay(parts), weekday: t(`time.weekday.${parts.weekday}`) });
}

/** Calendar days between an instant and today, in the organisation's zone. */
export function daysSince(instant: Instant): number {
  return partsOf(now()).dayNumber - partsOf(instant).dayNumber;
}

/** 「3 分 35 秒」, the two largest units. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units: [string, number][] = [
    ['time.unit-days', Math.floor(whole / 86_400)],
    ['time.unit-hours', Math.floor(whole / 3_600) % 24],
    ['time.unit-minutes', Math.floor(whole / 60) % 60],
    ['time.unit-seconds', whole % 60],
  ];
  const first = units.findIndex(([, n]) => n > 0);
  if (first < 0) return t('time.unit-seconds', { n: 0 });
  return units
    .slice(first, first + 2)
    .filter(([, n]) => n > 0)
    .map(([key, n]) => t(key, { n }))
    .join(' ');
}

export function numberText(value: number): string {
  return value.toLocaleString('en-US');
}

/** A share as a whole percentage; never "100%" or "0%" unless it is exactly that. */
export function percentText(part: number, whole: number, digits = 0): string {
  if (whole <= 0) return t('format.none');
  const share = (part / whole) * 100;
  const step = 10 ** -digits;
  const shown =
    share > 0 && share < step ? step : share < 100 && share > 100 - step ? 100 - step : share;
  return `${shown.toFixed(digits)}%`;
}

/** Fen to 「¥1,204.00」: exact, never through floating point. */
export function moneyText(fen: number): string {
  const sign = fen < 0 ? '−' : '';
  const whole = Math.abs(Math.trunc(fen));
  const cents = String(whole % 100).padStart(2, '0');
  return `${sign}¥${numberText(Math.floor(whole / 100))}.${cents}`;
}

/** What an operator types (「12.5」, 「¥1,000」) to fen; null when it is no amount with two decimals. */
export function parseMoney(text: string): number | null {
  const clean = text.replace(/[¥￥,，\s]/g, '');
  const match = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(clean);
  if (!match) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** The language tag for Element Plus and the server. */
export function languageTag(): string {
  return locale.value;
}

export const bytesText = (bytes: number): string =>
  bytes < 1_048_576
    ? `${numberText(Math.max(1, Math.round(bytes / 1_024)))} KB`
    : `${(bytes / 1_048_576).toFixed(1)} MB`;
