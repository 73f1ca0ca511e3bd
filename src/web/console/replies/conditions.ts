import { dayText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';

/** When a rule may answer besides its words, as the server has it; what is absent asks nothing. */
export interface Conditions {
  hours?: { from: string; to: string }[];
  weekdays?: number[];
  dates?: { from?: string; to?: string };
  quietMinutes?: number;
  tags?: { any?: string[]; none?: string[] };
  segmentIds?: string[];
  scenes?: string[];
}

/** A fact of a name of the operator's own, with a number or without. */
export interface Mark {
  name: string;
  amount?: number;
}

export const markText = ({ name, amount }: Mark): string =>
  amount === undefined ? name : `${name} ${amount > 0 ? '+' : ''}${amount}`;

/** A promotion that is paid by keyword, and what is said to whoever gets nothing. */
export interface Packet {
  promotionId: string;
  already?: string;
  usedUp?: string;
  closed?: string;
  ended?: string;
}

/** What a rule does besides answering. */
export interface Actions {
  addTags?: string[];
  removeTags?: string[];
  note?: string;
  mark?: Mark;
  handOff?: true;
  redPacket?: Packet;
}

/** 「顺便：打标签「会员」 · 记事件「积分 +10」」; a red packet is told by the server. */
export function actionsText(also: Actions | null): string {
  const { addTags = [], removeTags = [], note, mark, handOff } = also ?? {};
  const parts = [
    ...addTags.map((tag) => t('also.added', { tag })),
    ...removeTags.map((tag) => t('also.removed', { tag })),
    ...(note === undefined ? [] : [t('also.noted', { text: note })]),
    ...(mark ? [t('also.marked', { text: markText(mark) })] : []),
    ...(handOff ? [t('also.hand-off')] : []),
  ];
  return parts.length === 0 ? '' : t('also.line', { list: parts.join(' · ') });
}

/** Empty parts say nothing and are not sent; nothing at all is null. */
export function tidy<T extends object>(given: T): T | null {
  const kept = Object.entries(given as Record<string, unknown>).flatMap(([name, value]) => {
    if (value === undefined || value === null || value === '') return [];
    if (Array.isArray(value)) return value.length === 0 ? [] : [[name, value]];
    if (typeof value !== 'object') return [[name, value]];
    const inner = tidy(value);
    return inner === null ? [] : [[name, inner]];
  });
  return kept.length === 0 ? null : (Object.fromEntries(kept) as T);
}

const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

export function datesText({ dates }: Conditions): string {
  const { from, to } = dates ?? {};
  if (from !== undefined && to !== undefined) {
    return t('limits.from-to', { from: dayText(noon(from)), to: dayText(noon(to)) });
  }
  if (from !== undefined) return t('limits.from', { from: dayText(noon(from)) });
  return to === undefined ? '' : t('limits.to', { to: dayText(noon(to)) });
}

export function weekdaysText({ weekdays = [] }: Conditions): string {
  if (weekdays.length === 0 || weekdays.length === 7) return t('limits.every-day');
  const key = weekdays.join('');
  if (key === '12345') return t('limits.workdays');
  if (key === '67') return t('limits.weekend');
  return weekdays.map((n) => t(`time.weekday.${n % 7}`)).join(t('limits.and'));
}

export function hoursText({ hours = [] }: Conditions): string {
  if (hours.length === 0) return t('limits.all-day');
  return hours
    .map(({ from, to }) =>
      t(to <= from && to !== '00:00' ? 'limits.over-midnight' : 'limits.hours', { from, to }),
    )
    .join(t('limits.and'));
}

/** 「每天 全天」, 「周末 22:00–次日 02:00 11 月 1 日起」. */
export const timeText = (when: Conditions): string =>
  [weekdaysText(when), hoursText(when), datesText(when)].filter((one) => one !== '').join(' ');

export interface Names {
  scenes: ReadonlyMap<string, string>;
  segments: ReadonlyMap<string, string>;
}

/** 「所有人」, or who it is for in one line. */
export function audienceText({ tags, segmentIds, scenes }: Conditions, names: Names): string {
  const joined = (values: readonly string[], known?: ReadonlyMap<string, string>): string =>
    values.map((one) => t('limits.quoted', { text: known?.get(one) ?? one })).join(t('limits.or'));
  const parts = [
    ...(tags?.any?.length ? [t('limits.has-tag', { tags: joined(tags.any) })] : []),
    ...(tags?.none?.length ? [t('limits.lacks-tag', { tags: joined(tags.none) })] : []),
    ...(segmentIds?.length
      ? [t('limits.in-segment', { segments: joined(segmentIds, names.segments) })]
      : []),
    ...(scenes?.length ? [t('limits.from-scene', { scenes: joined(scenes, names.scenes) })] : []),
  ];
  return parts.length === 0 ? t('limits.everybody') : parts.join(' · ');
}

/** How long a rule keeps silent for one who just got it. */
export function quietText(minutes: number | undefined): string {
  if (minutes === undefined) return t('limits.every-time');
  if (minutes % 1_440 === 0) return t('limits.quiet-days', { n: minutes / 1_440 });
  if (minutes % 60 === 0) return t('limits.quiet-hours', { n: minutes / 60 });
  return t('limits.quiet-minutes', { n: minutes });
}

/** The day after which a rule is silent, when that day is over; `today` is `YYYY-MM-DD`. */
export function expiredText(when: Conditions | null | undefined, today: string): string {
  const to = when?.dates?.to;
  return to !== undefined && to < today ? t('limits.expired', { to: dayText(noon(to)) }) : '';
}
