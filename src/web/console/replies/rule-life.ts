import { t } from '../../shared/i18n/i18n';
import { audienceText, type Names } from './conditions';
import type { VersionStand } from './life';
import type { Draft } from './rules';

export type Expect = 'this' | 'not-this' | { answerContains: string };

/** Whom an example is said by; without one it is somebody the rule is for. */
export interface Speaker {
  tags?: string[];
  scene?: string;
  segmentIds?: string[];
}

export interface Example {
  say: string;
  expect: Expect;
  at?: string;
  as?: Speaker;
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
export type Version = Draft & VersionStand;

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

/** Whom a rule is for, in words. */
export function speakerText({ tags, scene, segmentIds }: Speaker, known?: Partial<Names>): string {
  const limits = {
    ...(tags ? { tags: { any: tags } } : {}),
    ...(scene === undefined ? {} : { scenes: [scene] }),
    ...(segmentIds ? { segmentIds } : {}),
  };
  const unseen = new Map(segmentIds?.map((id) => [id, t('field.unseen-segment')]));
  const segments = new Map([...unseen, ...(known?.segments ?? [])]);
  return audienceText(limits, { scenes: known?.scenes ?? new Map(), segments });
}

/** What an example that went red got instead. */
export function gotText(one: ExampleResult): string {
  if (one.ruleName !== null) return t('examples.got-rule', { name: one.ruleName });
  if (one.by === null) return t('examples.got-nothing');
  return t(`examples.got-${one.by === 'faq' || one.by === 'clarify' ? 'faq' : 'default'}`);
}
