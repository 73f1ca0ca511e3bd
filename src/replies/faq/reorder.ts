import type { Knowledge, Question } from './knowledge';
import { damped } from './overlap';
import type { RankedFaq } from './rank';
import type { Weights } from './weights';

/** A linear softmax over the shop's grams, trained on its phrasings. */
export interface Reorderer {
  readonly faqs: number;
  /** Row of each gram number, -1 for grams left out. */
  readonly rows: Int32Array;
  /** Row by row, one column per FAQ. */
  readonly values: Float32Array;
}

const MOST_FAQS = 300;
/** Weights and their step sizes take 8 bytes a cell while training, 4 afterwards. */
const MOST_CELLS = 4_000_000;
const EPOCHS = 10;
const STEP = 0.5;
const FIRST_SQUARE = 0.01;
const DECAY = 0.001;
const DROPPED = 0.25;
const SHARE = 0.03;
const REORDERED = 5;

/** Looked up once: a test runner's global objects are slow, and this runs a million times. */
const { sqrt, exp } = Math;

/** Undefined where it would not pay: too many FAQs, or mostly FAQs with one phrasing. */
export function* trainReorderer(
  knowledge: Knowledge,
  weights: Weights,
): Generator<void, Reorderer | undefined> {
  const { faqs, phrasings, starts } = knowledge;
  const several = faqs.filter((_, faq) => (starts[faq + 1] ?? 0) - (starts[faq] ?? 0) > 1);
  if (faqs.length < 2 || faqs.length > MOST_FAQS) return undefined;
  if (several.length * 2 < faqs.length) return undefined;

  const { rows, count } = numberRepeated(knowledge);
  if (count * faqs.length > MOST_CELLS) return undefined;
  const model = { faqs: faqs.length, rows, values: new Float32Array(count * faqs.length) };
  const squares = new Float32Array(model.values.length).fill(FIRST_SQUARE);
  const random = repeatableRandom(20_260_401);
  const order = phrasings.map((_, at) => at);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random);
    for (const at of order) {
      const phrasing = phrasings[at];
      if (phrasing === undefined) continue;
      const inputs = unitInputs(model, weights, phrasing.grams, phrasing.counts).filter(
        () => random() >= DROPPED,
      );
      descend(model, squares, inputs, phrasing.faq);
      yield;
    }
  }
  return model;
}

/** Puts the first five in the order of score plus a little of what the softmax says. */
export function reorderFirst(
  model: Reorderer,
  weights: Weights,
  question: Question,
  ranked: readonly RankedFaq[],
): RankedFaq[] {
  const inputs = unitInputs(model, weights, question.grams, question.counts);
  const first = ranked.slice(0, REORDERED).map((entry) => {
    let logit = 0;
    for (const { row, value } of inputs) {
      logit += value * (model.values[row * model.faqs + entry.faq] ?? 0);
    }
    return { entry, key: entry.score + SHARE * logit };
  });
  first.sort((one, other) => other.key - one.key);
  return [...first.map(({ entry }) => entry), ...ranked.slice(REORDERED)];
}

/** A gram only one phrasing has would merely memorise that phrasing, at a column per FAQ. */
function numberRepeated({ kinds, phrasings }: Knowledge): { rows: Int32Array; count: number } {
  const users = new Int32Array(kinds.length);
  for (const { grams } of phrasings) {
    for (const gram of grams) users[gram] = (users[gram] ?? 0) + 1;
  }
  let count = 0;
  const rows = users.map((phrasingsWithIt) => (phrasingsWithIt > 1 ? count++ : -1));
  return { rows, count };
}

interface Input {
  readonly row: number;
  readonly value: number;
}

function unitInputs(
  model: Reorderer,
  weights: Weights,
  grams: ArrayLike<number>,
  counts: ArrayLike<number>,
): Input[] {
  const inputs: Input[] = [];
  let squares = 0;
  for (let at = 0; at < grams.length; at++) {
    const gram = grams[at] ?? 0;
    const row = model.rows[gram] ?? -1;
    if (row < 0) continue;
    const value = (weights.value[gram] ?? 0) * damped(counts[at] ?? 0);
    squares += value * value;
    inputs.push({ row, value });
  }
  const length = sqrt(squares) || 1;
  return inputs.map(({ row, value }) => ({ row, value: value / length }));
}

/** One AdaGrad step for one phrasing. */
function descend(
  { faqs, values }: Reorderer,
  squares: Float32Array,
  inputs: readonly Input[],
  right: number,
): void {
  const errors = new Float64Array(faqs);
  for (const { row, value } of inputs) {
    const start = row * faqs;
    for (let faq = 0; faq < faqs; faq++) {
      errors[faq] = (errors[faq] ?? 0) + value * (values[start + faq] ?? 0);
    }
  }
  let highest = -Infinity;
  for (const logit of errors) if (logit > highest) highest = logit;
  let sum = 0;
  for (let faq = 0; faq < faqs; faq++) {
    const share = exp((errors[faq] ?? 0) - highest);
    errors[faq] = share;
    sum += share;
  }
  for (let faq = 0; faq < faqs; faq++) {
    errors[faq] = (errors[faq] ?? 0) / sum - (faq === right ? 1 : 0);
  }
  for (const { row, value } of inputs) {
    const start = row * faqs;
    for (let faq = 0; faq < faqs; faq++) {
      const at = start + faq;
      const now = values[at] ?? 0;
      const slope = (errors[faq] ?? 0) * value + DECAY * now;
      const square = (squares[at] ?? 0) + slope * slope;
      squares[at] = square;
      values[at] = now - (STEP * slope) / sqrt(square);
    }
  }
}

function shuffle(order: number[], random: () => number): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const kept = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = kept;
  }
}

/** A linear congruential generator: the same FAQs must give the same answers in every process. */
function repeatableRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
