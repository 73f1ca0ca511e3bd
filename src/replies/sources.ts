import { askFaq } from './faq';
import type { ReplyBook } from './reply-book';

/** A published FAQ that may answer a question. `isTemplate`: its answer names the one who asks. */
export type FaqSource = {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly isTemplate: boolean;
};

export function faqSource(book: ReplyBook, id: string): FaqSource | undefined {
  const faq = book.faqs.get(id);
  return faq && { id, ...faq, isTemplate: /\{[{%]/.test(faq.answer) };
}

/** The FAQs nearest to a text by its words, best first; of a small shop all of them. */
export function sourcesFor(book: ReplyBook, said: string, most: number): FaqSource[] {
  return askFaq(book.faqIndex, said)
    .ranked.slice(0, most)
    .flatMap(({ id }) => faqSource(book, id) ?? []);
}
