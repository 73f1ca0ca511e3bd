import { select, type Tx } from '../../kernel/database';
import type { Answer } from '../answers/answer';
import { faqsIn } from '../life/faq-life';
import type { FaqRecord } from '../save-faq';
import type { RuleRow } from '../save-rule';
import type { TemplateRule } from './template-files.schema';

/** A rule as the console has it now, under the key it goes by in files. */
export type LiveRule = { readonly row: RuleRow; readonly rule: TemplateRule };
export type LiveTemplates = {
  readonly rules: ReadonlyMap<string, LiveRule>;
  /** Those that were asked for. */
  readonly faqs: ReadonlyMap<string, FaqRecord>;
  /** All there are. */
  readonly faqNotes: ReadonlyMap<string, FaqNote>;
  readonly welcome: Answer | undefined;
  readonly default: Answer | undefined;
  /** What the last import wrote, by place. */
  readonly origins: ReadonlyMap<string, string>;
};

type FaqNote = { readonly id: string; readonly question: string } & Stamps;
type Stamps = { readonly createdAt: number; readonly updatedAt: number };

export const prefixOf = (accountId: string | null): string => `${accountId ?? 'all'}:`;

/** A rule nobody imported goes by its id, so that what was exported finds it again. */
const keyOf = ({ id, templateKey }: RuleRow, prefix: string): string =>
  templateKey?.startsWith(prefix) ? templateKey.slice(prefix.length) : `rule-${id.toLowerCase()}`;

/** As a file would say it; `live-templates.test.ts` holds it against every field of a rule. */
const ruleOf = (row: RuleRow, key: string): TemplateRule => ({
  key,
  name: row.name,
  match: row.matchKind,
  keywords: JSON.parse(row.keywords) as string[],
  priority: row.priority,
  answer: JSON.parse(row.answer) as Answer,
  when: row.conditions === null ? null : (JSON.parse(row.conditions) as TemplateRule['when']),
  also: row.actions === null ? null : (JSON.parse(row.actions) as TemplateRule['also']),
});

/** As the table of rules keeps what a file says. */
export const columnsOf = (rule: TemplateRule) => ({
  name: rule.name,
  matchKind: rule.match,
  keywords: JSON.stringify(rule.keywords),
  priority: rule.priority,
  answer: JSON.stringify(rule.answer),
  conditions: jsonOrNull(rule.when),
  actions: jsonOrNull(rule.also),
});

/** An empty list of conditions or actions is none. */
const jsonOrNull = (given: object | null): string | null =>
  given && Object.keys(given).length > 0 ? JSON.stringify(given) : null;

/** What a folder is compared with: the rules of one account, or those of all, and the questions it names. */
export async function readLive(
  tx: Tx,
  accountId: string | null,
  faqIds: readonly string[],
): Promise<LiveTemplates> {
  const notes = await select<FaqNote>(
    tx,
    `SELECT id, question, createdAt, updatedAt FROM faq ORDER BY id`,
  );
  const [own] = await select<{ welcome: string | null; fallback: string | null }>(
    tx,
    `SELECT welcome, fallback FROM reply_default WHERE accountId = ?`,
    [accountId ?? ''],
  );
  const rules = await readRules(tx, accountId);
  const origins = await select<{ place: string; hash: string }>(
    tx,
    `SELECT place, hash FROM template_origin`,
  );
  const parsed = (json: string | null | undefined) =>
    json ? (JSON.parse(json) as Answer) : undefined;
  return {
    rules: new Map(rules.map((live) => [live.rule.key, live])),
    faqs: new Map(
      [...(await faqsIn(tx, faqIds))].map(([id, { question, similar, answer, status }]) => [
        id,
        { id, question, similar, answer, status },
      ]),
    ),
    faqNotes: new Map(notes.map((note) => [note.id, note])),
    welcome: parsed(own?.welcome),
    default: parsed(own?.fallback),
    origins: new Map(origins.map(({ place, hash }) => [place, hash])),
  };
}

async function readRules(tx: Tx, accountId: string | null): Promise<LiveRule[]> {
  const prefix = prefixOf(accountId);
  const rows = await select<RuleRow>(
    tx,
    `SELECT * FROM reply_rule WHERE accountId ${accountId === null ? 'IS NULL' : '= ?'} ORDER BY id`,
    accountId === null ? [] : [accountId],
  );
  return rows.map((row) => ({ row, rule: ruleOf(row, keyOf(row, prefix)) }));
}
