import { hasOtherAmount } from './amounts';
import { featuresOf } from './confidence';
import { coverOf } from './content-cover';
import type { FaqIndex } from './faq-index';
import { readQuestion, SHARED, type Question } from './knowledge';
import { logitOf, sigmoid } from './logistic';
import { MOST_RANKED, rankFaqs, type RankedFaq, type Scorer } from './rank';
import { reorderFirst } from './reorder';

/** Say the answer; offer the first three to pick from; say that nobody knows. */
export type Band = 'answer' | 'clarify' | 'none';

export interface FaqAnswer {
  readonly band: Band;
  /**
   * Best first, ten of them (or every FAQ when there are fewer). The first score is `confidence`,
   * the others are in proportion to how well they fit; none is above the one before.
   */
  readonly ranked: readonly { readonly id: string; readonly score: number }[];
  /** The FAQ to answer with; only in band `answer`. */
  readonly best?: string;
  /** Chance, 0 to 1, that answering with the first FAQ is right. */
  readonly confidence: number;
  /** Confidence from which the product answers. */
  readonly threshold: number;
}

/** Confidence is calibrated per shop, so the line is the same everywhere. */
export const ANSWER_FROM = 0.5;

/** A first FAQ that leads by less than this is a guess between two; what more a lead is worth is learned. */
const NARROWEST_LEAD = 0.03;
/** An FAQ that speaks of less than this of what the question is about was found by its frame: "may I use …". */
const LEAST_CONTENT = 0.43;
/** The same of its subject alone: "how much is a private room" is no question about the price of a latte. */
const LEAST_SUBJECT = 0.24;
const JUST_BELOW = ANSWER_FROM - 0.001;
/** Said word for word: nothing but the shop's own mistake can make this wrong. */
const WORD_FOR_WORD = 0.99;

export function askFaq(index: FaqIndex, text: string): FaqAnswer {
  const { scorer, confidence: learned } = index;
  const question = readQuestion(scorer.knowledge, text);
  const ranked = question === undefined ? [] : rankFaqs(scorer, question);
  if (question === undefined || ranked.length === 0) return unanswered(index);

  const features = featuresOf(ranked);
  const logit = logitOf(learned.line, features);
  const verdict = judge(index, question, ranked, sigmoid(logit));
  const scored = present(index, verdict.ordered, verdict.confidence);
  const best = scored[0]?.id;
  const common = { ranked: scored, confidence: verdict.confidence, threshold: ANSWER_FROM };
  if (verdict.confidence >= ANSWER_FROM && best !== undefined) {
    return { band: 'answer', best, ...common };
  }
  const isNear = logit >= learned.clarifyFrom || verdict.isShared;
  return { band: isNear ? 'clarify' : 'none', ...common };
}

interface Verdict {
  readonly ordered: readonly RankedFaq[];
  readonly confidence: number;
  /** Several FAQs have exactly these words. */
  readonly isShared: boolean;
}

/**
 * Rules above the learned line: one's own words are found; a tie is never answered, nor what the first FAQ
 * hardly speaks of, nor another amount than it speaks of.
 */
function judge(
  { scorer, reorderer }: FaqIndex,
  question: Question,
  ranked: readonly RankedFaq[],
  confidence: number,
): Verdict {
  const exact = scorer.knowledge.exact.get(question.text);
  const own = ranked.find(({ faq }) => faq === exact);
  if (own !== undefined) {
    const ordered = [own, ...ranked.filter((entry) => entry !== own)];
    return { ordered, confidence: Math.max(confidence, WORD_FOR_WORD), isShared: false };
  }
  const lead = (ranked[0]?.score ?? 0) - (ranked[1]?.score ?? 0);
  const isShared = exact === SHARED;
  const isUnsafe =
    isShared ||
    lead < NARROWEST_LEAD ||
    (confidence >= ANSWER_FROM &&
      (!isAbout(scorer, question, ranked[0]?.faq ?? 0) ||
        hasOtherAmount(scorer.knowledge, question.text, ranked[0]?.faq ?? 0)));
  return {
    ordered:
      reorderer === undefined ? ranked : reorderFirst(reorderer, scorer.weights, question, ranked),
    confidence: isUnsafe ? Math.min(confidence, JUST_BELOW) : confidence,
    isShared,
  };
}

function isAbout(scorer: Scorer, question: Question, faq: number): boolean {
  const { content, subject } = coverOf(scorer, question, faq);
  return content >= LEAST_CONTENT && subject >= LEAST_SUBJECT;
}

function unanswered(index: FaqIndex): FaqAnswer {
  return { band: 'none', ranked: present(index, [], 0), confidence: 0, threshold: ANSWER_FROM };
}

function present(
  { scorer }: FaqIndex,
  ordered: readonly RankedFaq[],
  confidence: number,
): FaqAnswer['ranked'] {
  const { faqs } = scorer.knowledge;
  const top = ordered[0]?.score ?? 1;
  let ceiling = confidence;
  const filled = ordered.map(({ faq, score }) => {
    ceiling = Math.min(ceiling, (score / top) * confidence);
    return { id: faqs[faq]?.id ?? '', score: ceiling };
  });
  const named = new Set([...ordered.map(({ faq }) => faq), ...scorer.gone]);
  for (let faq = 0; faq < faqs.length && filled.length < MOST_RANKED; faq++) {
    if (!named.has(faq)) filled.push({ id: faqs[faq]?.id ?? '', score: 0 });
  }
  return filled;
}
