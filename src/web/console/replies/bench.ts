import type { ModelHelp } from '../models/models';
import type { Actions } from './conditions';
import { linesOf, type FaqDraft } from './faqs';
import type { Speaker } from './rule-life';
import { bodyOf, isReady, type Draft } from './rules';

export interface Considered {
  id: string;
  matched: boolean;
  why: string | { code: string; params?: Record<string, string | number>; text?: string };
  name?: string;
}

export interface Explained {
  band: 'rule' | 'answer' | 'clarify' | 'none';
  answer: unknown;
  defaultAnswer: unknown;
  /** What the follower really gets, whatever the band. */
  reply?: unknown;
  /** How an answer of several messages goes out. */
  delivery: { text: string } | null;
  also?: Actions | null;
  redPacket?: { text: string } | null;
  faq: { id: string; score: number; question?: string }[];
  /** The score from which an answer is given. */
  threshold: number;
  considered: Considered[];
  /** Only where a model may be asked. */
  model?: ModelHelp | null;
  /** Which of those considered is the draft. */
  draftId: string | null;
  /** Which of the questions is the draft. */
  faqDraft: { id: string; isSample: boolean } | null;
  at: string;
  /** What counts of the person it was said as. */
  as: Speaker | null;
  window: { open: boolean; left: number; afterSaying: { left: number } } | null;
}

/** What a sentence is tried with, laid over what answers followers now. */
export interface Trial {
  about: 'rule' | 'faq';
  /** The rule beside, when it was saved. */
  ruleId: string | null;
  /** Of the call; null while too little is written to be tried. */
  body: object | null;
  /** Whether what was tried can be kept as an example. */
  keeps: boolean;
}

export const trialOfRule = (ruleId: string | null, draft: Draft): Trial => ({
  about: 'rule',
  ruleId: ruleId === '' ? null : ruleId,
  keeps: true,
  body: isReady(draft)
    ? { draft: bodyOf(draft), ...(ruleId === null || ruleId === '' ? {} : { draftOf: ruleId }) }
    : null,
});

export function trialOfFaq(faqId: string | null, draft: FaqDraft): Trial {
  const question = draft.question.trim();
  const answer = draft.answer.trim();
  const similar = linesOf(draft.similar.join('\n'));
  const isWritten = question !== '' && answer !== '';
  return {
    about: 'faq',
    ruleId: null,
    keeps: false,
    body: isWritten
      ? {
          faqDraft: { question, similar, answer },
          ...(faqId === null ? {} : { faqDraftOf: faqId }),
        }
      : null,
  };
}

/** The draft that is kept beside what answers, as a reviewer tries it. */
export const trialOfKept = (kind: 'rule' | 'faq', id: string): Trial => ({
  about: kind,
  ruleId: kind === 'rule' ? id : null,
  keeps: false,
  body: kind === 'rule' ? { draftOf: id } : { faqDraftOf: id },
});
