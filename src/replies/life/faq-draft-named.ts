import type { z } from 'zod';
import { NotFound } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import { contentIn, standingOf } from '../../review';
import { UNSAVED_FAQ, type FaqDraft } from '../lay-faq-over';
import { faqBody } from '../reply-rule.schema';
import { readFaqs } from '../save-faq';
import type { FaqContent } from './faq-life';

/** A question as it stands in an editor. */
export const faqDraftBody = faqBody.pick({ question: true, similar: true, answer: true });
type FaqDraftBody = z.output<typeof faqDraftBody>;

type Named = {
  readonly draftOf?: string | undefined;
  readonly draft?: FaqDraftBody | undefined;
};

/** The draft of a question that a call means: what is typed, or what is kept beside what answers. */
export async function faqDraftNamed(
  { db }: Pick<Kit, 'db'>,
  { draftOf, draft }: Named,
): Promise<FaqDraft | undefined> {
  if (draftOf === undefined) return draft && { id: UNSAVED_FAQ, ...draft };
  const row = (await readFaqs((sql, params) => db.read.all(sql, params), [draftOf])).get(draftOf);
  if (!row) throw new NotFound();
  if (draft) return { id: draftOf, ...draft };
  const { open, live } = await standingOf(db, 'faq', draftOf);
  const newest = open ?? live;
  const { question, similar, answer } = newest ? contentIn<FaqContent>(newest) : row;
  return { id: draftOf, question, similar, answer };
}
