import { markKind, type FieldType as CustomFieldType } from '../relationships';
import type { Op } from './rule';

export type FieldType = 'choice' | 'text' | 'number' | 'date' | 'event' | 'tag';
export type FieldGroup = 'channel' | 'source' | 'activity' | 'events' | 'labels' | 'custom';

/** Where the fact of a field stands: the only way from a rule to the name of a column. */
export type Place =
  | { readonly in: 'identity'; readonly column: keyof typeof identityColumns }
  | { readonly in: 'opted-out' }
  | { readonly in: 'account' }
  | { readonly in: 'tags' }
  | { readonly in: 'events'; readonly kind: string }
  | { readonly in: 'custom'; readonly key: string };

export type Field = {
  readonly field: string;
  readonly group: FieldGroup;
  readonly type: FieldType;
  readonly place: Place;
  /** Of a choice that is the same everywhere; others are read from the tables. */
  readonly choices?: readonly string[];
  /** A custom field's own name; the others are named by the catalogue: `segment.field.<field>`. */
  readonly name?: string;
};

/** Column expressions of `identity i`; nothing else about a person's row can reach the SQL. */
export const identityColumns = {
  state: 'i.state',
  followedAt: 'i.followedAt',
  firstFollowedAt: 'i.firstFollowedAt',
  unfollowedAt: 'i.unfollowedAt',
  followCount: 'i.followCount',
  sourceKind: 'i.sourceKind',
  sourceScene: 'i.sourceScene',
  firstScene: 'i.firstScene',
  lastActiveAt: 'i.lastActiveAt',
} as const;

export const eventKinds = [
  'message-in',
  'message-out',
  'menu-tapped',
  'scanned',
  'template-sent',
  'payout',
] as const;

const column = (
  field: keyof typeof identityColumns,
  group: FieldGroup,
  type: FieldType,
  choices?: readonly string[],
): Field => ({
  field,
  group,
  type,
  place: { in: 'identity', column: field },
  ...(choices ? { choices } : {}),
});

export const ownFields: readonly Field[] = [
  column('state', 'channel', 'choice', ['following', 'unfollowed', 'unknown']),
  { field: 'account', group: 'channel', type: 'choice', place: { in: 'account' } },
  column('followedAt', 'channel', 'date'),
  column('firstFollowedAt', 'channel', 'date'),
  column('unfollowedAt', 'channel', 'date'),
  column('followCount', 'channel', 'number'),
  {
    field: 'optedOut',
    group: 'channel',
    type: 'choice',
    place: { in: 'opted-out' },
    choices: ['yes', 'no'],
  },
  column('sourceScene', 'source', 'text'),
  column('firstScene', 'source', 'text'),
  column('sourceKind', 'source', 'text'),
  column('lastActiveAt', 'activity', 'date'),
  { field: 'tag', group: 'labels', type: 'tag', place: { in: 'tags' } },
  ...eventKinds.map((kind): Field => ({
    field: `event:${kind}`,
    group: 'events',
    type: 'event',
    place: { in: 'events', kind },
  })),
];

export type CustomField = {
  readonly key: string;
  readonly name: string;
  readonly type: CustomFieldType;
  readonly options: readonly string[];
};

/** What rules put down on timelines by a name of their own. */
export const markFieldOf = (name: string): Field => ({
  field: `event:${markKind(name)}`,
  group: 'events',
  type: 'event',
  place: { in: 'events', kind: markKind(name) },
  name,
});

export function customFieldOf({ key, name, type, options }: CustomField): Field {
  return {
    field: `field:${key}`,
    group: 'custom',
    type,
    place: { in: 'custom', key },
    name,
    ...(type === 'choice' ? { choices: options } : {}),
  };
}

/** `none`: the condition is complete without a value. */
export type ValueType = 'none' | 'texts' | 'text' | 'number' | 'days' | 'date' | 'count';
export type OpShape = { readonly value: ValueType; readonly within?: true };

const presence = { known: { value: 'none' }, unknown: { value: 'none' } } as const;

/** What can be asked of each type, in the order an editor offers it. */
export const opsOf: Readonly<Record<FieldType, Readonly<Partial<Record<Op, OpShape>>>>> = {
  choice: { is: { value: 'texts' }, 'is-not': { value: 'texts' } },
  text: {
    is: { value: 'texts' },
    'is-not': { value: 'texts' },
    contains: { value: 'text' },
    ...presence,
  },
  number: {
    'at-least': { value: 'number' },
    'at-most': { value: 'number' },
    is: { value: 'number' },
    'is-not': { value: 'number' },
    ...presence,
  },
  date: {
    within: { value: 'days' },
    'not-within': { value: 'days' },
    'within-next': { value: 'days' },
    before: { value: 'date' },
    after: { value: 'date' },
    ...presence,
  },
  tag: {
    'has-any': { value: 'texts' },
    'has-all': { value: 'texts' },
    'has-none': { value: 'texts' },
    'has-not-all': { value: 'texts' },
  },
  event: {
    'at-least': { value: 'count', within: true },
    'at-most': { value: 'count', within: true },
  },
};

export function opsFor(field: Field): Readonly<Partial<Record<Op, OpShape>>> {
  const isCustomChoice = field.type === 'choice' && field.place.in === 'custom';
  return isCustomChoice ? { ...opsOf.choice, ...presence } : opsOf[field.type];
}

/** The closed list: what is not here cannot be asked. */
export type FieldList = ReadonlyMap<string, Field>;

export function fieldList(
  custom: readonly CustomField[] = [],
  marks: readonly string[] = [],
): FieldList {
  const all = [...ownFields, ...marks.map(markFieldOf), ...custom.map(customFieldOf)];
  return new Map(all.map((field) => [field.field, field]));
}
