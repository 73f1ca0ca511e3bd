import { dayTimeText } from '../../shared/i18n/format';
import { t, textOr } from '../../shared/i18n/i18n';
import { datesText, hoursText, quietText } from './conditions';
import { speakerText, type Example } from './rule-life';

/** What ids stand for, as far as whoever reads may see it. */
export interface Known {
  segments: ReadonlyMap<string, string>;
  scenes: ReadonlyMap<string, string>;
  packets: ReadonlyMap<string, string>;
  accounts: ReadonlyMap<string, string>;
}

const answers = ['answer', 'welcome', 'default'];
/** Parts of an answer that go by the name of the whole. */
const plainParts = ['type', 'text'];

/** 「限制」's parts each by a name of their own; 「答什么 · 第 2 条 · 标题」 for a part of an answer. */
export function labelOf(field: string): string {
  const path = field.split('.');
  const [top = field, part] = [path[0], path.at(-1) ?? ''];
  if (!answers.includes(top)) return textOr(`field.${field}`, field);
  const place = path.find((one) => /^\d+$/.test(one));
  return [
    t(`field.${top}`),
    ...(place === undefined ? [] : [t('field.nth', { n: Number(place) + 1 })]),
    ...(path.length === 1 || plainParts.includes(part) ? [] : [textOr(`field.part-${part}`, part)]),
  ].join(' · ');
}

function exampleText({ say, expect, at, as }: Example, known: Known): string {
  const told =
    typeof expect === 'string'
      ? t(`examples.${expect}`)
      : t('field.example-contains', { text: expect.answerContains });
  return [
    t('field.example', { say, expect: told }),
    ...(at === undefined ? [] : [dayTimeText(at)]),
    ...(as === undefined ? [] : [speakerText(as, known)]),
  ].join(' · ');
}

const typeText = (type: string) => textOr(`answer.kind-${type}`, t(`answer.${type}`));
const matchText = (match: string) => textOr(`rules.match-${match}`, t(`rules.trigger-${match}`));

type Telling = (value: never, known: Known) => string;
const tellings: Record<string, Telling> = {
  match: matchText,
  priority: (n: number) => textOr(`rules.priority-${n}`, t('rules.priority-n', { n })),
  appId: (id: string, { accounts }) => accounts.get(id) ?? id,
  examples: exampleText,
  'when.hours': (window: { from: string; to: string }) => hoursText({ hours: [window] }),
  'when.weekdays': (day: number) => t(`time.weekday.${day % 7}`),
  'when.dates.from': (from: string) => datesText({ dates: { from } }),
  'when.dates.to': (to: string) => datesText({ dates: { to } }),
  'when.quietMinutes': quietText,
  'when.segmentIds': (id: string, { segments }) => segments.get(id) ?? t('field.unseen-segment'),
  'when.scenes': (scene: string, { scenes }) => scenes.get(scene) ?? scene,
  'also.mark.amount': (amount: number) => `${amount > 0 ? '+' : ''}${amount}`,
  'also.handOff': () => t('also.hand-off'),
  'also.redPacket.promotionId': (id: string, { packets }) =>
    packets.get(id) ?? t('also.packet-gone'),
};

/** Fields that need more than what is on the page. */
export const needsNames = (field: string): boolean =>
  ['when.segmentIds', 'when.scenes', 'also.redPacket.promotionId'].includes(field);

/** One value of a field as a person reads it; a text as it stands. */
export function valueText(field: string, value: unknown, known: Known): string {
  if (Array.isArray(value)) {
    return value.map((one) => valueText(field, one, known)).join(' · ');
  }
  if (value === null || value === '') return t('life.nothing');
  const telling = tellings[field] ?? (field.endsWith('.type') ? typeText : undefined);
  if (telling) return telling(value as never, known);
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^lib-\w{26}$/.test(value) ? t('field.library') : value;
}
