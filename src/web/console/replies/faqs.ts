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
  /** The real sentences behind it, where the server groups them. */
  phrasings?: { text: string; count: number }[];
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
