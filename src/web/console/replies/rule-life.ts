import { t } from '../../shared/i18n/i18n';
import type { Draft, Rule } from './rules';

export type DraftState = 'draft' | 'in-review' | 'scheduled' | 'sent-back';
export type Expect = 'this' | 'not-this' | { answerContains: string };

export interface Example {
  say: string;
  expect: Expect;
  at?: string;
}

export interface ExampleResult extends Example {
  ok: boolean;
  by: string | null;
  ruleId: string | null;
  ruleName: string | null;
  answer: string;
}
export type BrokenExample = ExampleResult & { ofRuleId: string; ofRule: string };

/** One version of a rule, live or being written. */
export interface Version extends Draft {
  version: number;
  state: DraftState | 'live' | 'retired';
  savedBy: { id: string; name: string } | null;
  savedAt: string;
  note: string | null;
  reviewedBy: { id: string; name: string } | null;
  reviewedAt: string | null;
  publishAt: string | null;
  publishedAt: string | null;
}

export interface DraftConflict {
  kind: 'shadowed' | 'duplicate' | 'unreachable';
  ruleId: string | null;
  ruleName: string | null;
  keyword: string;
  text: string;
}

export interface Check {
  conflicts: DraftConflict[];
  silences: DraftConflict[];
  examples: ExampleResult[];
  broken: BrokenExample[];
}

export interface FieldChange {
  field: string;
  kind: 'value' | 'list' | 'lines';
  before: string | null;
  after: string | null;
  added: string[];
  removed: string[];
  lines: { kind: 'same' | 'added' | 'removed'; text: string }[];
}

/** Where the draft of a rule stands; none when what answers is all there is. */
export const draftState = (rule: Pick<Rule, 'status' | 'draft'>): DraftState | null =>
  (rule.draft?.state as DraftState | undefined) ?? (rule.status === 'draft' ? 'draft' : null);

/** What an example that went red got instead. */
export function gotText(one: ExampleResult): string {
  if (one.ruleName !== null) return t('examples.got-rule', { name: one.ruleName });
  if (one.by === null) return t('examples.got-nothing');
  return t(`examples.got-${one.by === 'faq' || one.by === 'clarify' ? 'faq' : 'default'}`);
}
