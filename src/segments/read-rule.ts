import { DateTime } from 'luxon';
import { z } from 'zod';
import { InvalidInput, type FieldError } from '../kernel/errors';
import { fieldErrorsOf } from '../kernel/http';
import { opsFor, type FieldList, type OpShape } from './fields';
import { deepest, mostNodes, ops, type Condition, type Rule, type Value } from './rule';

const mostTexts = 100;
const longestText = 255;
const mostDays = 3_650;
const hasBadCharacter = /[\p{Cc}\p{Surrogate}]/u;

const text = z
  .string()
  .trim()
  .min(1)
  .max(longestText)
  .refine((value) => !hasBadCharacter.test(value));
const value = z.union([text, z.number(), z.array(text).min(1).max(mostTexts)]);
const condition = z.strictObject({
  field: z.string().min(1).max(64),
  op: z.enum(ops),
  value: value.optional(),
  within: z.int().min(1).max(mostDays).optional(),
});

/**
 * Refuses with the path of every node that is not understood. An empty `all` is everybody and may only
 * stand alone: inside a tree it is a condition that somebody forgot.
 */
export function readRule(given: unknown, fields: FieldList, path = 'rule'): Rule {
  const errors: FieldError[] = [];
  refuseSize(given, path);
  const rule = readNode(given, path, fields, errors);
  if (!rule || errors.length > 0) {
    throw new InvalidInput('segment_rule_invalid', { errors: errors.slice(0, 20) });
  }
  return rule;
}

/** Before anything recursive: counts without recursion, so that depth cannot hurt. */
function refuseSize(given: unknown, path: string): void {
  const open: { node: unknown; depth: number }[] = [{ node: given, depth: 1 }];
  let nodes = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    if (typeof node !== 'object' || node === null) continue;
    nodes += 1;
    if (nodes > mostNodes || depth > deepest) {
      throw new InvalidInput('segment_rule_too_large', { path, mostNodes, deepest });
    }
    const { all, any, not } = node as { all?: unknown; any?: unknown; not?: unknown };
    const listed = [all, any].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
    const inner = [...listed, not];
    for (const child of inner)
      if (child !== undefined) open.push({ node: child, depth: depth + 1 });
  }
}

function readNode(
  given: unknown,
  path: string,
  fields: FieldList,
  errors: FieldError[],
): Rule | undefined {
  const refuse = (code: string, at = path): void => {
    errors.push({ path: at, code });
  };
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    refuse('node_expected');
    return undefined;
  }
  const keys = Object.keys(given);
  const [key] = keys;
  if (keys.length === 1 && (key === 'all' || key === 'any')) {
    const list = (given as Record<string, unknown>)[key];
    if (!Array.isArray(list)) {
      refuse('list_expected', `${path}.${key}`);
      return undefined;
    }
    const isEverybody = key === 'all' && path === 'rule';
    if (list.length === 0 && !isEverybody) {
      refuse('list_empty', `${path}.${key}`);
      return undefined;
    }
    const rules = list.map((inner, index) =>
      readNode(inner, `${path}.${key}.${index}`, fields, errors),
    );
    const known = rules.filter((rule) => rule !== undefined);
    return key === 'all' ? { all: known } : { any: known };
  }
  if (keys.length === 1 && key === 'not') {
    const inner = readNode((given as { not: unknown }).not, `${path}.not`, fields, errors);
    return inner && { not: inner };
  }
  return readCondition(given, path, fields, errors);
}

function readCondition(
  given: object,
  path: string,
  fields: FieldList,
  errors: FieldError[],
): Condition | undefined {
  const parsed = condition.safeParse(given);
  if (!parsed.success) {
    for (const error of fieldErrorsOf(condition, given, parsed.error.issues)) {
      errors.push({ ...error, path: error.path === '' ? path : `${path}.${error.path}` });
    }
    return undefined;
  }
  const wanted = parsed.data;
  const field = fields.get(wanted.field);
  const shape = field && opsFor(field)[wanted.op];
  const problem = !field
    ? { at: 'field', code: 'field_unknown' }
    : !shape
      ? { at: 'op', code: 'op_unknown' }
      : wanted.within !== undefined && !shape.within
        ? { at: 'within', code: 'within_unexpected' }
        : problemOfValue(wanted.value, shape, field.choices);
  if (!problem) return wanted;
  errors.push({ path: `${path}.${problem.at}`, code: problem.code });
  return undefined;
}

function problemOfValue(
  given: Value | undefined,
  shape: OpShape,
  choices: readonly string[] | undefined,
): { at: string; code: string } | undefined {
  const bad = (code: string) => ({ at: 'value', code });
  if (shape.value === 'none') return given === undefined ? undefined : bad('value_unexpected');
  if (given === undefined) return bad('value_missing');
  switch (shape.value) {
    case 'texts': {
      if (typeof given === 'number') return bad('text_expected');
      const isOutside = choices && textsOf(given).some((one) => !choices.includes(one));
      return isOutside ? bad('choice_unknown') : undefined;
    }
    case 'text':
      return typeof given === 'string' ? undefined : bad('text_expected');
    case 'number':
      return typeof given === 'number' ? undefined : bad('number_expected');
    case 'days':
      return isWhole(given, 1, mostDays) ? undefined : bad('days_expected');
    case 'count':
      return isWhole(given, 0, 1_000_000) ? undefined : bad('count_expected');
    case 'date':
      return typeof given === 'string' && isDate(given) ? undefined : bad('date_expected');
  }
}

const isWhole = (given: Value, least: number, most: number): boolean =>
  typeof given === 'number' && Number.isInteger(given) && given >= least && given <= most;

const dateForm = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
const isDate = (given: string): boolean =>
  dateForm.test(given) && DateTime.fromISO(given, { zone: 'utc' }).isValid;

export const textsOf = (given: Value | undefined): readonly string[] =>
  given === undefined || typeof given === 'number'
    ? []
    : typeof given === 'string'
      ? [given]
      : [...new Set(given)];

/** A day without an hour begins at midnight of the organisation's zone. Epoch ms. */
export const instantOf = (given: string, zone: string): number =>
  DateTime.fromISO(given, { zone }).toMillis();
