import { eventWords, eventWordsWithKey } from '../../channels/inbound-event';
import { countCodePoints, fold, foldEventKey } from './fold';
import { compilePattern, type PatternProblem } from './pattern';
import type { Rule } from './rule';

/** Stable codes for what keeps a rule from being saved. */
export type RuleProblemCode =
  | PatternProblem
  | 'keywords_missing'
  | 'keywords_too_many'
  | 'patterns_too_many'
  | 'keyword_empty'
  | 'keyword_too_long'
  | 'event_unknown';

export interface RuleProblem {
  readonly code: RuleProblemCode;
  /** Position of the keyword, undefined when it is about all of them. */
  readonly keyword?: number;
  /** The limit, where there is one. */
  readonly maximum?: number;
}

export const MOST_KEYWORDS = 200;
/** Patterns are tried one by one, words all at once. */
export const MOST_PATTERNS = 20;
/** Code points. */
export const LONGEST_KEYWORD = 200;

/** Everything wrong with a rule's keywords; empty when it may be saved. */
export function checkRule({ match, keywords }: Pick<Rule, 'match' | 'keywords'>): RuleProblem[] {
  if (keywords.length === 0) return [{ code: 'keywords_missing' }];
  if (keywords.length > MOST_KEYWORDS) {
    return [{ code: 'keywords_too_many', maximum: MOST_KEYWORDS }];
  }
  if (match === 'pattern' && keywords.length > MOST_PATTERNS) {
    return [{ code: 'patterns_too_many', maximum: MOST_PATTERNS }];
  }
  return keywords.flatMap((keyword, at) => {
    const code = match === 'pattern' ? checkPattern(keyword) : checkKeyword(match, keyword);
    const limit = code === 'keyword_too_long' ? { maximum: LONGEST_KEYWORD } : {};
    return code === undefined ? [] : [{ code, keyword: at, ...limit }];
  });
}

function checkPattern(source: string): RuleProblemCode | undefined {
  if (source.trim() === '') return 'keyword_empty';
  const compiled = compilePattern(source);
  return typeof compiled === 'string' ? compiled : undefined;
}

function checkKeyword(match: Rule['match'], keyword: string): RuleProblemCode | undefined {
  const folded = match === 'event' ? foldEventKey(keyword) : fold(keyword);
  if (folded === '') return 'keyword_empty';
  if (match === 'event' && !isEvent(folded)) return 'event_unknown';
  return countCodePoints(folded) > LONGEST_KEYWORD ? 'keyword_too_long' : undefined;
}

const known = new Set(eventWords.map((word) => word.toLowerCase()));
const knownWithKey = new Set(eventWordsWithKey.map((word) => word.toLowerCase()));

/** `folded` as `foldEventKey` leaves it: a word alone, or with a key that is not empty. */
function isEvent(folded: string): boolean {
  const colon = folded.indexOf(':');
  if (colon < 0) return known.has(folded);
  return colon < folded.length - 1 && knownWithKey.has(folded.slice(0, colon));
}
