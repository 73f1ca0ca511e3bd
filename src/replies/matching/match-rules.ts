import type { CompiledRules, HitsByKeyword, RulesOfWord } from './compile-rules';
import { compareHits } from './precedence';
import { hear, type HeardSaid } from './prepare-rule';
import { messageTypeOf } from './rule-applies';
import { mayAnswer, type Rule, type RuleContext, type RuleHit, type Said } from './rule';

/**
 * The rule that answers, or undefined. Time depends on the text's length and on the rules whose
 * words occur in it, not on how many rules there are; patterns are tried only while one could win.
 */
export function matchRules<R extends Rule>(
  compiled: CompiledRules<R>,
  said: Said,
  context: RuleContext,
): RuleHit<R> | undefined {
  const heard = hear(said);
  if (heard.kind === 'event') return bestEvent(compiled, heard.keys, context);
  if (heard.kind === 'message') return bestOfType(compiled, heard, context);

  const exact = firstAllowed(compiled.exact.get(heard.folded), context);
  if (exact !== undefined) return exact;
  const literal = better(
    bestWord(compiled, heard.folded, context),
    bestOfType(compiled, heard, context),
  );
  return better(literal, bestPattern(compiled, heard.forPatterns, context, literal));
}

function bestWord<R extends Rule>(
  { words, byWord }: CompiledRules<R>,
  text: string,
  context: RuleContext,
): RuleHit<R> | undefined {
  let best: RuleHit<R> | undefined;
  const seen = new Set<string>();
  for (const [end, found] of words.search(text)) {
    for (const word of found) {
      const rules = byWord.get(word);
      if (rules === undefined) continue;
      if (end + 1 === word.length) best = better(best, firstAllowed(rules.atStart, context));
      if (seen.has(word)) continue;
      seen.add(word);
      best = better(best, firstAllowed(rules.anywhere, context));
      best = better(best, bestTogether(rules, text, context));
    }
  }
  return best;
}

function bestTogether<R extends Rule>(
  { together }: RulesOfWord<R>,
  text: string,
  context: RuleContext,
): RuleHit<R> | undefined {
  return together.find(
    ({ hit, others }) =>
      mayAnswer(hit.rule, context) && others.every((word) => text.includes(word)),
  )?.hit;
}

function bestPattern<R extends Rule>(
  { patterns }: CompiledRules<R>,
  text: string,
  context: RuleContext,
  rival: RuleHit<R> | undefined,
): RuleHit<R> | undefined {
  for (const { hit, prepared } of patterns) {
    if (rival !== undefined && compareHits(rival, hit) < 0) return undefined;
    if (!mayAnswer(hit.rule, context)) continue;
    if (prepared.patterns.some((pattern) => pattern.test(text))) return hit;
  }
  return undefined;
}

function bestEvent<R extends Rule>(
  { events }: CompiledRules<R>,
  keys: ReadonlySet<string>,
  context: RuleContext,
): RuleHit<R> | undefined {
  let best: RuleHit<R> | undefined;
  for (const key of keys) best = better(best, firstAllowed(events.get(key), context));
  return best;
}

function bestOfType<R extends Rule>(
  { messageTypes }: CompiledRules<R>,
  heard: HeardSaid,
  context: RuleContext,
): RuleHit<R> | undefined {
  return firstAllowed(messageTypes.get(messageTypeOf(heard) ?? ''), context);
}

function firstAllowed<R extends Rule>(
  hits: ReturnType<HitsByKeyword<R>['get']>,
  context: RuleContext,
): RuleHit<R> | undefined {
  return hits?.find(({ rule }) => mayAnswer(rule, context));
}

function better<R extends Rule>(
  one: RuleHit<R> | undefined,
  other: RuleHit<R> | undefined,
): RuleHit<R> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return compareHits(one, other) <= 0 ? one : other;
}
