import type { Kit } from '../../kernel/kit';
import { text, type Locale } from '../../kernel/text';
import { conflictsWith, fold, type RuleConflict } from '../matching';
import { checkKeywords } from '../save-rule';
import { readOptOut } from '../opt-out';
import { bookWith, type DraftRule } from './draft-book';
import { tryExamples, type LifeParts, type TriedExamples } from './try-draft';

export type DraftConflict = {
  readonly kind: 'shadowed' | 'duplicate' | 'unreachable';
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  readonly keyword: string;
  readonly text: string;
};

export type DraftCheck = {
  readonly conflicts: DraftConflict[];
  /** Rules that would never answer again, and words of others that it would take. */
  readonly silences: DraftConflict[];
  readonly examples: TriedExamples;
};

/** What is wrong with a draft before anybody meets it, told while it is typed; throws where its words could not be saved. */
export async function checkDraft(
  kit: Pick<Kit, 'versions' | 'clock'>,
  parts: LifeParts,
  draft: DraftRule,
  locale: Locale,
): Promise<DraftCheck> {
  const isEmpty = draft.content.keywords.length === 0;
  if (!isEmpty) checkKeywords(draft.content);
  const examples = await tryExamples(kit, parts, draft, kit.clock.business());
  if (isEmpty) return { conflicts: [], silences: [], examples };
  const { rules } = bookWith(parts.replies.book, draft);
  const names = new Map(rules.rules.map(({ rule }) => [rule.id, rule.name]));
  const found = conflictsWith(rules, draft.id);
  const told = (conflict: RuleConflict, other: string, code: string): DraftConflict => {
    const ruleName = names.get(other) ?? '';
    const { keyword } = conflict;
    return {
      kind: conflict.kind === 'shadowed' ? 'shadowed' : 'duplicate',
      ruleId: other,
      ruleName,
      keyword,
      text: text(locale, `reply.conflict.${code}`, { keyword, winner: ruleName }),
    };
  };
  return {
    conflicts: [
      ...unreachable(draft, locale),
      ...found.own.map((one) => told(one, one.winnerId, one.kind)),
    ],
    silences: found.others.map((one) => told(one, one.ruleId, 'silences')),
    examples,
  };
}

/** Words that are answered before any rule is asked. */
function unreachable({ content }: DraftRule, locale: Locale): DraftConflict[] {
  if (content.match !== 'exact') return [];
  return content.keywords
    .filter((keyword) => readOptOut(keyword) !== undefined)
    .map((keyword) => ({
      kind: 'unreachable' as const,
      ruleId: null,
      ruleName: null,
      keyword: fold(keyword),
      text: text(locale, 'reply.conflict.unreachable', { keyword }),
    }));
}
