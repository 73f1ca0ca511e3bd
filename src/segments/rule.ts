/** A segment's rule as operators and API users write it: a tree of plain JSON. */
export type Rule = AllOf | AnyOf | NotRule | Condition;

export type AllOf = { readonly all: readonly Rule[] };
export type AnyOf = { readonly any: readonly Rule[] };
export type NotRule = { readonly not: Rule };
export type Condition = {
  /** One of the closed list in `fields.ts`, or `field:<key>` for a custom field. */
  readonly field: string;
  readonly op: Op;
  readonly value?: Value | undefined;
  /** Days of 24 hours back from business now; only for events. */
  readonly within?: number | undefined;
};

export type Value = string | number | readonly string[];

export const ops = [
  'is',
  'is-not',
  'contains',
  'at-least',
  'at-most',
  'within',
  'not-within',
  'within-next',
  'before',
  'after',
  'known',
  'unknown',
  'has-any',
  'has-all',
  'has-none',
  'has-not-all',
] as const;
export type Op = (typeof ops)[number];

/** A bigger rule is a mistake or an attack; both limits are far above what a person can read. */
export const mostNodes = 200;
export const deepest = 10;

/** The conditions joined by "and" at the top: what the preview counts one by one. */
export function topConditions(rule: Rule): readonly Rule[] {
  return 'all' in rule && rule.all.length > 0 ? rule.all : [rule];
}
