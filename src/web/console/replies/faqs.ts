export interface Faq {
  id: string;
  question: string;
  similar: string[];
  answer: string;
  status: 'published' | 'draft';
  hits30d: number;
}

export interface Miss {
  id: string;
  text: string;
  count: number;
  lastAt: string;
  nearest: { faqId: string; question: string; score: number } | null;
  reason: 'unanswered' | 'not-helpful';
  /** The real sentences behind it. */
  phrasings: { id: string; text: string; count: number }[];
  /** The score from which an answer is given. */
  threshold: number;
  /** How far the nearest question is ahead of the second. */
  gap: number | null;
}

/** What a person answered soon after the question. */
export interface QuotedAnswer {
  text: string;
  question: string;
  by: string | null;
  at: string;
}

export interface KeptQuestion {
  id: string;
  question: string;
  faqId: string | null;
  expected: string | null;
  got: string | null;
  isKept: boolean;
}

/** What a draft would change if it were saved. */
export interface Effect {
  own: { total: number; answered: number; offered: number };
  recent: {
    total: number;
    gained: number;
    changed: number;
    changes: { text: string; before: string | null; after: string | null }[];
  };
  examples: { total: number; changed: number; broken: KeptQuestion[] };
  isSample: boolean;
}

export interface FaqHealth {
  threshold: number;
  phrasings: number;
  warnings: { code: string; text?: string; faqId?: string; faqIds?: string[] }[];
}

export type FaqDraft = Pick<Faq, 'question' | 'similar' | 'answer'>;

export const faqDraftOf = (faq: Faq): FaqDraft => ({
  question: faq.question,
  similar: [...faq.similar],
  answer: faq.answer,
});

/** One phrasing a line: how people really type lists. */
export const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];
