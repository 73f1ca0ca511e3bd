import { createHash } from 'node:crypto';
import { prefixOf, type LiveTemplates } from './live-templates';
import type { Templates } from './read-templates';

/**
 * `changed` by the file; `edited-here` and `removed-here` by an operator since the last import, which an import
 * keeps unless it is to overwrite; `only-here` is nothing the folder knows of and is always kept.
 */
type State = 'added' | 'changed' | 'same' | 'edited-here' | 'removed-here' | 'only-here';
type Kind = 'rule' | 'faq' | 'welcome' | 'default';
export type FieldChange = {
  readonly field: string;
  readonly here: unknown;
  readonly file: unknown;
};
export type TemplateChange = {
  readonly kind: Kind;
  readonly key: string;
  readonly name: string;
  readonly state: State;
  readonly fields: readonly FieldChange[];
};

/** With what an import writes, and where it notes what it wrote. */
export type ComparedTemplate = TemplateChange & {
  readonly place: string;
  readonly file: Content | undefined;
};

type Content = Readonly<Record<string, unknown>>;
type Pair = {
  readonly kind: Kind;
  readonly key: string;
  readonly name: string;
  readonly place: string;
  readonly file: Content | undefined;
  readonly here: Content | undefined;
  /** Where no import has left a note: whether somebody has saved it since it was made. */
  readonly isTouched: boolean;
};

/** Every rule and question that is in the folder, here, or both. Order: as the folder has them, then the rest. */
export function compareTemplates(
  templates: Templates,
  live: LiveTemplates,
  accountId: string | null,
  asDrafts = false,
): ComparedTemplate[] {
  return pairsOf(templates, live, accountId, asDrafts).map((pair) => ({
    kind: pair.kind,
    key: pair.key,
    name: pair.name,
    state: stateOf(pair, live.origins.get(pair.place)),
    fields: fieldsOf(pair),
    place: pair.place,
    file: pair.file,
  }));
}

function stateOf({ file, here, isTouched }: Pair, origin: string | undefined): State {
  if (file === undefined) return 'only-here';
  if (here === undefined) return origin === undefined ? 'added' : 'removed-here';
  if (canonical(file) === canonical(here)) return 'same';
  const isEdited = origin === undefined ? isTouched : !isAsImported(here, origin);
  return isEdited ? 'edited-here' : 'changed';
}

/** To publish what came in as a draft is not to change it. */
const isAsImported = (here: Content, origin: string): boolean =>
  hashOf(here) === origin ||
  (here['status'] === 'published' && hashOf({ ...here, status: 'draft' }) === origin);

function fieldsOf({ file, here }: Pair): FieldChange[] {
  if (file === undefined || here === undefined) return [];
  const names = [...new Set([...Object.keys(file), ...Object.keys(here)])];
  return names
    .filter((name) => canonical(file[name]) !== canonical(here[name]))
    .map((field) => ({ field, here: here[field] ?? null, file: file[field] ?? null }));
}

/** As drafts nothing of it answers before somebody publishes it, and what answers already goes on. */
const statusOf = (asDrafts: boolean, here: { status: Status } | undefined): Status =>
  asDrafts ? (here?.status ?? 'draft') : 'published';
type Status = 'draft' | 'published';

function pairsOf(
  templates: Templates,
  live: LiveTemplates,
  accountId: string | null,
  asDrafts: boolean,
): Pair[] {
  const ruleKeys = allOf(
    templates.rules.map(({ key }) => key),
    [...live.rules.keys()],
  );
  const faqIds = allOf(
    templates.faqs.map(({ id }) => id),
    [...live.faqNotes.keys()],
  );
  const inFile = new Map(templates.rules.map((rule) => [rule.key, rule]));
  const asked = new Map(templates.faqs.map((faq) => [faq.id, faq]));
  const rules = ruleKeys.map((key): Pair => {
    const file = inFile.get(key);
    const here = live.rules.get(key);
    return {
      kind: 'rule',
      key,
      name: file?.name ?? here?.rule.name ?? key,
      place: placeOfRule(accountId, key),
      file: file && { ...without(file, 'key'), status: statusOf(asDrafts, here?.row) },
      here: here && { ...without(here.rule, 'key'), status: here.row.status },
      isTouched: here !== undefined && here.row.updatedAt !== here.row.createdAt,
    };
  });
  const faqs = faqIds.map((id): Pair => {
    const file = asked.get(id);
    const here = live.faqs.get(id);
    const note = live.faqNotes.get(id);
    return {
      kind: 'faq',
      key: id,
      name: file?.question ?? note?.question ?? id,
      place: placeOfFaq(id),
      file: file && { ...without(file, 'id'), status: statusOf(asDrafts, here) },
      here: here && without(here, 'id'),
      isTouched: note !== undefined && note.updatedAt !== note.createdAt,
    };
  });
  const settings = accountId === null || asDrafts ? [] : (['welcome', 'default'] as const);
  const own = settings.flatMap((kind): Pair[] => {
    const [file, here] = [templates[kind], live[kind]];
    if (file === undefined && here === undefined) return [];
    const place = placeOfSetting(accountId, kind);
    return [{ kind, key: kind, name: kind, place, file, here, isTouched: true }];
  });
  return [...own, ...rules, ...faqs];
}

const allOf = (first: readonly string[], second: readonly string[]): string[] => [
  ...new Set([...first, ...second]),
];

const without = (content: object, name: string): Content =>
  Object.fromEntries(Object.entries(content).filter(([field]) => field !== name));

const placeOfRule = (accountId: string | null, key: string): string =>
  `${prefixOf(accountId)}rule:${key}`;
const placeOfFaq = (id: string): string => `faq:${id}`;
const placeOfSetting = (accountId: string | null, kind: 'welcome' | 'default'): string =>
  prefixOf(accountId) + kind;

/** One text for one content, whatever the order of its fields; what is absent, null or undefined is one. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part === null) return undefined;
    if (typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(
      Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  });
}

export const hashOf = (content: object): string =>
  createHash('sha256').update(canonical(content)).digest('hex');
