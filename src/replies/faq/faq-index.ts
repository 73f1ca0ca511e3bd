import { runAtOnce, runGently, type Steps } from '../../kernel/slices';
import { learnConfidence, type Confidence } from './confidence';
import { readWords } from './faq-words';
import { readKnowledge, type Faq } from './knowledge';
import { invert } from './overlap';
import type { Scorer } from './rank';
import { trainReorderer, type Reorderer } from './reorder';
import { askFewSelfQuestions, askSelfQuestions, type SelfQuestions } from './self-questions';
import { weighGrams } from './weights';

/** Everything needed to answer questions; immutable, so a new version simply replaces it. */
export interface FaqIndex {
  readonly scorer: Scorer;
  readonly confidence: Confidence;
  readonly reorderer: Reorderer | undefined;
  readonly selfQuestions: SelfQuestions;
  /** False while it answers with what was learned from other questions, or from few. */
  readonly isTrained: boolean;
}

/** Shops up to this many phrasings are learned while one waits. */
const SOON_LEARNED = 200;
const NONE_ASKED: SelfQuestions = { answerable: [], unanswerable: [] };

/** Builds in one go; takes as long as it takes (see `test/bench/faq.ts`). */
export const buildFaqIndex = (faqs: readonly Faq[]): FaqIndex => runAtOnce(buildInSteps(faqs));

/** Builds the same index and lets the event loop run every ten milliseconds. */
export const buildFaqIndexGently = (
  faqs: readonly Faq[],
  pause?: () => Promise<void>,
): Promise<FaqIndex> => runGently(buildInSteps(faqs), pause);

/**
 * Knows every question and answers with the confidence learned before, or from a small sample: what has to
 * be there before anybody is answered. A small shop is learned at once.
 */
export const takeInGently = (faqs: readonly Faq[], before?: FaqIndex): Promise<FaqIndex> =>
  runGently(takeInSteps(faqs, before));

/** The same questions, learned from anew; `pause` may throw to give up. */
export const trainGently = (index: FaqIndex, pause?: () => Promise<void>): Promise<FaqIndex> =>
  runGently(trainInSteps(index.scorer), pause);

/** The same without some of its questions: they are neither answered nor offered. */
export function withoutFaqs(index: FaqIndex, isGone: (id: string) => boolean): FaqIndex {
  const { faqs } = index.scorer.knowledge;
  const gone = new Set(index.scorer.gone);
  faqs.forEach(({ id }, faq) => isGone(id) && gone.add(faq));
  return { ...index, scorer: { ...index.scorer, gone } };
}

function* buildInSteps(faqs: readonly Faq[]): Steps<FaqIndex> {
  return yield* trainInSteps(yield* scoreInSteps(faqs));
}

function* takeInSteps(faqs: readonly Faq[], before?: FaqIndex): Steps<FaqIndex> {
  const scorer = yield* scoreInSteps(faqs);
  if (scorer.knowledge.phrasings.length <= SOON_LEARNED) return yield* trainInSteps(scorer);
  const untrained = { scorer, reorderer: undefined, isTrained: false };
  if (before?.confidence.isLearned === true) {
    return { ...untrained, confidence: before.confidence, selfQuestions: NONE_ASKED };
  }
  const selfQuestions = yield* askFewSelfQuestions(scorer);
  const confidence = yield* learnConfidence(scorer, selfQuestions);
  return { ...untrained, confidence, selfQuestions };
}

function* trainInSteps(scorer: Scorer): Steps<FaqIndex> {
  const selfQuestions = yield* askSelfQuestions(scorer);
  const confidence = yield* learnConfidence(scorer, selfQuestions);
  const reorderer = yield* trainReorderer(scorer.knowledge, scorer.weights);
  return { scorer, confidence, reorderer, selfQuestions, isTrained: true };
}

function* scoreInSteps(faqs: readonly Faq[]): Steps<Scorer> {
  const knowledge = yield* readKnowledge(faqs);
  const weights = yield* weighGrams(knowledge);
  const postings = yield* invert(knowledge, weights);
  const shared = new Float64Array(knowledge.phrasings.length);
  const words = yield* readWords(faqs, knowledge.vocabulary);
  const said = new Float64Array(faqs.length);
  return { knowledge, weights, postings, words, shared, said, gone: new Set() };
}
