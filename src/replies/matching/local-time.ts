import { DateTime } from 'luxon';

/** What the clock and the calendar on the wall say. */
export type LocalTime = {
  readonly day: string;
  /** 1 is Monday. */
  readonly weekday: number;
  /** Of the day, as the clock shows it: an hour that is skipped never comes, one that repeats comes twice. */
  readonly minute: number;
  readonly dayBefore: string;
  readonly weekdayBefore: number;
};

let last: { readonly zone: string; readonly minute: number; readonly time: LocalTime } | undefined;

/** Worked out once a minute: calendars are slow, and a minute looks the same to every message in it. */
export function localTime(now: number, zone: string): LocalTime {
  const minute = Math.floor(now / 60_000);
  if (last?.zone !== zone || last.minute !== minute) {
    last = { zone, minute, time: workOut(now, zone) };
  }
  return last.time;
}

function workOut(now: number, zone: string): LocalTime {
  const local = DateTime.fromMillis(now, { zone });
  const before = DateTime.utc(local.year, local.month, local.day).minus({ days: 1 });
  return {
    day: local.toISODate() ?? '',
    weekday: local.weekday,
    minute: local.hour * 60 + local.minute,
    dayBefore: before.toISODate() ?? '',
    weekdayBefore: before.weekday,
  };
}
