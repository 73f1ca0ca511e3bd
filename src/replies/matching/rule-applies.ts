import type { HeardSaid, Keyword, PreparedRule } from './prepare-rule';
import type { Rule, RuleHit } from './rule';

/**
 * Whether one rule applies to what was said, looked at alone: the definition that the fast matcher
 * must agree with. Account and life cycle are not considered.
 */
export function applyRule<R extends Rule>(
  prepared: PreparedRule<R>,
  heard: HeardSaid,
): RuleHit<R> | undefined {
  const { rule, keywords } = prepared;
  switch (rule.match) {
    case 'exact':
      return heard.kind === 'text'
        ? longest(prepared, ({ text }) => text === heard.folded)
        : undefined;
    case 'words':
      return heard.kind === 'text'
        ? longest(prepared, ({ text }) => heard.folded.includes(text))
        : undefined;
    case 'prefix':
      return heard.kind === 'text'
        ? longest(prepared, ({ text }) => heard.folded.startsWith(text))
        : undefined;
    case 'all-words':
      return heard.kind === 'text' && keywords.every(({ text }) => heard.folded.includes(text))
        ? longest(prepared, () => true)
        : undefined;
    case 'pattern':
      return heard.kind === 'text' && prepared.patterns.some((one) => one.test(heard.forPatterns))
        ? { rule, keyword: '', length: 0 }
        : undefined;
    case 'event':
      return heard.kind === 'event'
        ? longest(prepared, ({ text }) => heard.keys.has(text))
        : undefined;
    case 'message-type':
      return isOfType(prepared, heard) ? { rule, keyword: '', length: 0 } : undefined;
  }
}

/** A text message is of type `text`, so a rule can answer all texts that nothing else answers. */
export function messageTypeOf(heard: HeardSaid): string | undefined {
  if (heard.kind === 'text') return 'text';
  return heard.kind === 'message' ? heard.messageType : undefined;
}

function isOfType({ keywords }: PreparedRule, heard: HeardSaid): boolean {
  const type = messageTypeOf(heard);
  return keywords.some(({ text }) => text === type);
}

function longest<R extends Rule>(
  { rule, keywords }: PreparedRule<R>,
  isFound: (keyword: Keyword) => boolean,
): RuleHit<R> | undefined {
  const keyword = keywords.find(isFound);
  return keyword && { rule, keyword: keyword.text, length: keyword.length };
}
