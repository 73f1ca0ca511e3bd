import { execute, marksFor, select, type Tx } from '../../kernel/database';
import { InvalidInput } from '../../kernel/errors';
import type { Author, First, Life, LifeKit } from '../../review';
import { holdRow } from '../../review';
import { unsaidFaqAnswer } from '../answers/faq-template';
import type { OriginSource } from '../faq-learning.entity';
import { sentencesOf } from '../faq-origins';
import { deleteFaq, readFaqs, saveFaqs, type FaqRow, type FaqRecord } from '../save-faq';

/** What a version of a question keeps. */
export type FaqContent = {
  readonly question: string;
  readonly similar: readonly string[];
  readonly answer: string;
  /** Unanswered questions that are answered once this is live. */
  readonly learnedFrom?: readonly string[];
};

/** A version is one long text of 64 KB. */
const mostBytes = 65_535;

export function faqContent(
  { question, similar, answer }: Pick<FaqRecord, 'question' | 'similar' | 'answer'>,
  learnedFrom: readonly string[] = [],
): FaqContent {
  const said = { question, similar: [...new Set(similar)], answer };
  const content = learnedFrom.length === 0 ? said : { ...said, learnedFrom };
  if (Buffer.byteLength(JSON.stringify(content)) > mostBytes) {
    throw new InvalidInput('input_invalid', {
      errors: [{ path: 'similar', code: 'similar_too_large' }],
    });
  }
  return content;
}

export const firstOfFaq = (row: FaqRow): First<FaqContent> => ({
  content: { question: row.question, similar: row.similar, answer: row.answer },
  isLive: row.status === 'published',
  savedAt: row.updatedAt,
  publishedAt: row.status === 'published' ? row.updatedAt : null,
});

/** A question from draft to answer. */
export function faqLife(kit: LifeKit, source: OriginSource = 'operator'): Life<FaqRow, FaqContent> {
  const now = () => kit.clock.business();
  const write = async (
    tx: Tx,
    row: Pick<FaqRow, 'id' | 'createdAt'>,
    { question, similar, answer, learnedFrom = [] }: FaqContent,
    { by, status }: { by: Author; status: FaqRow['status'] },
  ): Promise<FaqRow> => {
    const faq = { id: row.id, question, similar, answer, status };
    const learned = await sentencesOf(tx, learnedFrom);
    await saveFaqs(tx, [faq], now(), { newId: kit.newId, source, byName: by.name, learned });
    return { ...faq, createdAt: row.createdAt, updatedAt: now() };
  };
  return {
    ...{ kind: 'faq', named: 'faq', topic: 'faqs' },
    accountOf: () => null,
    find: async (id) =>
      (await readFaqs((sql, params) => kit.db.read.all(sql, params), [id])).get(id),
    hold: (tx, { id }) => holdRow(tx, 'faq', id, now()),
    first: firstOfFaq,
    refuse: ({ answer }) => {
      const code = unsaidFaqAnswer(answer, kit.settings.orgZone, now());
      if (code) throw new InvalidInput('input_invalid', { errors: [{ path: 'answer', code }] });
    },
    add: (tx, id, content, by) =>
      write(tx, { id, createdAt: now() }, content, { by, status: 'draft' }),
    answer: async (tx, row, content, by) => {
      const after = await write(tx, row, content, { by, status: 'published' });
      const answered = content.learnedFrom ?? [];
      if (answered.length > 0) {
        const sql = `UPDATE faq_miss SET state = 'learned' WHERE id IN (${marksFor(answered)})`;
        await execute(tx, sql, answered);
      }
      return after;
    },
    rest: (tx, row, content, by) => write(tx, row, content, { by, status: 'draft' }),
    remove: (tx, { id }) => deleteFaq(tx, id),
  };
}

/** Questions as a transaction sees them, by id. */
export const faqsIn = (tx: Tx, ids: readonly string[]): Promise<Map<string, FaqRow>> =>
  readFaqs((sql, params) => select(tx, sql, params), ids);
