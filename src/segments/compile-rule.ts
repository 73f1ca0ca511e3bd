import type { Scalar } from '../kernel/database';
import { identityColumns, type Field, type FieldList, type Place } from './fields';
import { instantOf, textsOf } from './read-rule';
import type { Condition, Rule } from './rule';

const dayMs = 24 * 60 * 60 * 1_000;

/** What a rule is judged with besides the rows. */
export type Judging = {
  readonly fields: FieldList;
  /** Business time, epoch ms. */
  readonly now: number;
  /** Of the organisation: where a day without an hour begins. */
  readonly zone: string;
};

/** A condition on `identity i`: the text holds marks and our own identifiers only. */
export type Sql = { readonly text: string; readonly params: readonly Scalar[] };

const sql = (text: string, ...params: Scalar[]): Sql => ({ text, params });

/**
 * Every leaf is true or false, never unknown: so `not` means the same in SQL and in memory, and a fact
 * that is missing fulfils no condition but the negated ones.
 */
export function compileRule(rule: Rule, judging: Judging): Sql {
  return compile(rule, judging, 'everybody');
}

/** As `compileRule`, for a query that names the identities itself. */
export const compileForFew = (rule: Rule, judging: Judging): Sql => compile(rule, judging, 'few');

/** Whom a condition is asked of: a few that cheaper conditions left, or everybody. */
type Crowd = 'few' | 'everybody';

function compile(rule: Rule, judging: Judging, crowd: Crowd): Sql {
  if ('all' in rule) return allOf(rule.all, judging, crowd);
  if ('any' in rule) return anyOf(rule.any, judging, crowd);
  if ('not' in rule) return negate(compile(rule.not, judging, crowd));
  return compileCondition(rule, judging, crowd);
}

function allOf(rules: readonly Rule[], judging: Judging, crowd: Crowd): Sql {
  if (rules.length === 0) return sql('1 = 1');
  const [first, ...others] = cheapFirst(rules, judging);
  const parts = others.map((rule) => compile(rule, judging, 'few'));
  return joinSql([...(first ? [compile(first, judging, crowd)] : []), ...parts], ' AND ');
}

function anyOf(rules: readonly Rule[], judging: Judging, crowd: Crowd): Sql {
  if (rules.length === 0) return sql('1 = 0');
  const parts = cheapFirst(rules, judging).map((rule) => compile(rule, judging, crowd));
  return joinSql(parts, ' OR ');
}

const cheapFirst = (rules: readonly Rule[], judging: Judging): Rule[] =>
  [...rules].sort((one, other) => costOf(one, judging) - costOf(other, judging));

function joinSql(parts: readonly Sql[], word: string): Sql {
  return {
    text: `(${parts.map((part) => part.text).join(word)})`,
    params: parts.flatMap((part) => part.params),
  };
}

const costs: Readonly<Record<Place['in'], number>> = {
  identity: 0,
  'opted-out': 0,
  account: 1,
  tags: 2,
  custom: 2,
  events: 3,
};

/** The engines judge in the order written: what needs another table comes after what does not. */
function costOf(rule: Rule, judging: Judging): number {
  if ('all' in rule) return Math.max(0, ...rule.all.map((inner) => costOf(inner, judging)));
  if ('any' in rule) return Math.max(0, ...rule.any.map((inner) => costOf(inner, judging)));
  if ('not' in rule) return costOf(rule.not, judging);
  const field = judging.fields.get(rule.field);
  return field ? costs[field.place.in] : 0;
}

const negate = ({ text, params }: Sql): Sql => ({ text: `NOT (${text})`, params });

function compileCondition(condition: Condition, judging: Judging, crowd: Crowd): Sql {
  const field = judging.fields.get(condition.field);
  if (!field) throw new Error('a rule that was not read: unknown field');
  switch (field.place.in) {
    case 'identity':
      return onExpression(identityColumns[field.place.column], condition, field, judging);
    case 'opted-out':
      return optedOut(condition);
    case 'account':
      return inAccounts(condition);
    case 'tags':
      return tagged(condition);
    case 'events':
      return counted(condition, { kind: field.place.kind, now: judging.now, crowd });
    case 'custom':
      return inCustomField(condition, field, field.place.key, judging);
  }
}

const negated: Partial<Record<Condition['op'], Condition['op']>> = {
  'is-not': 'is',
  'not-within': 'within',
  unknown: 'known',
};

function onExpression(at: string, condition: Condition, field: Field, judging: Judging): Sql {
  const positive = negated[condition.op];
  if (positive) return negate(onExpression(at, { ...condition, op: positive }, field, judging));
  const { value } = condition;
  const isThere = (test: string, ...params: Scalar[]) =>
    sql(`(${at} IS NOT NULL AND ${test})`, ...params);
  switch (condition.op) {
    case 'known':
      return sql(`(${at} IS NOT NULL)`);
    case 'is':
      if (typeof value === 'number') return isThere(`${at} = ?`, value);
      return sameText(at, textsOf(value), field);
    case 'contains':
      return isThere(`INSTR(${at}, ?) > 0`, String(value));
    case 'at-least':
      return isThere(`${at} >= ?`, Number(value));
    case 'at-most':
      return isThere(`${at} <= ?`, Number(value));
    case 'within':
      return isThere(`${at} >= ? AND ${at} <= ?`, judging.now - Number(value) * dayMs, judging.now);
    case 'within-next':
      return isThere(`${at} >= ? AND ${at} <= ?`, judging.now, judging.now + Number(value) * dayMs);
    case 'before':
      return isThere(`${at} < ?`, instantOf(String(value), judging.zone));
    case 'after':
      return isThere(`${at} >= ?`, instantOf(String(value), judging.zone));
    default:
      throw new Error('a rule that was not read: unknown operator');
  }
}

