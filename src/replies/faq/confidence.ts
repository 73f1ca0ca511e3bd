import { fitRisingLine, logitOf, type Case, type Line } from './logistic';
import type { RankedFaq, Scorer } from './rank';
import type { SelfQuestion, SelfQuestions } from './self-questions';

/** How this shop's scores translate into "answer it", learned from its own phrasings. */
export interface Confidence {
  /** Answer at a logit of 0 and above. */
  readonly line: Line;
  /** Offer a choice from this logit up to 0; never above 0. */
  readonly clarifyFrom: number;
  /** False when there were too few phrasings to learn from; the line is then a rule of thumb. */
  readonly isLearned: boolean;
  /** Phrasings that could be asked while their FAQ kept another one. */
  readonly positives: number;
}

/** Fewer than this many phrasings to ask, and nothing reliable can be learned. */
export const FEWEST_POSITIVES = 30;

/** Price of a wrong answer to an answerable question; 1 would be a careful shop. */
const WRONG_PRICE = 0.3;
/** A shop of one FAQ has no second; its lead is measured from what unrelated FAQs usually reach. */
const NEAREST_RIVAL = 0.2;
const POSTERIOR_WIDTH = 0.06;
const POSTERIOR_FAQS = 5;

/** The rule of thumb: its edge is pulled towards what shops usually need, as if seen ten times. */
const THUMB_LEAD = 0.9;
const THUMB_QUANTILE = 0.78;
const THUMB_SCALE = 0.1;
const PRIOR_EDGE = 0.48;
const PRIOR_CASES = 10;

/** Offering a choice starts between these logits, wherever the shop's phrasings say. */
const LOWEST_EDGE = -2;
const HIGHEST_EDGE = -0.6;
const USUAL_EDGE = -1.5;
/** This share of the questions that have no answer is told so instead of being offered three wrong ones. */
const TOLD_SO = 0.8;

/** What a ranking shows about itself: the best score, its lead, its share among the first five. */
export function featuresOf(ranked: readonly RankedFaq[]): number[] {
  const best = ranked[0]?.score ?? 0;
  const rival = Math.max(ranked[1]?.score ?? 0, Math.min(best, NEAREST_RIVAL));
  const share = ranked
    .slice(0, POSTERIOR_FAQS)
    .reduce((sum, { score }) => sum + Math.exp((score - best) / POSTERIOR_WIDTH), 0);
  return [best, best - rival, share > 0 ? 1 / share : 0];
}

export function* learnConfidence(
  scorer: Scorer,
  asked: SelfQuestions,
): Generator<void, Confidence> {
  const positives = asked.answerable.length;
  const line =
    positives >= FEWEST_POSITIVES
      ? yield* learnLine(scorer, asked)
      : ruleOfThumb(asked.unanswerable);
  return {
    line,
    clarifyFrom: lowerEdge(scorer, asked, line),
    isLearned: positives >= FEWEST_POSITIVES,
    positives,
  };
}

export function isFoundFirst({ knowledge }: Scorer, { phrasing, ranked }: SelfQuestion): boolean {
  return ranked[0]?.faq === knowledge.phrasings[phrasing]?.faq;
}

function* learnLine(
  scorer: Scorer,
  { answerable, unanswerable }: SelfQuestions,
): Generator<void, Line> {
  const cases: Case[] = answerable.map((question) => {
    const right = isFoundFirst(scorer, question);
    const weight = (right ? 1 : WRONG_PRICE) / answerable.length;
    return { features: featuresOf(question.ranked), right, weight };
  });
  const price = 0.5 / unanswerable.length;
  for (const { ranked } of unanswerable) {
    cases.push({ features: featuresOf(ranked), right: false, weight: price });
  }
  return yield* fitRisingLine(cases);
}

/** Most questions that have no answer must stay below; how far below is not known. */
function ruleOfThumb(unanswerable: readonly SelfQuestion[]): Line {
  const seen = unanswerable.map(({ ranked }) => {
    const [best = 0, lead = 0] = featuresOf(ranked);
    return best + THUMB_LEAD * lead;
  });
  const edge =
    (seen.length * quantile(seen, THUMB_QUANTILE) + PRIOR_CASES * PRIOR_EDGE) /
    (seen.length + PRIOR_CASES);
  const slopes = [1 / THUMB_SCALE, THUMB_LEAD / THUMB_SCALE, 0];
  return { intercept: -edge / THUMB_SCALE, slopes };
}

/** Nearly all phrasings that were found stay above the edge, and most questions without an answer below it. */
function lowerEdge(
  scorer: Scorer,
  { answerable, unanswerable }: SelfQuestions,
  line: Line,
): number {
  const found = answerable.filter((question) => isFoundFirst(scorer, question));
  if (found.length < 10) return USUAL_EDGE;
  const logitsOf = (questions: readonly SelfQuestion[]) =>
    questions.map(({ ranked }) => logitOf(line, featuresOf(ranked)));
  const edge = Math.max(quantile(logitsOf(found), 0.05), quantile(logitsOf(unanswerable), TOLD_SO));
  return Math.max(LOWEST_EDGE, Math.min(HIGHEST_EDGE, edge));
}

/** The value below which this share of the values lies; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
