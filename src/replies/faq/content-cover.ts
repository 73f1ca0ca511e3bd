import type { Question } from './knowledge';
import type { Scorer } from './rank';
import { weighWord } from './weights';

/**
 * Which share of what a question is about an FAQ speaks of, in any of its phrasings or its answer:
 * characters that are no function words, each once and by weight, so that the unknown "dog" of "may I use it
 * with a dog" counts for more than "use", which many FAQs have. 1 when the question has none. 0 when all the
 * FAQ shares with it is what the question was corrected to.
 */
export function contentCover(
  { words, weights }: Pick<Scorer, 'words' | 'weights'>,
  { words: asked, corrected }: Pick<Question, 'words' | 'corrected'>,
  faq: number,
): number {
  let total = 0;
  let covered = 0;
  let isAsWritten = false;
  for (const word of asked) {
    if (word.isPair) continue;
    const speakers = words.get(word.spelling)?.faqs ?? [];
    const weight = weighWord(weights, word, speakers.length);
    total += weight;
    if (!speakers.includes(faq)) continue;
    covered += weight;
    isAsWritten ||= !corrected.has(word.spelling);
  }
  if (total === 0) return 1;
  return isAsWritten ? covered / total : 0;
}
