import { ANSWER_FROM } from './ask-faq';
import { FEWEST_POSITIVES, isFoundFirst } from './confidence';
import type { FaqIndex } from './faq-index';
import { SHARED } from './knowledge';

/** What an owner should know; the text belongs to the catalogue, by `code`. */
export type FaqWarning =
  /** Too few FAQs have a second phrasing: ask the owner for two or three each. */
  | { readonly code: 'few-phrasings'; readonly positives: number; readonly needed: number }
  /** This phrasing, asked, would rank another FAQ first: move it, or tell the two apart. */
  | {
      readonly code: 'phrasing-finds-other-faq';
      readonly faqId: string;
      readonly phrasing: string;
      readonly otherFaqId: string;
    }
  /** Several FAQs have the same phrasing, so none of them is ever answered for it. */
  | { readonly code: 'shared-phrasing'; readonly phrasing: string; readonly faqIds: string[] }
  /** Nothing in the FAQ's phrasings can be asked (signs or emoji only). */
  | { readonly code: 'nothing-to-ask'; readonly faqId: string };

export interface FaqHealth {
  /** Confidence from which the product answers. */
  readonly threshold: number;
  /** False while the threshold is a rule of thumb instead of learned from this shop. */
  readonly isLearned: boolean;
  readonly faqs: number;
  readonly phrasings: number;
  /** Phrasings whose FAQ has another one; at least `needed` of them are wanted. */
  readonly positives: number;
  readonly warnings: FaqWarning[];
}

/** Costs nothing: the build has already asked every phrasing. */
export function faqHealth(index: FaqIndex): FaqHealth {
  const { knowledge } = index.scorer;
  const { positives, isLearned } = index.confidence;
  return {
    threshold: ANSWER_FROM,
    isLearned,
    faqs: knowledge.faqs.length,
    phrasings: knowledge.phrasings.length,
    positives,
    warnings: [
      ...fewPhrasings(index),
      ...sharedPhrasings(index),
      ...strayPhrasings(index),
      ...emptyFaqs(index),
    ],
  };
}

function fewPhrasings({ scorer, confidence }: FaqIndex): FaqWarning[] {
  const { positives } = confidence;
  if (scorer.knowledge.faqs.length === 0 || positives >= FEWEST_POSITIVES) return [];
  return [{ code: 'few-phrasings', positives, needed: FEWEST_POSITIVES }];
}

function sharedPhrasings({ scorer }: FaqIndex): FaqWarning[] {
  const { exact, phrasings, faqs } = scorer.knowledge;
  const users = new Map<string, { phrasing: string; faqIds: string[] }>();
  for (const { text, written, faq } of phrasings) {
    if (exact.get(text) !== SHARED) continue;
    const found = users.get(text) ?? { phrasing: written, faqIds: [] };
    found.faqIds.push(faqs[faq]?.id ?? '');
    users.set(text, found);
  }
  return [...users.values()].map((found) => ({ code: 'shared-phrasing', ...found }));
}

function strayPhrasings({ scorer, selfQuestions }: FaqIndex): FaqWarning[] {
  const { phrasings, faqs, exact } = scorer.knowledge;
  return selfQuestions.answerable.flatMap((question): FaqWarning[] => {
    const phrasing = phrasings[question.phrasing];
    const other = question.ranked[0];
    if (phrasing === undefined || other === undefined || isFoundFirst(scorer, question)) return [];
    if (exact.get(phrasing.text) === SHARED) return [];
    return [
      {
        code: 'phrasing-finds-other-faq',
        faqId: faqs[phrasing.faq]?.id ?? '',
        phrasing: phrasing.written,
        otherFaqId: faqs[other.faq]?.id ?? '',
      },
    ];
  });
}

function emptyFaqs({ scorer }: FaqIndex): FaqWarning[] {
  const { faqs, starts } = scorer.knowledge;
  return faqs.flatMap(({ id }, faq) =>
    starts[faq] === starts[faq + 1] ? [{ code: 'nothing-to-ask' as const, faqId: id }] : [],
  );
}
