import { InvalidInput } from '../../kernel/errors';
import type { Actions } from '../actions';
import type { Answer } from '../answers/answer';
import type { Conditions, RuleMatch } from '../matching';
import type { ReplyRule } from '../reply-rule.entity';
import type { Example, RuleBody } from '../reply-rule.schema';

export type RuleRow = Omit<ReplyRule, 'keywords' | 'answer' | 'conditions' | 'actions'> & {
  keywords: string;
  answer: string;
  conditions: string | null;
  actions: string | null;
};

/** What a version keeps: all that makes the rule what it is, and nothing of where it stands in its life. */
export type RuleContent = {
  readonly name: string;
  readonly match: RuleMatch;
  readonly keywords: readonly string[];
  readonly priority: number;
  readonly accountId: string | null;
  readonly answer: Answer;
  readonly when: Conditions | null;
  readonly also: Actions | null;
  readonly examples: readonly Example[];
};

/** A JSON column holds 64 KB. */
const mostBytes = 65_000;

/** An empty list of conditions or actions is none. */
const orNull = <Some extends object>(given: Some | null): Some | null =>
  given && Object.keys(given).length > 0 ? given : null;

/** A rule that nobody named goes by its first keyword. */
function nameFrom({ match, keywords }: RuleBody): string {
  const first = (keywords[0] ?? match).replace(/[\p{Cc}\p{Surrogate}]/gu, ' ').trim();
  return Array.from(first).slice(0, 64).join('') || match;
}

export function contentFrom(
  body: RuleBody,
  accountId: string | null,
  before?: Pick<RuleContent, 'name' | 'examples'>,
): RuleContent {
  const content = {
    name: body.name ?? before?.name ?? nameFrom(body),
    match: body.match,
    keywords: body.keywords,
    priority: body.priority,
    accountId,
    answer: body.answer,
    when: orNull(body.when),
    also: orNull(body.also),
    examples: body.examples ?? before?.examples ?? [],
  };
  if (Buffer.byteLength(JSON.stringify(content)) > mostBytes) {
    throw new InvalidInput('input_invalid', {
      errors: [{ path: 'keywords', code: 'keywords_too_large' }],
    });
  }
  return content;
}

/** As the table of live rules keeps it; examples stay with the version. */
export const columnsOf = (content: RuleContent) => ({
  name: content.name,
  matchKind: content.match,
  keywords: JSON.stringify(content.keywords),
  priority: content.priority,
  accountId: content.accountId,
  answer: JSON.stringify(content.answer),
  conditions: content.when && JSON.stringify(content.when),
  actions: content.also && JSON.stringify(content.also),
});

/** Of a rule from before versions were kept. */
export const contentOf = (row: RuleRow): RuleContent => ({
  name: row.name,
  match: row.matchKind,
  keywords: JSON.parse(row.keywords) as string[],
  priority: row.priority,
  accountId: row.accountId,
  answer: JSON.parse(row.answer) as Answer,
  when: row.conditions === null ? null : (JSON.parse(row.conditions) as Conditions),
  also: row.actions === null ? null : (JSON.parse(row.actions) as Actions),
  examples: [],
});
