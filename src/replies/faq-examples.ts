import type { Kit } from '../kernel/kit';
import { askFaq } from './faq';
import type { ReplyBook } from './reply-book';

export type Example = {
  readonly id: string;
  readonly question: string;
  /** Null when nothing may answer it. */
  readonly faqId: string | null;
  readonly byName: string;
  readonly createdAt: number;
};
export type ExampleOutcome = {
  readonly id: string;
  readonly question: string;
  readonly faqId: string | null;
  readonly expected: string | null;
  readonly got: string | null;
  readonly isKept: boolean;
};

export const mostExamples = 500;

export async function allExamples({ db }: Pick<Kit, 'db'>): Promise<Example[]> {
  const rows = await db.read.all<Omit<Example, 'createdAt'> & { createdAt: number | string }>(
    `SELECT id, question, faqId, byName, createdAt FROM faq_example ORDER BY id DESC LIMIT ${mostExamples}`,
  );
  return rows.map((row) => ({ ...row, createdAt: Number(row.createdAt) }));
}

/** `best` is the FAQ that answers the example's question now. */
export function readExample(
  { id, question, faqId }: Example,
  best: string | undefined,
  nameOf: (faqId: string | undefined) => string | null,
): ExampleOutcome {
  return {
    id,
    question,
    faqId,
    expected: nameOf(faqId ?? undefined),
    got: nameOf(best),
    isKept: (best ?? null) === faqId,
  };
}

/** Every kept question asked of the FAQs as they are live: for the API, the console and a command alike. */
export async function runExamples(
  kit: Pick<Kit, 'db'>,
  { faqIndex, faqs }: Pick<ReplyBook, 'faqIndex' | 'faqs'>,
): Promise<ExampleOutcome[]> {
  const nameOf = (id: string | undefined) =>
    id === undefined ? null : (faqs.get(id)?.question ?? id);
  return (await allExamples(kit)).map((example) =>
    readExample(example, askFaq(faqIndex, example.question).best, nameOf),
  );
}
