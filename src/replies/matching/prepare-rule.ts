import { countCodePoints, fold, foldEventKey, foldLetters, foldSeparators } from './fold';
import { compilePattern, type Pattern } from './pattern';
import type { Rule, Said } from './rule';

/** A keyword as it is compared. */
export interface Keyword {
  readonly text: string;
  /** Code points. */
  readonly length: number;
}

/** A rule with its keywords folded and its patterns compiled, once. */
export interface PreparedRule<R extends Rule = Rule> {
  readonly rule: R;
  /** Longest first, each once; empty keywords are dropped. */
  readonly keywords: readonly Keyword[];
  readonly patterns: readonly Pattern[];
  /** Patterns this engine refuses; such a rule was stored by an older version. */
  readonly hasRefusedPattern: boolean;
}

/** What was said, folded once for every rule. */
export type HeardSaid =
  | { readonly kind: 'text'; readonly folded: string; readonly forPatterns: string }
  | { readonly kind: 'event'; readonly keys: ReadonlySet<string> }
  | { readonly kind: 'message'; readonly messageType: string };

export function prepareRule<R extends Rule>(rule: R): PreparedRule<R> {
  if (rule.match === 'pattern') {
    const compiled = rule.keywords.map(compilePattern);
    const patterns = compiled.filter((pattern) => typeof pattern !== 'string');
    const hasRefusedPattern = patterns.length < compiled.length;
    return { rule, keywords: [], patterns, hasRefusedPattern };
  }
  const folded = new Set(rule.keywords.map(folderOf(rule)).filter((text) => text !== ''));
  const keywords = [...folded]
    .map((text) => ({ text, length: countCodePoints(text) }))
    .sort((one, other) => other.length - one.length);
  return { rule, keywords, patterns: [], hasRefusedPattern: false };
}

export function hear(said: Said): HeardSaid {
  switch (said.kind) {
    case 'text': {
      const letters = foldLetters(said.text);
      return { kind: 'text', folded: foldSeparators(letters), forPatterns: letters };
    }
    case 'event':
      return { kind: 'event', keys: new Set(said.keys.map(foldEventKey)) };
    case 'message':
      return { kind: 'message', messageType: said.messageType.trim().toLowerCase() };
  }
}

function folderOf({ match }: Rule): (keyword: string) => string {
  if (match === 'event') return foldEventKey;
  if (match === 'message-type') return (keyword) => keyword.trim().toLowerCase();
  return fold;
}
