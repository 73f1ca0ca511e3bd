import { isOverMidnight, minuteOf, type Conditions, type Hours } from './conditions';

const day = 1_440;
const allWeek = [1, 2, 3, 4, 5, 6, 7];

const always: Conditions = {};

/** Whether it can be proved that whenever `narrow` is met, `wide` is met too. */
export function covers(wide: Conditions | null | undefined, narrow: Conditions | null | undefined) {
  if (!wide) return true;
  const own = narrow ?? always;
  return (
    // Who just got the other rule's answer hears this one.
    !wide.quietMinutes &&
    isWithin(own.scenes, wide.scenes) &&
    isWithin(own.segmentIds, wide.segmentIds) &&
    isWithin(own.tags?.any, wide.tags?.any) &&
    (wide.tags?.none ?? []).every((tag) => own.tags?.none?.includes(tag)) &&
    coversTime(wide, own)
  );
}

/** Lists of which one must hold; an empty one asks nothing. */
function isWithin<T>(narrow: readonly T[] = [], wide: readonly T[] = []): boolean {
  return wide.length === 0 || (narrow.length > 0 && narrow.every((one) => wide.includes(one)));
}

function coversTime(wide: Conditions, narrow: Conditions): boolean {
  if (!wide.dates?.from && !wide.dates?.to) {
    if (!wide.hours?.length && !wide.weekdays?.length) return true;
    const minutes = weekOf(wide);
    return weekOf(narrow).every((isOpen, at) => isOpen === 0 || minutes[at] === 1);
  }
  // With dates, window by window from the day on which it begins: what the last day leaves over counts to it.
  const { from, to } = wide.dates;
  const isIn =
    (from === undefined || (narrow.dates?.from ?? '') >= from) &&
    (to === undefined || (narrow.dates?.to ?? '9999-99-99') <= to);
  const minutes = daysOf(wide);
  return (
    isIn &&
    isWithin(narrow.weekdays?.length ? narrow.weekdays : allWeek, wide.weekdays) &&
    daysOf(narrow).every((isOpen, at) => isOpen === 0 || minutes[at] === 1)
  );
}

/** Minutes from the midnight of the day on which windows begin; the second day is what goes over. */
function daysOf({ hours }: Conditions): Uint8Array {
  const minutes = new Uint8Array(2 * day);
  const windows: readonly Hours[] = hours?.length ? hours : [{ from: '00:00', to: '24:00' }];
  for (const one of windows) {
    const end = minuteOf(one.to) + (isOverMidnight(one) ? day : 0);
    minutes.fill(1, minuteOf(one.from), end);
  }
  return minutes;
}

const weeks = new WeakMap<Conditions, Uint8Array>();

/** Minutes of a week that begins on Monday. */
function weekOf(when: Conditions): Uint8Array {
  const known = weeks.get(when);
  if (known) return known;
  const minutes = new Uint8Array(7 * day);
  const days = daysOf(when);
  for (const weekday of when.weekdays?.length ? when.weekdays : allWeek) {
    const start = (weekday - 1) * day;
    for (let at = 0; at < days.length; at += 1) {
      if (days[at] === 1) minutes[(start + at) % minutes.length] = 1;
    }
  }
  weeks.set(when, minutes);
  return minutes;
}
