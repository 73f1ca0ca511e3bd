import { z } from 'zod';
import type { FieldError } from '../errors';
import { text, type Locale } from '../text';
import { knownNames, plainName } from './known-names';

type Issue = z.core.$ZodIssue;
type Params = Record<string, string | number>;

const mostTold = 20;

/** What a schema has against a value, in codes and limits. Of the value itself only our own names are told. */
export function fieldErrorsOf(
  schema: z.ZodType,
  value: unknown,
  issues: readonly Issue[],
): FieldError[] {
  const names = namesOf(schema);
  const errors = issues
    .slice(0, mostTold)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownFields(schema, value, issue)
        : [{ path: pathOf(names, value, issue.path), ...judgementOf(value, issue) }],
    );
  return errors.slice(0, mostTold);
}

/** One for each, with the names there are, so that a mistyped one is found. */
function unknownFields(
  schema: z.ZodType,
  value: unknown,
  { code, path, keys }: z.core.$ZodIssueUnrecognizedKeys,
): FieldError[] {
  const names = namesOf(schema);
  const isTold: Names = { isOurs: (name) => names.isOurs(name) || plainName.test(name) };
  const around = pathOf(names, value, path);
  const known = knownNames(schema, path).join(', ');
  return keys.slice(0, mostTold).map((key) => ({
    path: [around, pathOf(isTold, valueAt(value, path), [key])].filter(Boolean).join('.'),
    code,
    ...(known === '' ? {} : { sentence: 'unrecognized_keys.known', params: { known } }),
  }));
}

/** In the reader's language, unless whoever refused has spoken already. */
export function tellFieldError(locale: Locale, error: FieldError) {
  const { path, code, params, sentence = code, message } = error;
  const told = message ?? text(locale, `field-error.${sentence}`, params);
  return {
    path,
    code,
    message: told === `field-error.${sentence}` ? text(locale, 'field-error.custom') : told,
    ...(params && Object.keys(params).length > 0 ? { params } : {}),
  };
}

/** `path` as a refusal tells it. */
export const fieldPath = (schema: z.ZodType, value: unknown, path: readonly string[]): string =>
  pathOf(namesOf(schema), value, path);

function judgementOf(value: unknown, issue: Issue): Omit<FieldError, 'path'> {
  const { code } = issue;
  switch (issue.code) {
    case 'invalid_type': {
      const isMissing = valueAt(value, issue.path) === undefined;
      const sentence = isMissing ? 'missing' : sentenceFor(code, issue.expected);
      return { code, sentence, params: { expected: issue.expected } };
    }
    case 'too_big':
      return {
        code,
        sentence: sentenceFor(code, issue.origin),
        params: { maximum: Number(issue.maximum) },
      };
    case 'too_small':
      return {
        code,
        sentence: sentenceFor(code, issue.origin),
        params: { minimum: Number(issue.minimum) },
      };
    case 'not_multiple_of':
      return { code, params: { divisor: issue.divisor } };
    case 'invalid_value':
      return { code, params: { values: issue.values.map(String).join(', ') } };
    case 'invalid_format':
      return { code, sentence: sentenceFor(code, issue.format), params: {} };
    case 'custom':
      return customOf(issue.params);
    default:
      return { code };
  }
}

/** Our own checks say their code and limits as `params` of the issue. */
function customOf({ code, ...limits }: Record<string, unknown> = {}): Omit<FieldError, 'path'> {
  return { code: typeof code === 'string' ? code : 'custom', params: limits as Params };
}

const kinds: Readonly<Record<string, string>> = {
  set: 'array',
  map: 'array',
  file: 'string',
  int: 'number',
  bigint: 'number',
  nan: 'number',
  record: 'object',
};
const told: Readonly<Record<string, readonly string[]>> = {
  invalid_type: ['string', 'number', 'boolean', 'object', 'array'],
  too_big: ['string', 'number', 'array'],
  too_small: ['string', 'number', 'array'],
  invalid_format: ['url', 'email'],
};

function sentenceFor(code: string, word: string): string {
  const kind = kinds[word] ?? word;
  return told[code]?.includes(kind) ? `${code}.${kind}` : code;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined,
    value,
  );
}

/** A name the schema does not know came from outside: its place among its neighbours stands for it. */
function pathOf(names: Names, value: unknown, path: readonly PropertyKey[]): string {
  return path
    .map((key, depth) => {
      const name = String(key);
      const around = valueAt(value, path.slice(0, depth));
      if (typeof key === 'number' || Array.isArray(around) || names.isOurs(name)) return name;
      return String(Object.keys(around ?? {}).indexOf(name));
    })
    .join('.');
}

type Names = { isOurs: (name: string) => boolean };
const known = new WeakMap<z.ZodType, Names>();

/** Names of the schema's fields, and the forms it asks of names that the caller may choose. */
function namesOf(schema: z.ZodType): Names {
  const found = known.get(schema);
  if (found) return found;
  const fields = new Set<string>();
  const forms: RegExp[] = [];
  const open: unknown[] = [z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    const { properties, propertyNames } = node as {
      properties?: object;
      propertyNames?: { pattern?: string };
    };
    for (const name of Object.keys(properties ?? {})) fields.add(name);
    if (propertyNames?.pattern !== undefined) forms.push(new RegExp(propertyNames.pattern, 'u'));
    open.push(...(Object.values(node) as unknown[]));
  }
  const names = {
    isOurs: (name: string) => fields.has(name) || forms.some((one) => one.test(name)),
  };
  known.set(schema, names);
  return names;
}
