import { t } from '../../shared/i18n/i18n';
import type { DraftState, Living, VersionStand } from './life';

export interface FaqDraft {
  question: string;
  similar: string[];
  answer: string;
}

export interface Faq extends Living, FaqDraft {
  draft: (VersionStand & FaqDraft) | null;
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
  /** What was made of it and is not published yet. */
  waiting: { faqId: string; question: string; state: DraftState } | null;
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

export const faqDraftOf = (faq: FaqDraft): FaqDraft => ({
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

const written = ['question', 'similar', 'answer'] as const;

/** How many of the things a person sees differ. */
export const countFaqChanges = (before: FaqDraft, after: FaqDraft): number =>
  written.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).length;

/** What a person reads of two versions, side by side. */
export const compareFaqs = (mine: FaqDraft, theirs: FaqDraft) =>
  written.map((name) => {
    const read = (draft: FaqDraft) =>
      name === 'similar' ? draft.similar.join(' · ') : draft[name];
    return { label: t(`field.${name}`), own: read(mine), other: read(theirs) };
  });

const hasSigns = /\{[{%]/;
const namesVariable = /\{[{%][^{}]*\b(person|account|scene|now)\b/;

/** Looks like a template and names none of our variables: the server says it as it is written. */
export const isSaidAsWritten = (answer: string): boolean =>
  hasSigns.test(answer) && !namesVariable.test(answer);
