import { askFaq, buildFaqIndexGently, takeInGently, type Faq, type FaqIndex } from './faq';
import type { Replies } from './open-replies';
import type { ReplyBook } from './reply-book';

/** A question that was never saved goes by this id while it is tried; an id that is stored has no space. */
export const UNSAVED_FAQ = 'the draft';

/** A larger shop is tried on the FAQs near to the sentences: its index takes seconds to build. */
const mostBuilt = 1_500;
const nearEach = 8;

type LaidOver = {
  /** As it would answer with the draft. */
  readonly after: FaqIndex;
  /** As it answers now, of as many questions. */
  readonly before: () => Promise<FaqIndex>;
  /** True when the shop is too large to try it whole. */
  readonly isSample: boolean;
};
/** With what it says. */
export type FaqDraft = Faq & { readonly answer: string };
export type TriedFaq = { readonly id: string; readonly isSample: boolean };
type Live = Pick<Replies, 'book' | 'faqList'>;

/**
 * One question more or less moves nothing of what a large shop learned, and learning takes most of the time. Of a
 * shop whose first answers are put in order anew the order is learned, too.
 */
const indexOf = (live: FaqIndex, faqs: readonly Faq[]): Promise<FaqIndex> =>
  live.reorderer === undefined ? takeInGently(faqs, live) : buildFaqIndexGently(faqs);

/** The shop's questions with one of them as its draft has it; nothing is written. */
export async function layFaqOver(
  { book, faqList }: Live,
  draft: Faq,
  sentences: readonly string[],
): Promise<LaidOver> {
  const others = faqList.filter(({ id }) => id !== draft.id);
  const isSample = others.length > mostBuilt;
  if (!isSample) {
    const after = await indexOf(book.faqIndex, [...others, draft]);
    return { after, before: () => Promise.resolve(book.faqIndex), isSample };
  }
  const kept = nearest(book.faqIndex, others, [draft.question, ...sentences]);
  return {
    after: await indexOf(book.faqIndex, [...kept, draft]),
    before: () => indexOf(book.faqIndex, [...kept, ...faqList.filter(({ id }) => id === draft.id)]),
    isSample,
  };
}

/** The FAQs that could answer any of the sentences, and an even sample of the others. */
function nearest(index: FaqIndex, faqs: readonly Faq[], sentences: readonly string[]): Faq[] {
  const near = new Set<string>();
  for (const text of sentences) {
    if (near.size >= mostBuilt) break;
    for (const { id } of askFaq(index, text).ranked.slice(0, nearEach)) near.add(id);
  }
  const stride = Math.max(1, Math.ceil(faqs.length / Math.max(1, mostBuilt - near.size)));
  return faqs.filter(({ id }, at) => near.has(id) || at % stride === 0);
}

type Kept = { readonly from: FaqIndex; readonly key: string; readonly laid: Promise<LaidOver> };
let last: Kept | undefined;

/** The book as it is when this draft is published; the same draft tried with another sentence is not learned again. */
export async function bookWithFaq(
  live: Live,
  book: ReplyBook,
  draft: FaqDraft,
  said: string,
): Promise<{ readonly book: ReplyBook; readonly tried: TriedFaq }> {
  const from = live.book.faqIndex;
  const isLarge = live.faqList.length > mostBuilt;
  const key = JSON.stringify([draft, isLarge ? said : '']);
  if (last?.from !== from || last.key !== key) {
    // One is learned at a time, whoever else is trying.
    const before = last?.laid.catch(() => undefined) ?? Promise.resolve();
    last = { from, key, laid: before.then(() => layFaqOver(live, draft, [said])) };
  }
  const { laid } = last;
  laid.catch(() => {
    if (last?.laid === laid) last = undefined;
  });
  const { after, isSample } = await laid;
  const faqs = new Map(book.faqs).set(draft.id, {
    question: draft.question,
    answer: draft.answer,
  });
  return { book: { ...book, faqIndex: after, faqs }, tried: { id: draft.id, isSample } };
}
