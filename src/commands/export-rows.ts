import type { Operation } from '../kernel/http';
import { everyRow } from './call-operation';

export const kinds = ['people', 'rules', 'faqs'] as const;
export type Kind = (typeof kinds)[number];
type Row = Record<string, unknown>;

type Person = {
  id: string;
  name: string;
  named: boolean;
  followers: { appId: string; openid: string; state: string; followedAt: string | null }[];
  tags: { name: string }[];
  fields: Row;
};
type Rule = { status: string } & Row;
type Faq = { id: string; question: string; similar: string[]; answer: string; status: string };

const personRow = ({ id, name, named, followers, tags, fields }: Person): Row => {
  const [first] = followers;
  return {
    id,
    // A name that only stands in for one is nobody's name.
    name: named ? name : '',
    appId: first?.appId ?? '',
    openid: first?.openid ?? '',
    state: first?.state ?? '',
    followedAt: first?.followedAt ?? '',
    others: followers.slice(1).map(({ appId, openid }) => `${appId}:${openid}`),
    tags: tags.map((tag) => tag.name),
    fields,
  };
};

const ruleRow = ({ id, name, match, keywords, priority, appId, answer, ...rest }: Rule): Row => ({
  id,
  name,
  match,
  keywords,
  priority,
  appId,
  answer,
  when: rest['when'],
  also: rest['also'],
  publish: rest.status === 'published',
});

const faqRow = ({ id, question, similar, answer, status }: Faq): Row => ({
  id,
  question,
  similar,
  answer,
  status,
});

/** Rows as `guanxi import` takes them, one after another. */
export async function* rowsOf(operations: readonly Operation[], kind: Kind): AsyncGenerator<Row> {
  if (kind === 'people') {
    for await (const one of everyRow<Person>(operations, '/api/v1/people')) yield personRow(one);
  } else if (kind === 'rules') {
    for await (const one of everyRow<Rule>(operations, '/api/v1/reply-rules')) yield ruleRow(one);
  } else {
    for await (const one of everyRow<Faq>(operations, '/api/v1/faqs')) yield faqRow(one);
  }
}

/** A spreadsheet takes a cell that begins so for a formula. */
const formula = /^[=+\-@\t\r\uff1d]/;

/** Lists and objects are written as JSON; a text that a spreadsheet would run gets an apostrophe before it. */
export function csvLine(values: readonly unknown[]): string {
  return values.map(cell).join(',');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
