import { GRAM_KINDS, type Gram } from './grams';
import type { Knowledge } from './knowledge';

/**
 * How much each gram says. Rare in this shop (counted per FAQ, so that a word all phrasings of one
 * FAQ share stays strong) and rare in general Chinese weighs more; so does a gram that keeps
 * turning up in the phrasings of the FAQs that use it.
 */
export interface Weights {
  /** By gram number: FAQs that use the gram. */
  readonly faqCounts: Int32Array;
  /** By gram number: everything but the part that depends on how many FAQs use it. */
  readonly base: Float64Array;
  /** By gram number: how faithfully phrasings repeat it, around 1. */
  readonly stability: Float64Array;
  /** By number of FAQs that use a gram. */
  readonly shopRarity: Float64Array;
  readonly value: Float64Array;
}

/** A shop of three FAQs cannot tell a common word from a rare one, so it counts as this many. */
const FEWEST_FAQS = 30;
const RARITY_POWER = 0.7;
const STABILITY_POWER = 0.3;
const STABILITY_PRIOR = 8;

export function* weighGrams(knowledge: Knowledge): Generator<void, Weights> {
  const { kinds, rarities, faqs } = knowledge;
  const use = yield* countUse(knowledge);
  const shopRarity = shopRarities(faqs.length);
  const stability = yield* stabilities(use);
  yield;
  const base = new Float64Array(kinds.length);
  const value = new Float64Array(kinds.length);
  for (let gram = 0; gram < base.length; gram++) {
    base[gram] = general(kinds[gram] ?? 0, rarities[gram] ?? 1);
    value[gram] =
      (base[gram] ?? 0) * (shopRarity[use.faqCounts[gram] ?? 0] ?? 0) * (stability[gram] ?? 1);
    if (gram % 4_096 === 0) yield;
  }
  return { faqCounts: use.faqCounts, base, stability, shopRarity, value };
}

/** The weight of a gram no phrasing has; it counts against every FAQ. */
export function weighUnknown(weights: Weights, gram: Gram): number {
  return general(gram.kind, gram.rarity) * (weights.shopRarity[0] ?? 0);
}

/** The weight of a word that `using` answers have; a pair counts as pairs do in questions. */
export function weighWord(
  { shopRarity }: Weights,
  { isPair, rarity }: { readonly isPair: boolean; readonly rarity: number },
  using: number,
): number {
  return general(isPair ? 1 : 0, rarity) * (shopRarity[using] ?? 0);
}

/** The weight a gram would have if one FAQ fewer used it. */
export function weightWithout(weights: Weights, gram: number): number {
  const left = (weights.faqCounts[gram] ?? 1) - 1;
  const plain = (weights.base[gram] ?? 0) * (weights.shopRarity[left] ?? 0);
  return left === 0 ? plain : plain * (weights.stability[gram] ?? 1);
}

function general(kind: number, rarity: number): number {
  return (GRAM_KINDS[kind]?.weight ?? 0) * rarity ** (RARITY_POWER * RARITY_POWER);
}

function shopRarities(faqs: number): Float64Array {
  const all = Math.max(faqs, FEWEST_FAQS);
  return Float64Array.from({ length: faqs + 1 }, (_, using) => {
    const rarity = Math.log(1 + (all - using + 0.5) / (using + 0.5));
    return Math.max(0.05, rarity) ** RARITY_POWER;
  });
}

interface Use {
  readonly faqCounts: Int32Array;
  /** Σ k(k−1)/(m−1) and Σ k over FAQs with m ≥ 2 phrasings, k of them with the gram. */
  readonly repeated: Float64Array;
  readonly used: Float64Array;
}

function* countUse({ kinds, faqs, starts, phrasings }: Knowledge): Generator<void, Use> {
  const faqCounts = new Int32Array(kinds.length);
  const repeated = new Float64Array(kinds.length);
  const used = new Float64Array(kinds.length);
  const here = new Map<number, number>();
  for (let faq = 0; faq < faqs.length; faq++) {
    const own = phrasings.slice(starts[faq], starts[faq + 1]);
    here.clear();
    for (const { grams } of own) {
      for (const gram of grams) here.set(gram, (here.get(gram) ?? 0) + 1);
    }
    for (const [gram, count] of here) {
      faqCounts[gram] = (faqCounts[gram] ?? 0) + 1;
      if (own.length < 2) continue;
      repeated[gram] = (repeated[gram] ?? 0) + (count * (count - 1)) / (own.length - 1);
      used[gram] = (used[gram] ?? 0) + count;
    }
    yield;
  }
  return { faqCounts, repeated, used };
}

function* stabilities({ repeated, used }: Use): Generator<void, Float64Array> {
  const stability = new Float64Array(used.length).fill(1);
  const usual = sum(repeated) / sum(used);
  if (!(usual > 0)) return stability;
  yield;
  for (let gram = 0; gram < used.length; gram++) {
    const share =
      ((repeated[gram] ?? 0) + STABILITY_PRIOR * usual) / ((used[gram] ?? 0) + STABILITY_PRIOR);
    stability[gram] = (share / usual) ** STABILITY_POWER;
    if (gram % 4_096 === 0) yield;
  }
  return stability;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
