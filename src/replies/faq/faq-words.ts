import type { Faq } from './knowledge';
import { normaliseQuestion } from './normalise-question';
import { knownToken, splitTokens, type Vocabulary } from './vocabulary';
import { weighWord, type Weights } from './weights';
import { wordsOf, type Word } from './words';

/** The FAQs that have a word, ascending, and in how many of their texts: phrasings, and the answer. */
export interface Speakers {
  readonly faqs: number[];
  readonly texts: number[];
}

/** By spelling. */
export type FaqWords = ReadonlyMap<string, Speakers>;

/** What the shop is taken not to have: one phrasing of an FAQ, or all of it. */
export interface Taken {
  readonly faq: number;
  readonly isWhole: boolean;
}

/** What a longer answer says further down is seldom what was asked. */
const MOST_ANSWER_TOKENS = 300;
/** What a template fills in is no word of the shop's. */
const FILLED_IN = /\{[{%].*?[%}]\}/gs;

export function* readWords(
  faqs: readonly Faq[],
  vocabulary: Vocabulary,
): Generator<void, FaqWords> {
  const words = new Map<string, Speakers>();
  for (const [faq, { question, similar, answer = '' }] of faqs.entries()) {
    const asked = new Set([question, ...similar].map((written) => normaliseQuestion(written)));
    const answered = normaliseQuestion(answer.replace(FILLED_IN, ' '));
    const texts = [
      ...[...asked].map((text) => splitTokens(text)),
      splitTokens(answered, MOST_ANSWER_TOKENS),
    ];
    for (const spellings of texts) {
      const tokens = spellings.map((spelling) => knownToken(vocabulary, spelling));
      for (const { spelling } of wordsOf(tokens, spellings)) addSpeaker(words, spelling, faq);
    }
    yield;
  }
  return words;
}

function addSpeaker(words: Map<string, Speakers>, spelling: string, faq: number): void {
  const known = words.get(spelling);
  if (known === undefined) {
    words.set(spelling, { faqs: [faq], texts: [1] });
    return;
  }
  const last = known.faqs.length - 1;
  if (known.faqs[last] === faq) known.texts[last] = (known.texts[last] ?? 0) + 1;
  else {
    known.faqs.push(faq);
    known.texts.push(1);
  }
}

/** Writes into `said`, by FAQ, which share of the asked words it has in any of its texts, 0 to 1. */
export function measureSaid(
  words: FaqWords,
  weights: Weights,
  asked: readonly Word[],
  said: Float64Array,
  taken?: Taken,
): void {
  let total = 0;
  const heard = asked.map((word) => {
    const speakers = words.get(word.spelling);
    const lost = speakers !== undefined && taken !== undefined && isLost(speakers, taken);
    const using = (speakers?.faqs.length ?? 0) - (lost ? 1 : 0);
    const weight = weighWord(weights, word, using);
    total += weight;
    return { faqs: speakers?.faqs ?? [], weight, lost };
  });
  if (total === 0) return;
  for (const { faqs, weight, lost } of heard) {
    const share = weight / total;
    for (const faq of faqs) said[faq] = (said[faq] ?? 0) + share;
    if (lost && taken) said[taken.faq] = (said[taken.faq] ?? 0) - share;
  }
  if (taken?.isWhole) said[taken.faq] = 0;
}

/** True when the FAQ has the word only in what is taken away. */
function isLost({ faqs, texts }: Speakers, { faq, isWhole }: Taken): boolean {
  const at = faqs.indexOf(faq);
  return at >= 0 && (isWhole || texts[at] === 1);
}
