import { measureSaid } from './faq-words';
import type { Knowledge, Phrasing } from './knowledge';
import { addShared, damped, overlap } from './overlap';
import { rankBySimilarity, type RankedFaq, type Scorer } from './rank';
import { knownToken, splitTokens } from './vocabulary';
import { weightWithout } from './weights';
import { wordsOf, type Word } from './words';

/** One of the shop's own phrasings, asked as if the shop did not have it. */
export interface SelfQuestion {
  readonly phrasing: number;
  readonly ranked: readonly RankedFaq[];
}

export interface SelfQuestions {
  /** Asked with only itself taken away; its FAQ has other phrasings and should be found. */
  readonly answerable: readonly SelfQuestion[];
  /** Asked with its whole FAQ taken away: real questions about this shop that have no answer. */
  readonly unanswerable: readonly SelfQuestion[];
}

/**
 * Bounds the time of a build: a larger shop asks an even sample of its phrasings, and the sample shrinks as
 * each question grows dearer. Three slopes are learned from it; 400 cases of a kind are plenty for that.
 */
const MOST_ASKED = 2_500;
const FEWEST_ASKED = 400;
const COMPARISONS = 5_000_000;

/**
 * Removal is exact: a gram counts one FAQ fewer only where no other phrasing of that FAQ has it, and
 * the weight of every other phrasing that shares the gram moves along.
 */
export function* askSelfQuestions(scorer: Scorer): Generator<void, SelfQuestions> {
  const affordable = COMPARISONS / Math.max(1, scorer.knowledge.phrasings.length);
  return yield* ask(scorer, Math.min(MOST_ASKED, Math.max(FEWEST_ASKED, affordable)));
}

/** As many as it takes to begin with. */
export const askFewSelfQuestions = (scorer: Scorer): Generator<void, SelfQuestions> =>
  ask(scorer, FEWEST_ASKED);

function* ask(scorer: Scorer, asked: number): Generator<void, SelfQuestions> {
  const { phrasings, faqs, starts } = scorer.knowledge;
  const stride = Math.max(1, phrasings.length / asked);
  const scratch = {
    shift: new Float64Array(phrasings.length),
    inFaq: new Map<number, number>(),
  };
  const answerable: SelfQuestion[] = [];
  const unanswerable: SelfQuestion[] = [];
  for (let faq = 0; faq < faqs.length; faq++) {
    const own = phrasings.slice(starts[faq], starts[faq + 1]);
    const first = starts[faq] ?? 0;
    const chosen = own.filter((_, at) => (first + at) % stride < 1);
    if (chosen.length === 0) continue;
    countInFaq(own, scratch.inFaq);

    for (const phrasing of own.length < 2 ? [] : chosen) {
      const lost = (gram: number) => scratch.inFaq.get(gram) === 1;
      shiftTotals(scorer, phrasing.grams, lost, scratch.shift);
      const at = first + own.indexOf(phrasing);
      answerable.push({ phrasing: at, ranked: rankWithout(scorer, phrasing, lost, scratch, at) });
      scratch.shift.fill(0);
      yield;
    }

    const lost = (gram: number) => scratch.inFaq.has(gram);
    shiftTotals(scorer, [...scratch.inFaq.keys()], lost, scratch.shift);
    for (const phrasing of chosen) {
      const ranked = rankWithout(scorer, phrasing, lost, scratch, -1, faq);
      unanswerable.push({ phrasing: first + own.indexOf(phrasing), ranked });
      yield;
    }
    scratch.shift.fill(0);
  }
  return { answerable, unanswerable };
}

function countInFaq(own: readonly Phrasing[], inFaq: Map<number, number>): void {
  inFaq.clear();
  for (const { grams } of own) {
    for (const gram of grams) inFaq.set(gram, (inFaq.get(gram) ?? 0) + 1);
  }
}

function shiftTotals(
  { weights, postings }: Scorer,
  grams: Iterable<number>,
  lost: (gram: number) => boolean,
  shift: Float64Array,
): void {
  for (const gram of grams) {
    if (!lost(gram)) continue;
    const change = weightWithout(weights, gram) - (weights.value[gram] ?? 0);
    addShared(postings, gram, Number.MAX_SAFE_INTEGER, change, shift);
  }
}

function rankWithout(
  { knowledge, weights, postings, words, shared, said, gone }: Scorer,
  asked: Phrasing,
  lost: (gram: number) => boolean,
  { shift }: { shift: Float64Array },
  skip: number,
  skipFaq = -1,
): RankedFaq[] {
  let total = 0;
  asked.grams.forEach((gram, at) => {
    const count = asked.counts[at] ?? 0;
    const weight = lost(gram) ? weightWithout(weights, gram) : (weights.value[gram] ?? 0);
    total += weight * damped(count);
    addShared(postings, gram, count, weight, shared);
  });
  const similarity = (phrasing: number) =>
    knowledge.phrasings[phrasing]?.faq === skipFaq
      ? 0
      : overlap(
          shared[phrasing] ?? 0,
          total,
          (postings.totals[phrasing] ?? 0) + (shift[phrasing] ?? 0),
        );
  measureSaid(words, weights, wordsOfPhrasing(knowledge, asked), said, {
    faq: asked.faq,
    isWhole: skipFaq >= 0,
  });
  const ranked = rankBySimilarity({ knowledge, said, gone }, similarity, asked.negated, skip);
  shared.fill(0);
  said.fill(0);
  return ranked;
}

function wordsOfPhrasing({ vocabulary }: Knowledge, { text }: Phrasing): Word[] {
  const spellings = splitTokens(text);
  const tokens = spellings.map((spelling) => knownToken(vocabulary, spelling));
  return wordsOf(tokens, spellings);
}
