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
    const folded = toSimplified(narrow(source));
    const compiled = RE2JS.compile(folded, RE2JS.CASE_INSENSITIVE);
    const required = requiredWord(folded);
    if (compiled.programSize() > BIGGEST_PATTERN) return 'pattern_too_big';
    return {
      test: (text) => {
        const searched = text.slice(0, LONGEST_TEXT);
        return searched.includes(required) && compiled.test(searched);
      },
    };
  } catch (error) {
    if (error instanceof RE2JSException) return 'pattern_invalid';
    throw error;
  }
}

function usesUnsupported(source: string): boolean {
  const withoutClasses = source.replace(/\\[^1-9k]|\[(?:\\.|[^\]\\])*\]/g, '');
  return /\(\?<?[=!]|\\[1-9]|\\k[<{]|\(\?>|[*+?}]\+/.test(withoutClasses);
}

/**
 * Chinese characters every match must contain, so that most texts need no pattern at all; empty
 * when that is not plain to see.
 */
export function requiredWord(source: string): string {
  const withoutClasses = source.replace(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]/gsu, '.');
  if (withoutClasses.includes('|')) return '';
  let flat = withoutClasses;
  for (let depth = 0; flat.includes('('); depth++) {
    const shallower = flat.replace(/\([^()]*\)/g, '.');
    if (shallower === flat || depth > 20) return '';
    flat = shallower;
  }
  const words = flat.match(/\p{Script=Han}+(?![?*{])/gu) ?? [];
  return words.reduce((one, other) => (other.length > one.length ? other : one), '');
}

/** Full-width letters and digits, which folded text no longer has; signs keep their meaning. */
function narrow(source: string): string {
  return source.replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (wide) =>
    wide.normalize('NFKC'),
  );
}
