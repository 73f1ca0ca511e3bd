import type { Person } from '../../shared/api/types';
import { orgZone } from '../../shared/i18n/clock';
import { t } from '../../shared/i18n/i18n';
import type { PhoneMessage } from '../../shared/parts/phone-message';
import {
  checkTemplateField,
  plainFieldValue,
} from '../../../channels/official-account/template-fields';
import type { TemplateField, WeChatTemplate } from './campaigns';
import { fillLiquid, isLiquid } from './fill-liquid';

export interface PersonFieldName {
  key: string;
  name: string;
  type?: string;
}

/** A fact a text may name; `standIn` says what stands there for whoever has none. */
export interface Variable {
  code: string;
  name: string;
  standIn: 'name' | 'number' | 'text' | null;
}

/** In the order of the menu. Today and the days of following are known of everybody. */
export function variablesOf(fields: readonly PersonFieldName[]): Variable[] {
  return [
    { code: 'person.name', name: t('campaigns.var-name'), standIn: 'name' },
    { code: 'today', name: t('campaigns.var-today'), standIn: null },
    { code: 'person.followedDays', name: t('campaigns.var-days'), standIn: null },
    { code: 'account.name', name: t('campaigns.var-account'), standIn: 'text' },
    ...fields.map(({ key, name, type }) => ({
      code: `person.fields.${key}`,
      name,
      standIn: type === 'number' ? ('number' as const) : ('text' as const),
    })),
  ];
}

/** Kinds of template field that take no words; each has a value of its own that WeChat takes. */
const standInsByKind: Readonly<Record<string, string>> = {
  number: '0',
  amount: '"0"',
  character_string: '"-"',
  symbol: '"-"',
  letter: '"NA"',
  phone_number: '"0"',
  car_number: '"00"',
  time: '"00:00"',
  date: 'today',
};

/** What the menu writes: a fact, and what stands in for it so that WeChat takes the field from everybody. */
export function pieceOf({ code, standIn }: Variable, field: TemplateField): string {
  if (standIn === null) return `{{ ${code} }}`;
  const words = standIn === 'number' ? '0' : `"${t(`campaigns.default-${standIn}`)}"`;
  const ofKind = field.kind === 'phrase' ? `"${t('campaigns.default-phrase')}"` : undefined;
  return `{{ ${code} | default: ${standInsByKind[field.kind] ?? ofKind ?? words} }}`;
}

/** Written as WeChat's date fields want it, whatever the page's language. */
const todayText = (now: number): string =>
  new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeZone: orgZone.value }).format(now);

/** What a text may name about a person, in the shape the server gives it. */
export function factsOf(
  person: Person | null,
  accountId: string,
  account: string,
  now: number,
): Record<string, unknown> {
  const follower =
    person?.followers.find((one) => one.accountId === accountId) ?? person?.followers[0];
  const followedAt = follower?.followedAt ? Date.parse(follower.followedAt) : now;
  return {
    person: {
      openid: follower?.openid ?? '',
      name: person?.named === true ? person.name : '',
      tags: person?.tags.map((tag) => tag.name) ?? [],
      fields: { ...person?.fields },
      followedDays: Math.max(0, Math.floor((now - followedAt) / 86_400_000)),
    },
    account: { name: account },
    today: todayText(now),
    now: new Date(now),
  };
}

/** WeChat no longer shows these, though old templates still have them. */
const unseen = new Set(['first', 'remark']);
export const shownFields = (template: WeChatTemplate): TemplateField[] =>
  template.fields.filter((field) => !unseen.has(field.key));

export function phoneMessage(
  template: WeChatTemplate | null,
  title: string,
  values: Readonly<Record<string, string>>,
  hasLink: boolean,
): PhoneMessage {
  const fields = template
    ? shownFields(template).map((field) => ({ name: field.name, value: values[field.key] ?? '' }))
    : Object.entries(values).map(([name, value]) => ({ name, value }));
  return { kind: 'template', title: template?.title ?? title, fields, link: hasLink };
}

/** What WeChat would say about a value: the words the plan and the sending judge by, run here. */
export function troubleOf(
  field: TemplateField,
  value: string,
): { code: string; params: Readonly<Record<string, number>> } | null {
  return checkTemplateField(field.key, plainFieldValue(field.key, value))[0] ?? null;
}

/** Wrong for everybody: what depends on the person is counted by the plan and holds nobody up here. */
export function isWrongForAll(field: TemplateField, text: string, facts: object): boolean {
  if (isLiquid(text) && text.includes('person')) return false;
  const filled = fillLiquid(text, facts);
  return filled !== null && troubleOf(field, filled) !== null;
}
