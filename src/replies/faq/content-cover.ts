import type { FaqWords } from './faq-words';
import type { Word } from './words';

/**
 * Which share of what a question is about an FAQ speaks of, in any of its phrasings or its answer:
 * characters that are no function words, each once. 1 when the question has none.
 */
export function contentCover(words: FaqWords, asked: readonly Word[], faq: number): number {
  const contents = asked.filter(({ isPair }) => !isPair);
  if (contents.length === 0) return 1;
  const covered = contents.filter(({ spelling }) => words.get(spelling)?.faqs.includes(faq));
  return covered.length / contents.length;
}
