import type { Person } from '../../shared/api/types';
import { orgZone } from '../../shared/i18n/clock';
import { t } from '../../shared/i18n/i18n';
import type { PhoneMessage } from '../../shared/parts/phone-message';
import type { TemplateField, WeChatTemplate } from './campaigns';

export interface PersonFieldName {
  key: string;
  name: string;
}

/** What a text may name, in the order of the menu. */
export function variablesOf(fields: readonly PersonFieldName[]): { code: string; name: string }[] {
  return [
    {
      code: `person.name | default: "${t('campaigns.default-name')}"`,
      name: t('campaigns.var-name'),
    },
    { code: 'today', name: t('campaigns.var-today') },
    { code: 'person.followedDays', name: t('campaigns.var-days') },
    { code: 'account.name', name: t('campaigns.var-account') },
    ...fields.map(({ key, name }) => ({ code: `person.fields.${key}`, name })),
  ];
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

/** Kinds that WeChat takes without a value. */
const mayBeEmpty = new Set(['const', 'enum', 'legacy', 'ignored']);
const chinese = /\p{Script=Han}/u;
const checks: Readonly<Record<string, (value: string) => string | null>> = {
  number: (value) => (/^-?\d+(\.\d+)?$/.test(value) ? null : 'digits'),
  letter: (value) => (/^[A-Za-z]+$/.test(value) ? null : 'letters'),
  character_string: (value) => (chinese.test(value) ? 'no-chinese' : null),
  phrase: (value) => (/^\p{Script=Han}+$/u.test(value) ? null : 'chinese-only'),
};

/** What WeChat would say about a value, as far as a page can tell; the server judges when it is saved. */
export function troubleOf(
  field: TemplateField,
  value: string,
): { code: string; params: Record<string, number> } | null {
  if (value.trim() === '') return mayBeEmpty.has(field.kind) ? null : { code: 'empty', params: {} };
  const length = Array.from(value.trim()).length;
  if (field.most !== null && length > field.most) {
    return { code: 'too-long', params: { most: field.most, length } };
  }
  const code = checks[field.kind]?.(value.trim());
  return code ? { code, params: {} } : null;
}
