import { correctSpelling, learnSpelling, type Spelling } from './correct-spelling';
import { GRAM_KINDS, readGrams, type Gram } from './grams';
import { isNegated, normaliseQuestion } from './normalise-question';
import { knownToken, learnToken, splitTokens, type Vocabulary } from './vocabulary';
import { wordsOf, type Word } from './words';

/** A question the shop answers, and other ways its customers put it. */
export interface Faq {
  readonly id: string;
  readonly question: string;
  readonly similar: readonly string[];
  /** Customers often use words that stand in the answer and in no phrasing. */
  readonly answer?: string;
}

/** One way to put one question, as numbered grams. */
export interface Phrasing {
  readonly faq: number;
  /** As the shop wrote it. */
  readonly written: string;
  readonly text: string;
  readonly negated: boolean;
  readonly grams: Int32Array;
  /** How often each gram occurs, in the order of `grams`. */
  readonly counts: Uint8Array;
}

/** The shop's phrasings, FAQ by FAQ, and the numbers of their grams. */
export interface Knowledge {
  readonly faqs: readonly Faq[];
  readonly phrasings: readonly Phrasing[];
  /** Phrasings of FAQ f are those from `starts[f]` up to, not including, `starts[f + 1]`. */
  readonly starts: Int32Array;
  readonly vocabulary: Vocabulary;
  readonly spelling: Spelling;
  readonly gramIds: GramIds;
  /** Normalised phrasing → its FAQ, or `SHARED` when several FAQs have it. */
  readonly exact: ReadonlyMap<string, number>;
  /** By gram number. */
  readonly kinds: readonly number[];
  readonly rarities: readonly number[];
}

/** One map per gram kind; the key joins two token numbers with `stride`, so it stays a small int. */
export interface GramIds {
  readonly stride: number;
  /** False in very large shops, which do without pairs across the sentence. */
  readonly isPaired: boolean;
  readonly maps: readonly Map<number, number>[];
}

/** A question as the scorer wants it: known grams by number, unknown ones as they are. */
export interface Question {
  readonly text: string;
  readonly negated: boolean;
  readonly words: readonly Word[];
  /** Characters that correction put there; nobody wrote them. */
  readonly corrected: ReadonlySet<string>;
  readonly grams: readonly number[];
  readonly counts: readonly number[];
  readonly unknown: readonly Gram[];
}

export const SHARED = -1;

/** From this many phrasings on, pairs across the sentence cost more time and memory than they pay. */
const MOST_PAIRED = 20_000;

/** Syllable numbers are below this. */
const MOST_SYLLABLES = 1024;

/** Yields now and then, so that a caller can let others work in between. */
export function* readKnowledge(faqs: readonly Faq[]): Generator<void, Knowledge> {
  const vocabulary: Vocabulary = { tokens: new Map() };
  const exact = new Map<string, number>();
  const texts: { faq: number; written: string; text: string; spellings: string[] }[] = [];
  const starts = new Int32Array(faqs.length + 1);
  for (const [faq, { question, similar }] of faqs.entries()) {
    const seen = new Set<string>();
    for (const written of [question, ...similar]) {
      const text = normaliseQuestion(written);
      if (seen.has(text)) continue;
      seen.add(text);
      const spellings = splitTokens(text);
      if (spellings.length === 0) continue;
      spellings.forEach((spelling) => learnToken(vocabulary, spelling));
      texts.push({ faq, written, text, spellings });
      exact.set(text, exact.has(text) ? SHARED : faq);
    }
    starts[faq + 1] = texts.length;
    yield;
  }

  const isPaired = texts.length <= MOST_PAIRED;
  const gramIds = emptyGramIds(Math.max(MOST_SYLLABLES, vocabulary.tokens.size + 1), isPaired);
  const kinds: number[] = [];
  const rarities: number[] = [];
  const phrasings: Phrasing[] = [];
  for (const { faq, written, text, spellings } of texts) {
    const tokens = spellings.map((spelling) => knownToken(vocabulary, spelling));
    const grams = readGrams(tokens, spellings, isPaired);
    const ids = grams.map((gram) => {
      const known = findGram(gramIds, gram);
      if (known !== undefined) return known;
      const id = kinds.push(gram.kind) - 1;
      rarities.push(gram.rarity);
      gramIds.maps[gram.kind]?.set(keyOf(gramIds, gram), id);
      return id;
    });
    phrasings.push({
      faq,
      written,
      text,
      negated: isNegated(text),
      grams: Int32Array.from(ids),
      counts: Uint8Array.from(grams, (gram) => gram.count),
    });
    yield;
  }
  const { stride, maps } = gramIds;
  const spelling = learnSpelling(
    vocabulary,
    (one, other) => maps[1]?.has(one * stride + other) === true,
  );
  return { faqs, phrasings, starts, vocabulary, spelling, gramIds, exact, kinds, rarities };
}

/** Undefined when nothing was asked: an emoji, a blank, a greeting mark. */
export function readQuestion(knowledge: Knowledge, text: string): Question | undefined {
  const normalised = normaliseQuestion(text);
  const written = splitTokens(normalised);
  if (written.length === 0) return undefined;
  const spellings = [...written];
  correctSpelling(knowledge.spelling, spellings);
  const tokens = spellings.map((spelling) => knownToken(knowledge.vocabulary, spelling));
  const { isPaired } = knowledge.gramIds;
  const grams: number[] = [];
  const counts: number[] = [];
  const unknown: Gram[] = [];
  for (const gram of readGrams(tokens, spellings, isPaired)) {
    const id = findGram(knowledge.gramIds, gram);
    if (id === undefined) unknown.push(gram);
    else {
      grams.push(id);
      counts.push(gram.count);
    }
  }
  return {
    text: normalised,
    negated: isNegated(normalised),
    words: wordsOf(tokens, spellings),
    corrected: new Set(spellings.filter((spelling) => !written.includes(spelling))),
    grams,
    counts,
    unknown,
  };
}

function emptyGramIds(stride: number, isPaired: boolean): GramIds {
  return {
    stride,
    isPaired,
    maps: Array.from({ length: GRAM_KINDS.length }, () => new Map<number, number>()),
  };
}

function findGram(ids: GramIds, gram: Gram): number | undefined {
  if (gram.first < 0 || gram.second < 0) return undefined;
  return ids.maps[gram.kind]?.get(keyOf(ids, gram));
}

function keyOf(ids: GramIds, gram: Gram): number {
  return gram.first * ids.stride + gram.second;
}
