import { isOverMidnight, minuteOf, type Conditions, type Hours, type Unmet } from './conditions';
import { localTime, type LocalTime } from './local-time';
import type { Rule } from './rule';

/** What conditions are asked about: the hour, and the one who speaks. */
export type Circumstances = {
  /** Business time, epoch ms. */
  readonly now: number;
  readonly zone: string;
  readonly tags: readonly string[];
  /** The scene they came by, raw. */
  readonly scene: string | null;
  /** Segments of those asked about that hold for them. */
  readonly segments: ReadonlySet<string>;
  /** When rules with a cool-down last answered them, by rule id; read when first asked for. */
  readonly answeredAt: () => Readonly<Record<string, number>>;
};

/** For one message: the clock and the cool-downs are read once, and only when a rule asks. */
export function judgeConditions(circumstances: Circumstances): (rule: Rule) => Unmet | undefined {
  let local: LocalTime | undefined;
  let answeredAt: Readonly<Record<string, number>> | undefined;
  return ({ id, when }) => {
    if (!when) return undefined;
    if (when.dates ?? when.hours ?? when.weekdays) {
      local ??= localTime(circumstances.now, circumstances.zone);
      const unmet = whyNotAt(when, local);
      if (unmet) return unmet;
    }
    const unmet = whyNotThem(when, circumstances);
    if (unmet || !when.quietMinutes) return unmet;
    answeredAt ??= circumstances.answeredAt();
    return whyQuiet(when.quietMinutes, answeredAt[id], circumstances.now);
  };
}

export function whyNotAt(when: Conditions, local: LocalTime): Unmet | undefined {
  const { hours = [] } = when;
  const today = whyNotOn(when, local.day, local.weekday);
  if (hours.length === 0) return today;
  const { minute } = local;
  const isInToday = hours.some((one) =>
    isOverMidnight(one)
      ? minute >= minuteOf(one.from)
      : minute >= minuteOf(one.from) && minute < minuteOf(one.to),
  );
  if (isInToday && !today) return undefined;
  const isLeftOver = hours.some((one) => isOverMidnight(one) && minute < minuteOf(one.to));
  if (isLeftOver && !whyNotOn(when, local.dayBefore, local.weekdayBefore)) return undefined;
  return today ?? outsideHours(hours);
}

/** The sentence is put together once for a rule, however many messages it is silent for. */
const told = new WeakMap<readonly Hours[], Unmet>();

function outsideHours(hours: readonly Hours[]): Unmet {
  const known = told.get(hours);
  if (known) return known;
  const shown = hours.map(({ from, to }) => `${from}–${to}`).join(' ');
  const unmet: Unmet = { code: 'outside-hours', params: { hours: shown } };
  told.set(hours, unmet);
  return unmet;
}

function whyNotOn({ dates, weekdays }: Conditions, day: string, weekday: number) {
  const unmet = (code: Unmet['code'], params: Unmet['params'] = {}): Unmet => ({ code, params });
  if (dates?.from !== undefined && day < dates.from) return unmet('not-yet', { from: dates.from });
  if (dates?.to !== undefined && day > dates.to) return unmet('expired', { to: dates.to });
  if (weekdays?.length && !weekdays.includes(weekday)) return unmet('other-weekday');
  return undefined;
}

function whyNotThem(
  { tags, segmentIds, scenes }: Conditions,
  known: Circumstances,
): Unmet | undefined {
  if (scenes?.length && !(known.scene !== null && scenes.includes(known.scene))) {
    return { code: 'other-scene', params: {} };
  }
  const { any, none } = tags ?? {};
  if (any?.length && !any.some((tag) => known.tags.includes(tag))) {
    return { code: 'lacks-tag', params: { tags: any.join(' / ') } };
  }
  const refused = none?.find((tag) => known.tags.includes(tag));
  if (refused !== undefined) return { code: 'has-tag', params: { tag: refused } };
  if (segmentIds?.length && !segmentIds.some((id) => known.segments.has(id))) {
    return { code: 'not-in-audience', params: { segments: segmentIds.join(' / ') } };
  }
  return undefined;
}

function whyQuiet(minutes: number, answeredAt: number | undefined, now: number): Unmet | undefined {
  const left = answeredAt === undefined ? 0 : answeredAt + minutes * 60_000 - now;
  // An answer from the future is one of a clock that was set back: it holds nobody up.
  if (left <= 0 || left > minutes * 60_000) return undefined;
  return { code: 'cooling-down', params: { minutes: Math.ceil(left / 60_000) } };
}
