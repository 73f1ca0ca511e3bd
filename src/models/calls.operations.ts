import { z } from 'zod';
import { requireAllAccounts, type Actor } from '../kernel/access';
import { marksFor, type Scalar } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { text, type Locale } from '../kernel/text';
import type { ModelCall } from './model.entity';
import { verdicts, type Verdict } from './verdict';

const count = z.number().nullable();
const CallView = z.object({
  id: z.string(),
  at: z.string(),
  accountId: z.string().nullable(),
  purpose: z.enum(['answer', 'try', 'question', 'phrasings', 'voice']),
  model: z.string(),
  verdict: z.enum(verdicts),
  why: z.string(),
  question: z.string().describe('What was asked, redacted as it was sent'),
  faq: z.object({ id: z.string(), question: z.string().nullable() }).nullable(),
  personId: z.string().nullable(),
  ms: count,
  promptTokens: count,
  answerTokens: count,
});
const WholeCall = CallView.extend({
  prompt: z.string().describe('JSON, as it was sent'),
  answer: z.string().nullable().describe('As it came, cut and redacted'),
  sources: z.array(z.object({ id: z.string(), question: z.string().nullable() })),
});

type Row = ModelCall & { faqQuestion: string | null; personId: string | null };

const columns = `c.*, f.question AS faqQuestion, i.personId AS personId`;
const joined = `model_call c LEFT JOIN faq f ON f.id = c.faqId LEFT JOIN identity i ON i.id = c.identityId`;

/** What was sent to the model and what came back, for those who may switch it on. */
export function callOperations(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/model-calls',
        permission: 'accounts.edit',
        summary: 'What was sent to the model and what came of it, newest first',
        query: pageQuery.extend({
          accountId: z.string().max(26).optional(),
          result: z
            .enum(['asked', 'said', 'refused', 'unusable', 'vectors'])
            .optional()
            .describe(
              '`asked`: questions and voices, whatever came of them; `vectors`: what was only compared',
            ),
        }),
        response: pageOf(CallView),
      },
      async ({ actor, query, locale }) => {
        const where: string[] = [];
        const values: Scalar[] = [];
        const and = (sql: string, ...more: Scalar[]) => {
          where.push(sql);
          values.push(...more);
        };
        const scope = scopeOf(actor, query.accountId);
        if (scope?.length === 0) return { items: [], nextCursor: null };
        if (scope) and(`c.accountId IN (${marksFor(scope)})`, ...scope);
        if (query.result) {
          const [column, wanted] = resultOf[query.result];
          and(`c.${column} IN (${marksFor(wanted)})`, ...wanted);
        }
        if (query.cursor) {
          const [id = ''] = decodeCursor(query.cursor, ['string']);
          and('c.id < ?', id);
        }
        const rows = await kit.db.longRead<Row>(
          `SELECT ${columns} FROM ${joined} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
           ORDER BY c.id DESC LIMIT ${String(query.limit + 1)}`,
          values,
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.id],
          (row) => present(row, locale),
        );
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/model-calls/{id}',
        permission: 'accounts.edit',
        summary: 'One call with all that was sent and all that came',
        params: z.object({ id: z.string().max(26) }),
        response: WholeCall,
      },
      async ({ actor, params: { id }, locale }) => {
        const [row] = await kit.db.read.all<Row>(
          `SELECT ${columns} FROM ${joined} WHERE c.id = ?`,
          [id],
        );
        if (!row) throw new NotFound();
        const { accountId } = row;
        if (accountId === '') requireAllAccounts(actor);
        else if (scopeOf(actor, accountId)?.length === 0) throw new NotFound();
        const ids = JSON.parse(row.sources) as string[];
        const known = await questionsOf(kit, ids);
        return {
          ...present(row, locale),
          prompt: row.prompt,
          answer: row.answer,
          sources: ids.map((faqId) => ({ id: faqId, question: known.get(faqId) ?? null })),
        };
      },
    ),
  ];
}

const useful: readonly Verdict[] = ['chosen', 'written', 'made', 'refused'];
type Result = 'asked' | 'said' | 'refused' | 'unusable' | 'vectors';
const resultOf: Readonly<Record<Result, readonly ['purpose' | 'verdict', readonly string[]]>> = {
  asked: ['purpose', ['answer', 'try', 'voice']],
  said: ['verdict', ['chosen', 'written']],
  refused: ['verdict', ['refused']],
  unusable: ['verdict', verdicts.filter((one) => !useful.includes(one))],
  vectors: ['purpose', ['question', 'phrasings']],
};

/** Undefined: everything, with the calls that are no account's. */
function scopeOf({ accountIds }: Actor, wanted: string | undefined): readonly string[] | undefined {
  if (wanted === undefined) return accountIds === 'all' ? undefined : accountIds;
  return accountIds === 'all' || accountIds.includes(wanted) ? [wanted] : [];
}

async function questionsOf(kit: Pick<Kit, 'db'>, ids: readonly string[]) {
  if (ids.length === 0) return new Map<string, string>();
  const rows = await kit.db.read.all<{ id: string; question: string }>(
    `SELECT id, question FROM faq WHERE id IN (${marksFor(ids)})`,
    [...ids],
  );
  return new Map(rows.map(({ id, question }) => [id, question]));
}

function present(row: Row, locale: Locale) {
  const { id, purpose, model, verdict, ms, promptTokens, answerTokens, personId } = row;
  return {
    ...{ id, at: new Date(row.at).toISOString(), accountId: row.accountId || null },
    ...{ purpose, model, verdict, why: text(locale, `model.verdict.${verdict}`) },
    question: questionOf(row),
    faq: row.faqId === null ? null : { id: row.faqId, question: row.faqQuestion },
    ...{ personId, ms, promptTokens, answerTokens },
  };
}

/** The question among what was sent; of phrasings the first. */
function questionOf({ prompt }: Row): string {
  try {
    const sent = JSON.parse(prompt) as (string | { role: string; content: string })[];
    const [first] = sent;
    if (typeof first === 'string') return first;
    const asked = sent.find((one) => typeof one !== 'string' && one.role === 'user');
    const content = typeof asked === 'object' ? asked.content : '{}';
    return (JSON.parse(content) as { question?: string }).question ?? '';
  } catch {
    return '';
  }
}
