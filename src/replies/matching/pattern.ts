import { RE2JS, RE2JSException } from 're2js';
import { toSimplified } from '../faq';
import { blindSteps } from './blind-steps';

/** Why a pattern is refused when a rule is saved. */
export type PatternProblem =
  | 'pattern_invalid'
  /** Lookaround and back-references have no linear-time engine. */
  | 'pattern_unsupported'
  | 'pattern_too_long'
  /** Short to write but large to run, such as nested counts. */
  | 'pattern_too_big'
  /** Counts off so many characters of any kind that its state machine grows with the text. */
  | 'pattern_gap_too_wide'
  /** Would hold up everybody's messages: the size itself, or what it adds to the published ones. */
  | 'pattern_too_heavy';

export interface Pattern {
  /** True when the pattern occurs anywhere in the text. Time is linear in text × pattern. */
  test(text: string): boolean;
  /** Steps of the compiled pattern. */
  readonly size: number;
}

/** Characters a pattern may be written with. */
export const LONGEST_PATTERN = 300;
/** Steps of the compiled pattern; together with the text's length this bounds the time. */
export const BIGGEST_PATTERN = 300;
/**
 * Above this a pattern may not be saved. Ordinary ones have 5 to 30 steps; `(.*a.*N.*){1,20}q` has 222. On
 * 2,048 characters the engine takes 0.05 ms for up to 112 steps and 0.45 ms for 222, when it builds no state
 * machine any more; its first message costs 2 ms at 112 steps, 21 to 37 ms at 222.
 */
export const HEAVIEST_PATTERN = 100;
/**
 * Steps of all published patterns that one message may meet. Measured: 44 patterns of 91 steps take 4 ms for a
 * text of 2,048 characters, 200 ordinary ones 0.6 ms for one of ten; the first message after a change, which
 * builds the state machines, 200 ms and 80 ms.
 */
export const HEAVIEST_TOGETHER = 4_000;
/**
 * Blind steps of one pattern. On 2,048 characters made to hurt, the median is 0.3 ms for 12 of them, 0.7 ms for
 * 15, 8 ms for 20 and 54 ms for 60 (on a busy machine of two cores).
 */
export const WIDEST_GAP = 18;
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
    const size = compiled.programSize();
    if (size > BIGGEST_PATTERN) return 'pattern_too_big';
    if (size > HEAVIEST_PATTERN) return 'pattern_too_heavy';
    if (blindSteps(folded) > WIDEST_GAP) return 'pattern_gap_too_wide';
    return {
      size,
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

/** What these patterns add to the work of every message; refused ones do nothing. */
export function weightOf(sources: readonly string[]): number {
  const sizes = sources.map(compilePattern).map((one) => (typeof one === 'string' ? 0 : one.size));
  return sizes.reduce((sum, size) => sum + size, 0);
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
  // A group of flags alone is nothing: what stands after it belongs to what stands before.
  let flat = withoutClasses.replace(/\(\?[a-zA-Z-]*\)/g, '');
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
