/**
 * What WeChat accepts as the value of a template field, by the word its key begins with (`thing1` is a `thing`).
 * Rules of the official field table as copied by its readers; lengths count code points.
 */

export type FieldKind =
  | 'thing'
  | 'short_thing'
  | 'character_string'
  | 'number'
  | 'letter'
  | 'symbol'
  | 'time'
  | 'date'
  | 'amount'
  | 'phone_number'
  | 'car_number'
  | 'name'
  | 'phrase'
  | 'const'
  | 'enum'
  /** `keyword1` of historic templates: no known rule. */
  | 'legacy'
  /** `first` and `remark`: accepted and not shown since 2023. */
  | 'ignored';

export type FieldProblemCode =
  | 'empty'
  | 'too-long'
  | 'control-character'
  | 'no-chinese'
  | 'chinese-only'
  | 'digits-only'
  | 'letters-only'
  | 'symbols-only'
  | 'not-a-time'
  | 'not-a-date'
  | 'not-an-amount'
  | 'not-a-phone-number'
  | 'not-a-car-number';

export interface FieldProblem {
  readonly code: FieldProblemCode;
  /** `{ most, length }` for `too-long`. */
  readonly params: Readonly<Record<string, number>>;
}

export interface FieldRule {
  /** Most code points. */
  readonly most?: number;
  /** What the whole value must look like, and what to say when it does not. */
  readonly shape?: { readonly pattern: RegExp; readonly code: FieldProblemCode };
  readonly mayBeEmpty?: true;
}

const clockTime = String.raw`([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?`;
const day = String.raw`\d{4}(\u5e74(0?[1-9]|1[0-2])\u6708(0?[1-9]|[12]\d|3[01])\u65e5|[-/](0?[1-9]|1[0-2])[-/](0?[1-9]|[12]\d|3[01]))`;
const ranged = (one: string) => new RegExp(`^${one}(\\s?[~\uff5e]\\s?${one})?$`);

export const fieldRules: Readonly<Record<FieldKind, FieldRule>> = {
  thing: { most: 20 },
  short_thing: { most: 5 },
  character_string: {
    most: 32,
    shape: { pattern: /^[\x20-\x7e]*$/, code: 'no-chinese' },
  },
  number: { most: 32, shape: { pattern: /^-?\d+(\.\d+)?$/, code: 'digits-only' } },
  letter: { most: 32, shape: { pattern: /^[A-Za-z]+$/, code: 'letters-only' } },
  symbol: { most: 5, shape: { pattern: /^[\p{P}\p{S}]+$/u, code: 'symbols-only' } },
  time: { shape: { pattern: ranged(`(${day}\\s?)?${clockTime}`), code: 'not-a-time' } },
  date: { shape: { pattern: ranged(`${day}(\\s?${clockTime})?`), code: 'not-a-date' } },
  amount: {
    shape: { pattern: /^\p{Sc}?\d{1,10}(\.\d+)?\u5143?$/u, code: 'not-an-amount' },
  },
  phone_number: {
    most: 17,
    shape: { pattern: /^[\d+\-() ]+$/, code: 'not-a-phone-number' },
  },
  car_number: {
    most: 8,
    shape: {
      pattern: /^[\p{Script=Han}A-Za-z0-9][A-Za-z0-9\-\u00b7]*[\p{Script=Han}A-Za-z0-9]$/u,
      code: 'not-a-car-number',
    },
  },
  name: {},
  phrase: { most: 5, shape: { pattern: /^\p{Script=Han}+$/u, code: 'chinese-only' } },
  const: { most: 20, mayBeEmpty: true },
  enum: { most: 20, mayBeEmpty: true },
  legacy: { mayBeEmpty: true },
  ignored: { mayBeEmpty: true },
};

const kinds = Object.keys(fieldRules).filter((kind) => kind !== 'legacy' && kind !== 'ignored');

/** The kind a field key stands for: `character_string3` → `character_string`; `keyword2` → `legacy`. */
export function fieldKindOf(key: string): FieldKind {
  if (key === 'first' || key === 'remark') return 'ignored';
  const word = key.replace(/\d+$/, '');
  return kinds.includes(word) ? (word as FieldKind) : 'legacy';
}

/**
 * A value as it is judged and sent. People write dates with spaces, which WeChat refuses: they go away, except the
 * one between a day and an hour.
 */
export function plainFieldValue(key: string, value: string): string {
  const kind = fieldKindOf(key);
  const trimmed = value.trim();
  if (kind !== 'time' && kind !== 'date') return trimmed;
  return trimmed
    .replace(/\s+/g, ' ')
    .replace(/ ?([\u5e74\u6708]) ?/g, '$1')
    .replace(/ (?=\u65e5)/g, '')
    .replace(/ ?([-/:~\uff5e]) ?/g, '$1');
}

/** Everything WeChat would refuse about `value` under `key`; nothing means it may be sent. */
export function checkTemplateField(key: string, value: string): FieldProblem[] {
  const kind = fieldKindOf(key);
  const rule = fieldRules[kind];
  if (value === '') return rule.mayBeEmpty ? [] : [{ code: 'empty', params: {} }];
  const problems: FieldProblem[] = [];
  if (kind !== 'ignored' && /[\p{Cc}\u2028\u2029]/u.test(value))
    problems.push({ code: 'control-character', params: {} });
  const length = Array.from(value).length;
  const most = kind === 'name' ? longestName(value) : rule.most;
  if (most !== undefined && length > most)
    problems.push({ code: 'too-long', params: { most, length } });
  if (rule.shape && !rule.shape.pattern.test(value))
    problems.push({ code: rule.shape.code, params: {} });
  return problems;
}

/** Ten characters once a Chinese one is among them, else twenty. */
const longestName = (value: string) => (/\p{Script=Han}/u.test(value) ? 10 : 20);

export interface TemplateField {
  readonly key: string;
  readonly kind: FieldKind;
  /** What the template prints before the value, without its colon. */
  readonly label: string;
}

/** The fields of a registered template in the order they are printed, from content like `…{{thing1.DATA}}`. */
export function readTemplateFields(content: string): TemplateField[] {
  const found = new Map<string, TemplateField>();
  for (const line of content.split(/\r?\n/)) {
    let labelFrom = 0;
    for (const match of line.matchAll(/\{\{\s*([A-Za-z][A-Za-z0-9_]*)\.DATA\s*\}\}/g)) {
      const key = match[1] ?? '';
      const label = line
        .slice(labelFrom, match.index)
        .replace(/[\s:\uff1a]+$/, '')
        .trim();
      labelFrom = match.index + match[0].length;
      if (!found.has(key)) found.set(key, { key, kind: fieldKindOf(key), label });
    }
  }
  return [...found.values()];
}
