import { covers } from './covers';
import { compareHits } from './precedence';
import { compileRules, type CompiledRules } from './compile-rules';
import type { Keyword, PreparedRule } from './prepare-rule';
import type { Rule, RuleHit } from './rule';

/**
 * `shadowed`: wherever this rule applies, another one wins, so it never answers.
 * `same-keyword`: another rule wins wherever this keyword is said, others of it still work.
 */
export interface RuleConflict {
  readonly ruleId: string;
  readonly kind: 'shadowed' | 'same-keyword';
  /** As folded. */
  readonly keyword: string;
  readonly winnerId: string;
}

/**
 * Conflicts that can be proved from keywords and conditions alone; patterns are compared only as text. A draft
 * counts as if it were published last, so that the editor can warn before that.
 */
export function findConflicts(rules: readonly Rule[]): RuleConflict[] {
  const published = rules.map((rule) => ({
    ...rule,
    publishedAt: rule.publishedAt ?? Number.MAX_SAFE_INTEGER,
  }));
  const compiled = compileRules(published);
  return compiled.rules.flatMap((prepared) => conflictsOf(compiled, prepared));
}

/** What stands in the way of one rule of these; one that is not published counts as if it were published last. */
export function conflictsOfRule(compiled: CompiledRules, prepared: PreparedRule): RuleConflict[] {
  const { rule } = prepared;
  if (rule.publishedAt !== null) return conflictsOf(compiled, prepared);
  const last = { ...rule, publishedAt: Number.MAX_SAFE_INTEGER };
  return conflictsOf(compiled, { ...prepared, rule: last });
}

/**
 * What stands in the way of one rule, and which rules or words it stands in the way of: of the others only
 * those are looked at whose words it applies to.
 */
export function conflictsWith(
  compiled: CompiledRules,
  ruleId: string,
): { readonly own: RuleConflict[]; readonly others: RuleConflict[] } {
  const own = compiled.rules.find(({ rule }) => rule.id === ruleId);
  if (own === undefined) return { own: [], others: [] };
  const others = compiled.rules.filter(
    (one) => one !== own && one.rule.publishedAt !== null && waysToApply(one).length > 0,
  );
  const touched = others.filter((one) =>
    waysToApply(one).some(({ keyword }) => rivalry(own, one.rule.match, keyword)),
  );
  return {
    own: conflictsOf(compiled, own),
    others: touched
      .flatMap((one) => conflictsOf(compiled, one))
      .filter(({ winnerId }) => winnerId === ruleId),
  };
}

/** Whether one rule could win where another hears this keyword. */
function rivalry({ rule, keywords }: PreparedRule, match: Rule['match'], keyword: string): boolean {
  if (rule.match === 'pattern') return match === 'pattern' && rule.keywords.includes(keyword);
  if (rule.match === 'message-type') return true;
  return keywords.some(({ text }) => keyword.includes(text));
}

function conflictsOf(compiled: CompiledRules, prepared: PreparedRule): RuleConflict[] {
  const { rule } = prepared;
  const wins = waysToApply(prepared).map((own) => ({
    own,
    winner: beater(compiled, prepared, own),
  }));
  const [first] = wins;
  if (first?.winner !== undefined && wins.every(({ winner }) => winner !== undefined)) {
    const { own, winner } = first;
    return [{ ruleId: rule.id, kind: 'shadowed', keyword: own.keyword, winnerId: winner.rule.id }];
  }
  return wins.flatMap(({ own: { keyword }, winner }): RuleConflict[] =>
    winner === undefined
      ? []
      : [{ ruleId: rule.id, kind: 'same-keyword', keyword, winnerId: winner.rule.id }],
  );
}

/** One hit for each keyword that could be the longest one found; together they are all cases. */
function waysToApply({ rule, keywords }: PreparedRule): RuleHit[] {
  const hit = (keyword: Keyword) => ({ rule, keyword: keyword.text, length: keyword.length });
  switch (rule.match) {
    case 'pattern':
      return rule.keywords.map((keyword) => ({ rule, keyword, length: 0 }));
    case 'all-words':
      return keywords.slice(0, 1).map(hit);
    case 'message-type':
      return keywords.map(({ text }) => ({ rule, keyword: text, length: 0 }));
    default:
      return keywords.map(hit);
  }
}

/** A rule that applies whenever this one applies in this way, and wins. */
function beater(
  compiled: CompiledRules,
  prepared: PreparedRule,
  own: RuleHit,
): RuleHit | undefined {
  const { rule } = prepared;
  const rivals = rivalsOf(compiled, prepared, own).filter(
    (rival) =>
      rival.rule.id !== rule.id &&
      (rival.rule.accountId === null || rival.rule.accountId === rule.accountId) &&
      compareHits(rival, own) < 0 &&
      covers(rival.rule.when, rule.when),
  );
  return rivals.sort(compareHits)[0];
}

function rivalsOf(compiled: CompiledRules, prepared: PreparedRule, own: RuleHit): RuleHit[] {
  const { rule } = prepared;
  switch (rule.match) {
    case 'exact':
      return [...(compiled.exact.get(own.keyword) ?? [])];
    case 'event':
      return [...(compiled.events.get(own.keyword) ?? [])];
    case 'message-type':
      return named(compiled.messageTypes.get(own.keyword) ?? [], own.keyword);
    case 'pattern':
      return [...samePatterns(compiled, own.keyword), ...anyText(compiled)];
    case 'prefix':
      return [...inside(compiled, [own.keyword], true), ...anyText(compiled)];
    case 'words':
      return [...inside(compiled, [own.keyword], false), ...anyText(compiled)];
    case 'all-words':
      return [
        ...inside(
          compiled,
          prepared.keywords.map(({ text }) => text),
          false,
        ),
        ...anyText(compiled),
      ];
  }
}

/** Rules that certainly apply to a text in which all these words occur (the first at its start). */
function inside(
  { words, byWord }: CompiledRules,
  present: readonly string[],
  isAtStart: boolean,
): RuleHit[] {
  const found = present.flatMap((text) => words.search(text).map(([end, hits]) => ({ end, hits })));
  return found.flatMap(({ end, hits }) =>
    hits.flatMap((word) => {
      const rules = byWord.get(word);
      if (rules === undefined) return [];
      const start = isAtStart && end + 1 === word.length ? rules.atStart : [];
      const together = rules.together
        .filter(({ others }) => others.every((other) => present.some((one) => one.includes(other))))
        .map(({ hit }) => hit);
      return [...rules.anywhere, ...start, ...together];
    }),
  );
}

function samePatterns({ patterns }: CompiledRules, source: string): RuleHit[] {
  return patterns
    .filter(({ hit }) => hit.rule.keywords.includes(source))
    .map(({ hit }) => ({ ...hit, keyword: source }));
}

function anyText({ messageTypes }: CompiledRules): RuleHit[] {
  return named(messageTypes.get('text') ?? [], 'text');
}

function named(hits: readonly RuleHit[], keyword: string): RuleHit[] {
  return hits.map((hit) => ({ ...hit, keyword }));
}
