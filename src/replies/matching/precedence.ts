import type { RuleHit } from './rule';

/** What made one rule win over another. */
export type Decider = 'exact' | 'priority' | 'longer-keyword' | 'newer' | 'id';

/**
 * Total order over hits: exact, then higher priority, then longer matched keyword, then newer, then
 * the greater id (ids are time-ordered). Negative when the first wins.
 */
export function compareHits(one: RuleHit, other: RuleHit): number {
  return (
    Number(other.rule.match === 'exact') - Number(one.rule.match === 'exact') ||
    other.rule.priority - one.rule.priority ||
    other.length - one.length ||
    publishedAt(other) - publishedAt(one) ||
    compareText(other.rule.id, one.rule.id)
  );
}

/** The first criterion in which two hits differ. */
export function deciderBetween(winner: RuleHit, loser: RuleHit): Decider {
  if ((winner.rule.match === 'exact') !== (loser.rule.match === 'exact')) return 'exact';
  if (winner.rule.priority !== loser.rule.priority) return 'priority';
  if (winner.length !== loser.length) return 'longer-keyword';
  return publishedAt(winner) === publishedAt(loser) ? 'id' : 'newer';
}

function publishedAt({ rule }: RuleHit): number {
  return rule.publishedAt ?? Number.MAX_SAFE_INTEGER;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