/** MariaDB's collation takes "a" and "a " for equal, so free text is compared by length too. */
function sameText(at: string, wanted: readonly string[], field: Field): Sql {
  if (field.type === 'choice') {
    return sql(`(${at} IS NOT NULL AND ${at} IN (${marks(wanted)}))`, ...wanted);
  }
  const one = `(${at} = ? AND LENGTH(${at}) = LENGTH(?))`;
  return sql(
    `(${at} IS NOT NULL AND (${wanted.map(() => one).join(' OR ')}))`,
    ...wanted.flatMap((value) => [value, value]),
  );
}

function optedOut({ op, value }: Condition): Sql {
  const wanted = textsOf(value);
  const tests = [
    wanted.includes('yes') && 'i.optedOutAt IS NOT NULL',
    wanted.includes('no') && 'i.optedOutAt IS NULL',
  ].filter((test) => test !== false);
  const test = sql(`(${tests.join(' OR ')})`);
  return op === 'is-not' ? negate(test) : test;
}

/** Accounts are named by their platform id (`wx…`), as everywhere in the API. */
function inAccounts({ op, value }: Condition): Sql {
  const wanted = textsOf(value);
  const test = sql(
    `(i.accountId IN (SELECT a.id FROM account a WHERE a.platformId IN (${marks(wanted)})))`,
    ...wanted,
  );
  return op === 'is-not' ? negate(test) : test;
}

/** By the primary key: MariaDB joins it in, once for each row that the cheaper conditions leave. */
const hasTag = (tag: string): Sql =>
  sql(
    'EXISTS (SELECT 1 FROM identity_tag g WHERE g.identityId = i.id AND g.tagId = (SELECT t.id FROM tag t WHERE t.name = ?))',
    tag,
  );

/**
 * Asked row by row, and only when the conditions before it hold. Written so that MariaDB does not turn
 * it round into a list of everybody of whom it is true, which was four times slower.
 */
const isThereAny = (from: string, ...params: Scalar[]): Sql =>
  sql(`COALESCE((SELECT 1 ${from} LIMIT 1), 0) = 1`, ...params);

const hasAnyTag = (wanted: readonly string[]): Sql => joinSql(wanted.map(hasTag), ' OR ');
const hasAllTags = (wanted: readonly string[]): Sql => joinSql(wanted.map(hasTag), ' AND ');

function tagged({ op, value }: Condition): Sql {
  const wanted = textsOf(value);
  switch (op) {
    case 'has-any':
      return hasAnyTag(wanted);
    case 'has-none':
      return negate(hasAnyTag(wanted));
    case 'has-all':
      return hasAllTags(wanted);
    default:
      return negate(hasAllTags(wanted));
  }
}

type Asked = { kind: string; now: number; crowd: Crowd };

function counted({ op, value, within }: Condition, asked: Asked): Sql {
  const n = Number(value);
  if (op === 'at-most') return negate(happened(n + 1, within, asked));
  return n === 0 ? sql('1 = 1') : happened(n, within, asked);
}

/**
 * Of a few persons it is asked one by one; of everybody, the events are gone through once instead. Once is a
 * question of being there at all, which the engines answer without counting.
 */
function happened(least: number, within: number | undefined, { kind, now, crowd }: Asked): Sql {
  const window = within === undefined ? '' : ' AND e.at >= ? AND e.at <= ?';
  const params = [kind, ...(within === undefined ? [] : [now - within * dayMs, now])];
  const events = `FROM timeline_entry e WHERE e.kind = ?${window}`;
  if (crowd === 'everybody') {
    const often = least === 1 ? '' : ` HAVING COUNT(*) >= ?`;
    return sql(
      `(i.id IN (SELECT e.identityId ${events} GROUP BY e.identityId${often}))`,
      ...params,
      ...(least === 1 ? [] : [least]),
    );
  }
  const own = `${events} AND e.identityId = i.id`;
  return least === 1
    ? isThereAny(own, ...params)
    : sql(`((SELECT COUNT(*) ${own}) >= ?)`, ...params, least);
}

function inCustomField(condition: Condition, field: Field, key: string, judging: Judging): Sql {
  const positive = negated[condition.op];
  if (positive) {
    return negate(inCustomField({ ...condition, op: positive }, field, key, judging));
  }
  const isNumber = field.type === 'number' || field.type === 'date';
  const at = isNumber ? 'f.numberValue' : 'f.textValue';
  // Choices of a custom field are free text to the database.
  const inner = onExpression(
    at,
    condition,
    { ...field, type: isNumber ? field.type : 'text' },
    judging,
  );
  return isThereAny(
    `FROM identity_field f WHERE f.identityId = i.id AND f.fieldKey = ? AND ${inner.text}`,
    key,
    ...inner.params,
  );
}

const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
