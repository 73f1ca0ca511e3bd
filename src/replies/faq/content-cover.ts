import type { Knowledge, Question } from './knowledge';

/**
 * Which share of what a question is about an FAQ speaks of in any of its phrasings: characters that
 * are no function words, each once. 1 when the question has none.
 */
export function contentCover(knowledge: Knowledge, question: Question, faq: number): number {
  const { contents } = question;
  if (contents.length === 0) return 1;
  const end = knowledge.starts[faq + 1] ?? 0;
  let covered = 0;
  for (const gram of contents) {
    if (gram < 0) continue;
    for (let at = knowledge.starts[faq] ?? 0; at < end; at++) {
      if (!knowledge.phrasings[at]?.grams.includes(gram)) continue;
      covered++;
      break;
    }
  }
  return covered / contents.length;
}
