import { orgZone } from '../../shared/i18n/clock';
import { clockText, dayHeading, daysSince, dayText } from '../../shared/i18n/format';
import { locale, t } from '../../shared/i18n/i18n';

/** 520 → "5.20", for the big figure that says its unit beside it. */
export const yuanText = (fen: number): string =>
  `${Math.floor(fen / 100).toLocaleString('en-US')}.${String(fen % 100).padStart(2, '0')}`;

/** 9.74 → "9.7", 0.018 → "0.02", 1324 → "1,324". */
export function msText(ms: number): string {
  if (ms >= 100) return Math.round(ms).toLocaleString('en-US');
  return ms >= 0.1 || ms === 0 ? ms.toFixed(1) : ms.toFixed(2);
}

/** A time stamp between messages: the clock alone today, else with its day. */
export function stampText(at: number): string {
  return daysSince(at) === 0 ? clockText(at) : `${dayHeading(at)} ${clockText(at)}`;
}

/** Day and weekday, as a phone's lock screen says it. */
export function dayWeekdayText(at: number): string {
  const short = new Intl.DateTimeFormat(locale.value, {
    timeZone: orgZone.value,
    weekday: 'short',
  });
  return t('time.day-weekday', { day: dayText(at), weekday: short.format(at) });
}
