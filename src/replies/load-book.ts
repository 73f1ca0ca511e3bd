import type { Kit } from '../kernel/kit';
import { runGently } from '../kernel/slices';
import type { Actions } from './actions';
import type { Answer } from './answers/answer';
import type { Faq } from './faq';
import { mediaUsesOf, type MediaUses } from './media-uses';
import { compileInSteps, withoutRule, withRule, type CompiledRules } from './matching';
import type { Conditions, RuleMatch } from './matching';
import type { AccountAnswers, BookRule, KnownFaq } from './reply-book';

type RuleRow = {
  id: string;
  name: string;
  matchKind: RuleMatch;
  keywords: string;
  priority: number;
  accountId: string | null;
  answer: string;
  conditions: string | null;
  actions: string | null;
  publishedAt: number | null;
};
type DefaultRow = { accountId: string; welcome: string | null; fallback: string | null };

export type LoadedRules = {
  readonly rules: CompiledRules<BookRule>;
  readonly defaults: ReadonlyMap<string, AccountAnswers>;
  readonly accountNames: ReadonlyMap<string, string>;
  readonly sceneNames: ReadonlyMap<string, string>;
  readonly media: MediaUses;
  /** By rule id: the row it was made from. */
  readonly madeFrom: ReadonlyMap<string, string>;
  /** How many rules were laid over since all were compiled. */
  readonly laidOver: number;
};

const answerOf = (json: string | null): Answer | null =>
  json === null ? null : (JSON.parse(json) as Answer);

/** Each costs a message a look more; compiling ten thousand rules costs everybody seconds. */
const mostLaidOver = 16;

type Compiled = Pick<LoadedRules, 'rules' | 'madeFrom' | 'laidOver'>;

/** What did not change since `before` is not compiled again, as long as little did. */
async function compileFrom(
  rows: readonly RuleRow[],
  before: Compiled | undefined,
): Promise<Compiled> {
  const madeFrom = new Map(rows.map((row) => [row.id, JSON.stringify(row)]));
  const anew = async () => {
    const rules = await runGently(compileInSteps(rulesOf(rows)));
    return { rules, madeFrom, laidOver: 0 };
  };
  if (!before) return anew();
  const changed = rows.filter(({ id }) => before.madeFrom.get(id) !== madeFrom.get(id));
  const gone = [...before.madeFrom.keys()].filter((id) => !madeFrom.has(id));
  const laidOver = before.laidOver + changed.length + gone.length;
  if (laidOver > mostLaidOver) return anew();
  let { rules } = before;
  for (const id of gone) rules = withoutRule(rules, id);
  for (const row of changed) rules = withRule(rules, ruleOf(row));
  return { rules, madeFrom, laidOver };
}

export async function loadRules(
  { db }: Pick<Kit, 'db'>,
  before?: LoadedRules,
): Promise<LoadedRules> {
  const [rules, defaults, accounts, scenes] = await Promise.all([
    db.read.all<RuleRow>(
      `SELECT id, name, matchKind, keywords, priority, accountId, answer, conditions, actions, publishedAt
       FROM reply_rule`,
    ),
    db.read.all<DefaultRow>(`SELECT accountId, welcome, fallback FROM reply_default`),
    db.read.all<{ id: string; name: string }>(`SELECT id, name FROM account`),
    db.read.all<{ accountId: string; scene: string; name: string }>(
      `SELECT accountId, scene, name FROM scene`,
    ),
  ]);
  return {
    ...(await compileFrom(rules, before)),
    defaults: new Map(
      defaults.map(({ accountId, welcome, fallback }) => [
        accountId,
        { welcome: answerOf(welcome), fallback: answerOf(fallback) },
      ]),
    ),
    accountNames: new Map(accounts.map(({ id, name }) => [id, name])),
    sceneNames: new Map(
      scenes.map(({ accountId, scene, name }) => [`${accountId}:${scene}`, name]),
    ),
    media: mediaUsesOf(rules, defaults),
  };
}

function* rulesOf(rows: readonly RuleRow[]): Generator<BookRule> {
  for (const row of rows) yield ruleOf(row);
}

export function ruleOf(row: RuleRow): BookRule {
  return {
    id: row.id,
    name: row.name,
    match: row.matchKind,
    keywords: JSON.parse(row.keywords) as string[],
    priority: row.priority,
    accountId: row.accountId,
    publishedAt: row.publishedAt,
    answer: JSON.parse(row.answer) as Answer,
    when: row.conditions === null ? null : (JSON.parse(row.conditions) as Conditions),
    also: row.actions === null ? null : (JSON.parse(row.actions) as Actions),
  };
}

export type LoadedFaqs = { readonly list: Faq[]; readonly known: ReadonlyMap<string, KnownFaq> };

/** May be long: it runs where it blocks nobody. */
export async function loadFaqs({ db }: Pick<Kit, 'db'>): Promise<LoadedFaqs> {
  const faqs = await db.longRead<{
    id: string;
    question: string;
    answer: string;
    updatedAt: number | string;
  }>(`SELECT id, question, answer, updatedAt FROM faq WHERE status = 'published' ORDER BY id`);
  const phrasings = await db.longRead<{ faqId: string; phrasing: string }>(
    `SELECT faqId, phrasing FROM faq_phrasing ORDER BY faqId, place`,
  );
  const similar = new Map<string, string[]>();
  for (const { faqId, phrasing } of phrasings) {
    const found = similar.get(faqId);
    if (found) found.push(phrasing);
    else similar.set(faqId, [phrasing]);
  }
  return {
    list: faqs.map(({ id, question, answer }) => ({
      id,
      question,
      similar: similar.get(id) ?? [],
      answer,
    })),
    known: new Map(
      faqs.map(({ id, question, answer, updatedAt }) => [
        id,
        { question, answer, updatedAt: Number(updatedAt) },
      ]),
    ),
  };
}

/** Which questions are published, and nothing of them: cheap enough to ask before anybody is answered. */
export async function publishedFaqIds({ db }: Pick<Kit, 'db'>): Promise<ReadonlySet<string>> {
  const rows = await db.read.all<{ id: string }>(`SELECT id FROM faq WHERE status = 'published'`);
  return new Set(rows.map(({ id }) => id));
}

/** Accounts that ask whether an answer helped. */
export async function loadJudging({ db }: Pick<Kit, 'db'>): Promise<ReadonlySet<string>> {
  const rows = await db.read.all<{ accountId: string }>(
    `SELECT accountId FROM faq_feedback WHERE isOn = 1`,
  );
  return new Set(rows.map(({ accountId }) => accountId));
}
