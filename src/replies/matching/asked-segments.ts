import type { CompiledRules } from './compile-rules';
import { matchRules } from './match-rules';
import type { Rule, RuleContext, Said } from './rule';

/**
 * The segments that could decide who answers this. Rules with any condition are passed over, because what else
 * they ask may change until they are judged: a segment too many is read rather than one too few.
 */
export function askedSegments<R extends Rule>(
  compiled: CompiledRules<R>,
  said: Said,
  { accountId }: Pick<RuleContext, 'accountId'>,
): ReadonlySet<string> {
  const asked = new Set<string>();
  if (!compiled.asksSegments) return asked;
  matchRules(compiled, said, {
    accountId,
    unmet: ({ when }) => {
      for (const id of when?.segmentIds ?? []) asked.add(id);
      return { code: 'not-in-audience', params: {} };
    },
  });
  return asked;
}
