import type { Conditions, Unmet } from './conditions';

/** How a rule's keywords are compared with what was said. */
export const RULE_MATCHES = [
  'exact',
  'words',
  'all-words',
  'prefix',
  'pattern',
  'event',
  'message-type',
] as const;

export type RuleMatch = (typeof RULE_MATCHES)[number];

/** What matching needs of a reply rule. */
export interface Rule {
  readonly id: string;
  readonly match: RuleMatch;
  readonly keywords: readonly string[];
  readonly priority: number;
  /** Null answers for every account. */
  readonly accountId: string | null;
  /** Epoch milliseconds; null is a draft, which never answers. */
  readonly publishedAt: number | null;
  /** When it may answer besides its words; absent is always. */
  readonly when?: Conditions | null;
}

/** What arrived, in the words of rules. */
export type Said =
  | { readonly kind: 'text'; readonly text: string }
  /** All names the event goes by, e.g. `subscribe` and `subscribe:store-7`, or `CLICK:menu-key`. */
  | { readonly kind: 'event'; readonly keys: readonly string[] }
  | { readonly kind: 'message'; readonly messageType: string };

export interface RuleContext {
  readonly accountId: string;
  /** Why a rule with conditions may not answer now. Without it every condition counts as met. */
  readonly unmet?: (rule: Rule) => Unmet | undefined;
}

/** A rule that applies, and what decides between it and others. */
export interface RuleHit<R extends Rule = Rule> {
  readonly rule: R;
  /** The longest keyword that was found; empty for patterns and message types. */
  readonly keyword: string;
  /** Code points of the folded keyword; 0 for patterns and message types. */
  readonly length: number;
}

export function isForAccount(rule: Rule, { accountId }: RuleContext): boolean {
  return rule.accountId === null || rule.accountId === accountId;
}

/** Whether a rule that applies may answer here and now. */
export function mayAnswer(rule: Rule, context: RuleContext): boolean {
  return isForAccount(rule, context) && (!rule.when || context.unmet?.(rule) === undefined);
}
