import { RE2JS, RE2JSException } from 're2js';
import { toSimplified } from '../faq';

/** Why a pattern is refused when a rule is saved. */
export type PatternProblem =
  | 'pattern_invalid'
  /** Lookaround and back-references have no linear-time engine. */
  | 'pattern_unsupported'
  | 'pattern_too_long'
  /** Short to write but large to run, such as nested counts. */
  | 'pattern_too_big';

export interface Pattern {
  /** True when the pattern occurs anywhere in the text. Time is linear in text × pattern. */
  test(text: string): boolean;
}

/** Characters a pattern may be written with. */
export const LONGEST_PATTERN = 300;
/** Steps of the compiled pattern; together with the text's length this bounds the time. */
export const BIGGEST_PATTERN = 300;
/** Text beyond this is not searched; WeChat's own limit for a text message is 2048 bytes. */
const LONGEST_TEXT = 2_048;

/** Patterns see text as `foldLetters` leaves it, so they are written without regard to case. */
export function compilePattern(source: string): Pattern | PatternProblem {
  if (source.length > LONGEST_PATTERN) return 'pattern_too_long';
  if (usesUnsupported(source)) return 'pattern_unsupported';
  try {
    const compiled = RE2JS.compile(toSimplified(narrow(source)), RE2JS.CASE_INSENSITIVE);
    if (compiled.programSize() > BIGGEST_PATTERN) return 'pattern_too_big';
    return { test: (text) => compiled.test(text.slice(0, LONGEST_TEXT)) };
  } catch (error) {
    if (error instanceof RE2JSException) return 'pattern_invalid';
    throw error;
  }
}

function usesUnsupported(source: string): boolean {
  const withoutClasses = source.replace(/\\[^1-9k]|\[(?:\\.|[^\]\\])*\]/g, '');
  return /\(\?<?[=!]|\\[1-9]|\\k[<{]|\(\?>|[*+?}]\+/.test(withoutClasses);
}

/** Full-width letters and digits, which folded text no longer has; signs keep their meaning. */
function narrow(source: string): string {
  return source.replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (wide) =>
    wide.normalize('NFKC'),
  );
}
