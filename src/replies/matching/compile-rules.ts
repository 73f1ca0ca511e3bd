import { runAtOnce, type Steps } from '../../kernel/slices';
import { compareHits } from './precedence';
import { prepareRule, type Keyword, type PreparedRule } from './prepare-rule';
import type { Rule, RuleHit } from './rule';
import { buildWordFinder, type WordFinder } from './word-finder';

/** Rules that are decided by one keyword alone, in order of precedence. */
export type HitsByKeyword<R extends Rule> = ReadonlyMap<string, readonly RuleHit<R>[]>;

/** Everything matching needs; immutable, so a new version simply replaces it. */
export interface CompiledRules<R extends Rule = Rule> {
  /** Every rule given, drafts too, for `explainRules`. */
  readonly rules: readonly PreparedRule<R>[];
  readonly exact: HitsByKeyword<R>;
  readonly events: HitsByKeyword<R>;
  readonly messageTypes: HitsByKeyword<R>;
  /** In order of precedence. */
  readonly patterns: readonly PatternHit<R>[];
  /** Finds all words below in one pass over the text. */
  readonly words: WordFinder;
  readonly byWord: ReadonlyMap<string, RulesOfWord<R>>;
  /** False when no rule asks for a segment: then nothing has to be read for them. */
  readonly asksSegments: boolean;
}

export interface PatternHit<R extends Rule> {
  readonly hit: RuleHit<R>;
  readonly prepared: PreparedRule<R>;
}

/** What a word found in the text may mean. Each list is in order of precedence. */
export interface RulesOfWord<R extends Rule> {
  readonly anywhere: RuleHit<R>[];
  readonly atStart: RuleHit<R>[];
  /** Rules that need further words; kept under their longest one. */
  readonly together: TogetherHit<R>[];
}

export interface TogetherHit<R extends Rule> {
  readonly hit: RuleHit<R>;
  readonly others: readonly string[];
}

const rulesAStep = 50;

export const compileRules = <R extends Rule>(rules: readonly R[]): CompiledRules<R> =>
  runAtOnce(compileInSteps(rules));

/** Ten thousand rules take a second; whoever answers meanwhile runs it gently. */
export function* compileInSteps<R extends Rule>(rules: Iterable<R>): Steps<CompiledRules<R>> {
  const prepared: PreparedRule<R>[] = [];
  for (const rule of rules) {
    if (prepared.push(prepareRule(rule)) % rulesAStep === 0) yield;
  }
  const live = prepared.filter(({ rule }) => rule.publishedAt !== null);
  const byWord = yield* collectWords(live);
  yield;
  const exact = collect(live, 'exact');
  yield;
  const words = yield* buildWordFinder(byWord.keys());
  return {
    rules: prepared,
    exact,
    events: collect(live, 'event'),
    messageTypes: collect(live, 'message-type'),
    patterns: live
      .filter(({ rule }) => rule.match === 'pattern')
      .map((one) => ({ hit: { rule: one.rule, keyword: '', length: 0 }, prepared: one }))
      .sort((one, other) => compareHits(one.hit, other.hit)),
    words,
    byWord,
    asksSegments: live.some(({ rule }) => Boolean(rule.when?.segmentIds?.length)),
  };
}

function collect<R extends Rule>(
  prepared: readonly PreparedRule<R>[],
  match: 'exact' | 'event' | 'message-type',
): HitsByKeyword<R> {
  const found = new Map<string, RuleHit<R>[]>();
  for (const { rule, keywords } of prepared) {
    if (rule.match !== match) continue;
    for (const keyword of keywords) {
      const hits = found.get(keyword.text) ?? [];
      hits.push(match === 'message-type' ? { rule, keyword: '', length: 0 } : hitOf(rule, keyword));
      found.set(keyword.text, hits);
    }
  }
  for (const hits of found.values()) hits.sort(compareHits);
  return found;
}

function* collectWords<R extends Rule>(
  prepared: readonly PreparedRule<R>[],
): Steps<Map<string, RulesOfWord<R>>> {
  const byWord = new Map<string, RulesOfWord<R>>();
  const of = ({ text }: Keyword): RulesOfWord<R> => {
    const found = byWord.get(text) ?? { anywhere: [], atStart: [], together: [] };
    byWord.set(text, found);
    return found;
  };
  for (const [at, { rule, keywords }] of prepared.entries()) {
    if (at % 500 === 0) yield;
    if (rule.match === 'words') {
      for (const keyword of keywords) of(keyword).anywhere.push(hitOf(rule, keyword));
    } else if (rule.match === 'prefix') {
      for (const keyword of keywords) of(keyword).atStart.push(hitOf(rule, keyword));
    } else if (rule.match === 'all-words') {
      const [longest, ...others] = keywords;
      if (longest === undefined) continue;
      const hit = hitOf(rule, longest);
      of(longest).together.push({ hit, others: others.map(({ text }) => text) });
    }
  }
  for (const { anywhere, atStart, together } of byWord.values()) {
    anywhere.sort(compareHits);
    atStart.sort(compareHits);
    together.sort((one, other) => compareHits(one.hit, other.hit));
  }
  return byWord;
}

function hitOf<R extends Rule>(rule: R, { text, length }: Keyword): RuleHit<R> {
  return { rule, keyword: text, length };
}
