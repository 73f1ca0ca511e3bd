import { countCodePoints, fold, foldEventKey } from './fold';
import { compilePattern, type PatternProblem } from './pattern';
import type { Rule } from './rule';

/** Stable codes for what keeps a rule from being saved. */
export type RuleProblemCode =
  PatternProblem | 'keywords_missing' | 'keywords_too_many' | 'keyword_empty' | 'keyword_too_long';

export interface RuleProblem {
  readonly code: RuleProblemCode;
  /** Position of the keyword, undefined when it is about all of them. */
  readonly keyword?: number;
}

export const MOST_KEYWORDS = 200;
/** Code points. */
export const LONGEST_KEYWORD = 200;

/** Everything wrong with a rule's keywords; empty when it may be saved. */
export function checkRule({ match, keywords }: Pick<Rule, 'match' | 'keywords'>): RuleProblem[] {
  if (keywords.length === 0) return [{ code: 'keywords_missing' }];
  if (keywords.length > MOST_KEYWORDS) return [{ code: 'keywords_too_many' }];
  return keywords.flatMap((keyword, at) => {
    const code = match === 'pattern' ? checkPattern(keyword) : checkKeyword(match, keyword);
    return code === undefined ? [] : [{ code, keyword: at }];
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
  return countCodePoints(folded) > LONGEST_KEYWORD ? 'keyword_too_long' : undefined;
}
