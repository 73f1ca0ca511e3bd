import type { CompiledRules } from './compile-rules';
import { UNMET_CODES } from './conditions';
import { compareHits, deciderBetween, type Decider } from './precedence';
import { hear, type HeardSaid, type PreparedRule } from './prepare-rule';
import { applyRule } from './rule-applies';
import { isForAccount, type Rule, type RuleContext, type RuleHit, type Said } from './rule';

/** Stable codes for why a rule won or lost; the catalogue has a sentence for each. */
export const WHY_CODES = [
  'won',
  'won-as-only-match',
  'lost-to-exact',
  'lost-to-priority',
  'lost-to-longer-keyword',
  'lost-to-newer',
  'lost-to-id',
  'keyword-absent',
  'word-missing',
  'pattern-absent',
  'pattern-refused',
  'other-event',
  'other-message-type',
  'not-for-this-kind',
  'other-account',
  'draft',
  ...UNMET_CODES,
] as const;

export type WhyCode = (typeof WHY_CODES)[number];

export interface Why {
  readonly code: WhyCode;
  readonly params: Readonly<Record<string, string | number | boolean>>;
}

export interface ConsideredRule {
  readonly id: string;
  /** True for rules that could have answered here: published, of this account, applying and allowed to. */
  readonly matched: boolean;
  readonly why: Why;
}

export interface Explanation<R extends Rule = Rule> {
  /**
   * Matching rules first, in order of precedence; then those that only a condition kept silent, in the same
   * order; then the others as they were given.
   */
  readonly considered: ConsideredRule[];
  readonly winner: RuleHit<R> | undefined;
}

/** Looks at every rule alone: for people, not for the hot path. Never disagrees with `matchRules`. */
export function explainRules<R extends Rule>(
  compiled: CompiledRules<R>,
  said: Said,
  context: RuleContext,
): Explanation<R> {
  const heard = hear(said);
  const hits: RuleHit<R>[] = [];
  const silent: { hit: RuleHit<R>; why: Why }[] = [];
  const others: ConsideredRule[] = [];
  for (const prepared of compiled.rules) {
    const { rule } = prepared;
    const hit = applyRule(prepared, heard);
    const isLive = rule.publishedAt !== null && isForAccount(rule, context);
    const unmet = hit && isLive && rule.when ? context.unmet?.(rule) : undefined;
    if (hit && unmet) silent.push({ hit, why: unmet });
    else if (hit !== undefined && isLive) hits.push(hit);
    else others.push({ id: rule.id, matched: false, why: whyNot(prepared, heard, hit, context) });
  }
  hits.sort(compareHits);
  const [winner, runnerUp] = hits;
  const matched = hits.map((hit) => ({
    id: hit.rule.id,
    matched: true,
    why: winner === undefined || hit === winner ? whyWon(hit, runnerUp) : whyLost(winner, hit),
  }));
  const unmet = silent
    .sort((one, other) => compareHits(one.hit, other.hit))
    .map(({ hit, why }) => ({ id: hit.rule.id, matched: false, why }));
  return { considered: [...matched, ...unmet, ...others], winner };
}

function whyWon(winner: RuleHit, runnerUp: RuleHit | undefined): Why {
  const params = { keyword: winner.keyword, priority: winner.rule.priority };
  if (runnerUp === undefined) return { code: 'won-as-only-match', params };
  return { code: 'won', params: { ...params, by: deciderBetween(winner, runnerUp) } };
}

function whyLost(winner: RuleHit, loser: RuleHit): Why {
  const decider: Decider = deciderBetween(winner, loser);
  return {
    code: `lost-to-${decider}`,
    params: {
      winnerId: winner.rule.id,
      keyword: loser.keyword,
      winnerKeyword: winner.keyword,
      priority: loser.rule.priority,
      winnerPriority: winner.rule.priority,
    },
  };
}

function whyNot(
  prepared: PreparedRule,
  heard: HeardSaid,
  hit: RuleHit | undefined,
  context: RuleContext,
): Why {
  const { rule } = prepared;
  const wouldMatch = hit !== undefined;
  if (!isForAccount(rule, context)) return { code: 'other-account', params: { wouldMatch } };
  if (rule.publishedAt === null) return { code: 'draft', params: { wouldMatch } };
  if (prepared.hasRefusedPattern) return { code: 'pattern-refused', params: {} };
  return { code: absenceOf(rule, heard), params: missingWord(prepared, heard) };
}

function absenceOf({ match }: Rule, heard: HeardSaid): WhyCode {
  if (match === 'event') return heard.kind === 'event' ? 'other-event' : 'not-for-this-kind';
  if (match === 'message-type') {
    return heard.kind === 'event' ? 'not-for-this-kind' : 'other-message-type';
  }
  if (heard.kind !== 'text') return 'not-for-this-kind';
  if (match === 'pattern') return 'pattern-absent';
  return match === 'all-words' ? 'word-missing' : 'keyword-absent';
}

function missingWord({ rule, keywords }: PreparedRule, heard: HeardSaid): Why['params'] {
  if (rule.match !== 'all-words' || heard.kind !== 'text') return {};
  const missing = keywords.find(({ text }) => !heard.folded.includes(text));
  return missing === undefined ? {} : { keyword: missing.text };
}
