import { runAtOnce, runGently, type Steps } from '../../kernel/slices';
import { learnConfidence, type Confidence } from './confidence';
import { readWords } from './faq-words';
import { readKnowledge, type Faq } from './knowledge';
import { invert } from './overlap';
import type { Scorer } from './rank';
import { trainReorderer, type Reorderer } from './reorder';
import { askSelfQuestions, type SelfQuestions } from './self-questions';
import { weighGrams } from './weights';

/** Everything needed to answer questions; immutable, so a new version simply replaces it. */
export interface FaqIndex {
  readonly scorer: Scorer;
  readonly confidence: Confidence;
  readonly reorderer: Reorderer | undefined;
  readonly selfQuestions: SelfQuestions;
}

/** Builds in one go; takes as long as it takes (see `test/bench/faq.ts`). */
export const buildFaqIndex = (faqs: readonly Faq[]): FaqIndex => runAtOnce(buildInSteps(faqs));

/** Builds the same index and lets the event loop run every ten milliseconds. */
export const buildFaqIndexGently = (
  faqs: readonly Faq[],
  pause?: () => Promise<void>,
): Promise<FaqIndex> => runGently(buildInSteps(faqs), pause);

function* buildInSteps(faqs: readonly Faq[]): Steps<FaqIndex> {
  const knowledge = yield* readKnowledge(faqs);
  const weights = yield* weighGrams(knowledge);
  const postings = yield* invert(knowledge, weights);
  const shared = new Float64Array(knowledge.phrasings.length);
  const words = yield* readWords(faqs, knowledge.vocabulary);
  const said = new Float64Array(faqs.length);
  const scorer = { knowledge, weights, postings, words, shared, said };
  const selfQuestions = yield* askSelfQuestions(scorer);
  const confidence = yield* learnConfidence(scorer, selfQuestions);
  const reorderer = yield* trainReorderer(knowledge, weights);
  return { scorer, confidence, reorderer, selfQuestions };
}
