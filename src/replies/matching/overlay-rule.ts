import { compileRules, type CompiledRules, type RulesOfWord } from './compile-rules';
import { compareHits } from './precedence';
import type { Rule, RuleHit } from './rule';

/**
 * The compiled rules with one of them exchanged or added, as if all had been compiled anew: what is read while
 * somebody types must not cost a compilation of the whole book.
 */
export const withRule = <R extends Rule>(base: CompiledRules<R>, rule: R): CompiledRules<R> =>
  exchange(base, rule.id, [rule]);

/** The same without one of them. */
export const withoutRule = <R extends Rule>(base: CompiledRules<R>, id: string): CompiledRules<R> =>
  exchange(base, id, []);

function exchange<R extends Rule>(
  base: CompiledRules<R>,
  ruleId: string,
  by: readonly R[],
): CompiledRules<R> {
  const own = compileRules(by);
  const others = base.rules.filter((one) => one.rule.id !== ruleId);
  const isOther = (hit: RuleHit<R>): boolean => hit.rule.id !== ruleId;
  const merged = (of: 'exact' | 'events' | 'messageTypes') =>
    overlay(base[of], own[of], base.rules.length === others.length ? undefined : isOther);
  const gone = base.rules.filter((one) => one.rule.id === ruleId);
  // Only words that the search finds: those of a rule that is not published are in no table.
  const words = new Set(
    gone
      .flatMap(({ keywords }) => keywords.map(({ text }) => text))
      .filter((word) => base.byWord.has(word)),
  );
  for (const word of own.byWord.keys()) words.add(word);
  const byWord = new Map(base.byWord);
  for (const word of words) {
    byWord.set(word, joined(base.byWord.get(word), own.byWord.get(word), isOther));
  }
  return {
    rules: [...others, ...own.rules],
    exact: merged('exact'),
    events: merged('events'),
    messageTypes: merged('messageTypes'),
    patterns: [...base.patterns.filter(({ hit }) => isOther(hit)), ...own.patterns].sort(
      (one, other) => compareHits(one.hit, other.hit),
    ),
    words: {
      search: (text) => {
        const added = own.words
          .search(text)
          .map(([end, found]): [number, readonly string[]] => [
            end,
            found.filter((word) => !base.byWord.has(word)),
          ]);
        // In the order of the text, as one search finds them: of equal keywords of a rule the first is named.
        return [...base.words.search(text), ...added].sort(([one], [other]) => one - other);
      },
    },
    byWord,
    asksSegments: base.asksSegments || own.asksSegments,
  };
}

function overlay<R extends Rule>(
  base: ReadonlyMap<string, readonly RuleHit<R>[]>,
  own: ReadonlyMap<string, readonly RuleHit<R>[]>,
  isOther: ((hit: RuleHit<R>) => boolean) | undefined,
): ReadonlyMap<string, readonly RuleHit<R>[]> {
  const all = new Map(base);
  if (isOther) {
    for (const [key, hits] of base) {
      if (!hits.every(isOther)) all.set(key, hits.filter(isOther));
    }
  }
  for (const [key, hits] of own) all.set(key, [...(all.get(key) ?? []), ...hits].sort(compareHits));
  return all;
}

const nothing = { anywhere: [], atStart: [], together: [] };

function joined<R extends Rule>(
  base: RulesOfWord<R> = nothing,
  own: RulesOfWord<R> = nothing,
  isOther: (hit: RuleHit<R>) => boolean,
): RulesOfWord<R> {
  const hits = (before: readonly RuleHit<R>[], added: readonly RuleHit<R>[]) =>
    [...before.filter(isOther), ...added].sort(compareHits);
  return {
    anywhere: hits(base.anywhere, own.anywhere),
    atStart: hits(base.atStart, own.atStart),
    together: [...base.together.filter(({ hit }) => isOther(hit)), ...own.together].sort(
      (one, other) => compareHits(one.hit, other.hit),
    ),
  };
}
