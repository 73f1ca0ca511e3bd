import type { Judging } from './compile-rule';
import type { Field } from './fields';
import { instantOf, textsOf } from './read-rule';
import type { Condition, Rule } from './rule';

const dayMs = 24 * 60 * 60 * 1_000;

/** What is known of one identity, as far as rules ask. Instants are epoch ms. */
export type Facts = {
  readonly appId: string;
  readonly state: string;
  readonly followedAt: number | null;
  readonly firstFollowedAt: number | null;
  readonly unfollowedAt: number | null;
  readonly followCount: number;
  readonly sourceKind: string | null;
  readonly sourceScene: string | null;
  readonly firstScene: string | null;
  readonly lastActiveAt: number | null;
  readonly optedOutAt: number | null;
  readonly tags: readonly string[];
  /** By field key; dates as epoch ms. */
  readonly fields: Readonly<Record<string, string | number | undefined>>;
  readonly events: readonly { readonly kind: string; readonly at: number }[];
};

/** The same answer as the compiled rule, for one identity whose facts are at hand. */
export function holds(rule: Rule, facts: Facts, judging: Judging): boolean {
  if ('all' in rule) return rule.all.every((inner) => holds(inner, facts, judging));
  if ('any' in rule) return rule.any.some((inner) => holds(inner, facts, judging));
  if ('not' in rule) return !holds(rule.not, facts, judging);
  const field = judging.fields.get(rule.field);
  if (!field) throw new Error('a rule that was not read: unknown field');
  return conditionHolds(rule, field, facts, judging);
}

function conditionHolds(
  condition: Condition,
  field: Field,
  facts: Facts,
  judging: Judging,
): boolean {
  const { place } = field;
  switch (place.in) {
    case 'identity':
      return factHolds(facts[place.column], condition, judging);
    case 'account':
      return factHolds(facts.appId, condition, judging);
    case 'opted-out':
      return factHolds(facts.optedOutAt === null ? 'no' : 'yes', condition, judging);
    case 'custom':
      return factHolds(facts.fields[place.key] ?? null, condition, judging);
    case 'tags':
      return tagsHold(facts.tags, condition);
    case 'events':
      return eventsHold(facts.events, place.kind, condition, judging.now);
  }
}

function factHolds(fact: string | number | null, condition: Condition, judging: Judging): boolean {
  const { op, value } = condition;
  const { now, zone } = judging;
  const between = (least: number, most: number) =>
    typeof fact === 'number' && fact >= least && fact <= most;
  switch (op) {
    case 'known':
      return fact !== null;
    case 'unknown':
      return fact === null;
    case 'is':
      return typeof value === 'number'
        ? fact === value
        : typeof fact === 'string' && textsOf(value).includes(fact);
    case 'is-not':
      return !factHolds(fact, { ...condition, op: 'is' }, judging);
    case 'contains':
      return typeof fact === 'string' && fact.includes(String(value));
    case 'at-least':
      return typeof fact === 'number' && fact >= Number(value);
    case 'at-most':
      return typeof fact === 'number' && fact <= Number(value);
    case 'within':
      return between(now - Number(value) * dayMs, now);
    case 'not-within':
      return !between(now - Number(value) * dayMs, now);
    case 'within-next':
      return between(now, now + Number(value) * dayMs);
    case 'before':
      return typeof fact === 'number' && fact < instantOf(String(value), zone);
    case 'after':
      return typeof fact === 'number' && fact >= instantOf(String(value), zone);
    default:
      throw new Error('a rule that was not read: unknown operator');
  }
}

function tagsHold(tags: readonly string[], { op, value }: Condition): boolean {
  const wanted = textsOf(value);
  switch (op) {
    case 'has-any':
      return wanted.some((tag) => tags.includes(tag));
    case 'has-none':
      return !wanted.some((tag) => tags.includes(tag));
    case 'has-all':
      return wanted.every((tag) => tags.includes(tag));
    default:
      return !wanted.every((tag) => tags.includes(tag));
  }
}

function eventsHold(
  events: Facts['events'],
  kind: string,
  { op, value, within }: Condition,
  now: number,
): boolean {
  const since = within === undefined ? -Infinity : now - within * dayMs;
  const until = within === undefined ? Infinity : now;
  const count = events.filter(
    (event) => event.kind === kind && event.at >= since && event.at <= until,
  ).length;
  return op === 'at-most' ? count <= Number(value) : count >= Number(value);
}
