import { measureSaid, type FaqWords } from './faq-words';
import type { Knowledge, Question } from './knowledge';
import { addShared, damped, overlap, type Postings } from './overlap';
import { weighUnknown, type Weights } from './weights';

/** Everything scoring needs; built once per version of the shop's FAQs. */
export interface Scorer {
  readonly knowledge: Knowledge;
  readonly weights: Weights;
  readonly postings: Postings;
  readonly words: FaqWords;
  /** Scratch space, one number per phrasing; all zero between questions. */
  readonly shared: Float64Array;
  /** Scratch space, one number per FAQ; all zero between questions. */
  readonly said: Float64Array;
  /** FAQs that were taken away since; they are not found any more. */
  readonly gone: ReadonlySet<number>;
}

export interface RankedFaq {
  readonly faq: number;
  readonly score: number;
}

/** The mean over phrasings carries most: the best single phrasing is the noisiest estimate. */
const BEST_SHARE = 0.2;
/** What having every word of the question, in whichever of its texts, adds to an FAQ's score. */
const SAID_SHARE = 0.15;
const NEGATION_COST = 0.1;
/** Scores below this many are not looked at for negation. */
const CONTENDERS = 8;
/** Kept per question. */
export const MOST_RANKED = 10;

/** The best FAQs for a question, best first; FAQs that share nothing with it are left out. */
export function rankFaqs(scorer: Scorer, question: Question): RankedFaq[] {
  const { weights, postings, words, shared, said } = scorer;
  let total = 0;
  for (const gram of question.unknown) total += weighUnknown(weights, gram) * damped(gram.count);
  for (let at = 0; at < question.grams.length; at++) {
    const gram = question.grams[at] ?? 0;
    const count = question.counts[at] ?? 0;
    const weight = weights.value[gram] ?? 0;
    total += weight * damped(count);
    addShared(postings, gram, count, weight, shared);
  }
  const similarity = (phrasing: number) =>
    overlap(shared[phrasing] ?? 0, total, postings.totals[phrasing] ?? 0);
  measureSaid(words, weights, question.words, said);
  const ranked = rankBySimilarity(scorer, similarity, question.negated);
  shared.fill(0);
  said.fill(0);
  return ranked;
}

/** `skip` leaves one phrasing out, as if the shop did not have it. */
export function rankBySimilarity(
  { knowledge, said, gone }: Pick<Scorer, 'knowledge' | 'said' | 'gone'>,
  similarity: (phrasing: number) => number,
  negated: boolean,
  skip = -1,
): RankedFaq[] {
  const best: RankedFaq[] = [];
  for (let faq = 0; faq < knowledge.faqs.length; faq++) {
    const score = faqScore(knowledge, faq, similarity, skip) + SAID_SHARE * (said[faq] ?? 0);
    if (score > 0 && !gone.has(faq)) keepBest(best, { faq, score });
  }
  const judged = best.map((entry, at) =>
    at < CONTENDERS ? weighNegation(knowledge, entry, negated, skip) : entry,
  );
  return judged.sort((one, other) => other.score - one.score || one.faq - other.faq);
}

function faqScore(
  { starts }: Knowledge,
  faq: number,
  similarity: (phrasing: number) => number,
  skip: number,
): number {
  let highest = 0;
  let sum = 0;
  let count = 0;
  const end = starts[faq + 1] ?? 0;
  for (let phrasing = starts[faq] ?? 0; phrasing < end; phrasing++) {
    if (phrasing === skip) continue;
    const one = similarity(phrasing);
    if (one > highest) highest = one;
    sum += one;
    count++;
  }
  return count === 0 ? 0 : BEST_SHARE * highest + ((1 - BEST_SHARE) * sum) / count;
}

function keepBest(best: RankedFaq[], entry: RankedFaq): void {
  const last = best[best.length - 1];
  if (best.length === MOST_RANKED) {
    if (last === undefined || entry.score <= last.score) return;
    best.pop();
  }
  let at = best.length;
  while (at > 0 && (best[at - 1]?.score ?? 0) < entry.score) at--;
  best.splice(at, 0, entry);
}

function weighNegation(
  { starts, phrasings }: Knowledge,
  { faq, score }: RankedFaq,
  negated: boolean,
  skip: number,
): RankedFaq {
  let different = 0;
  let count = 0;
  const end = starts[faq + 1] ?? 0;
  for (let phrasing = starts[faq] ?? 0; phrasing < end; phrasing++) {
    if (phrasing === skip) continue;
    count++;
    if (phrasings[phrasing]?.negated !== negated) different++;
  }
  return { faq, score: score * (1 - (NEGATION_COST * different) / Math.max(1, count)) };
}
