import type { Kit } from '../kernel/kit';
import { askFaq, buildFaqIndexGently, type Band, type Faq, type FaqIndex } from './faq';
import { allExamples, readExample, type ExampleOutcome } from './faq-examples';
import { foldQuestion } from './fold-question';
import type { Replies } from './open-replies';
import { answerMessage, type ReplyBook } from './reply-book';

export type Draft = {
  /** The FAQ that is being changed; undefined for a new one. */
  readonly faqId?: string | undefined;
  readonly question: string;
  readonly similar: readonly string[];
  readonly answer: string;
};
type Answer = { readonly band: Band; readonly best: string | undefined };
export type Change = {
  readonly text: string;
  readonly before: string | null;
  readonly after: string | null;
};
export type Effect = {
  /** What becomes of the sentences the draft is written for. */
  readonly own: { readonly total: number; readonly answered: number; readonly offered: number };
  /** What becomes of what people said last. */
  readonly recent: {
    readonly total: number;
    /** Sentences nobody answered that would be answered. */
    readonly gained: number;
    readonly changes: readonly Change[];
  };
  readonly examples: { readonly total: number; readonly broken: readonly ExampleOutcome[] };
  /** True when the shop is too large to try it whole. */
  readonly isSample: boolean;
};

export const draftId = 'the draft';
/** A larger shop is tried on the FAQs near to the sentences: its index takes seconds to build. */
const mostBuilt = 1_500;
const nearEach = 8;
const recentRead = 400;
const mostRecent = 200;

let trying: Promise<unknown> = Promise.resolve();

/** What the answers would be if the draft were live; nothing is written, and one is tried at a time. */
export function tryDraft(
  kit: Pick<Kit, 'db' | 'clock'>,
  replies: Pick<Replies, 'book' | 'faqList'>,
  draft: Draft,
  own: readonly string[],
): Promise<Effect> {
  const result = trying.then(() => tryNow(kit, replies, draft, own));
  trying = result.catch(() => undefined);
  return result;
}

async function tryNow(
  kit: Pick<Kit, 'db' | 'clock'>,
  { book, faqList }: Pick<Replies, 'book' | 'faqList'>,
  draft: Draft,
  own: readonly string[],
): Promise<Effect> {
  const [said, examples] = await Promise.all([recentSentences(kit), allExamples(kit)]);
  const recent = said
    .filter((one) => isForFaqs(book, one, kit.clock.business()))
    .map((one) => one.text);
  const changed = {
    id: draft.faqId ?? draftId,
    question: draft.question,
    similar: draft.similar,
    answer: draft.answer,
  };
  const others = faqList.filter(({ id }) => id !== changed.id);
  const isSample = others.length > mostBuilt;
  const sentences = [...own, ...recent, ...examples.map(({ question }) => question)];
  const kept = isSample ? nearest(book.faqIndex, others, [draft.question, ...sentences]) : others;
  const after = await buildFaqIndexGently([...kept, changed]);
  const before = isSample
    ? await buildFaqIndexGently([...kept, ...faqList.filter(({ id }) => id === changed.id)])
    : book.faqIndex;
  const now = answersOf(before);
  const then = answersOf(after);

  const nameOf = (id: string | undefined) =>
    id === undefined
      ? null
      : id === changed.id
        ? draft.question
        : (book.faqs.get(id)?.question ?? id);
  const ownThen = own.map((text) => then(text));
  const moved = recent
    .map((text) => ({ text, one: now(text).best, other: then(text).best }))
    .filter(({ one, other }) => one !== other);
  return {
    own: {
      total: own.length,
      answered: ownThen.filter(({ best }) => best === changed.id).length,
      offered: ownThen.filter(({ band }) => band === 'clarify').length,
    },
    recent: {
      total: recent.length,
      gained: moved.filter(({ one }) => one === undefined).length,
      changes: moved
        .filter(({ one }) => one !== undefined)
        .map(({ text, one, other }) => ({ text, before: nameOf(one), after: nameOf(other) })),
    },
    examples: {
      total: examples.length,
      broken: examples.flatMap((example) => {
        const was = readExample(example, now(example.question).best, nameOf);
        const becomes = readExample(example, then(example.question).best, nameOf);
        return was.isKept && !becomes.isKept ? [becomes] : [];
      }),
    },
    isSample,
  };
}

const answersOf =
  (index: FaqIndex) =>
  (text: string): Answer => {
    const { band, best } = askFaq(index, text);
    return { band, best };
  };

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

type Said = { readonly text: string; readonly accountId: string };

/** What a rule answers, or an unsubscriber says, never comes before the FAQ. */
function isForFaqs(book: ReplyBook, { text, accountId }: Said, now: number): boolean {
  const by = answerMessage(book, { kind: 'text', text }, { accountId, now })?.by;
  return by !== 'rule' && by !== 'opt-out';
}

/** What followers wrote last, each wording once. */
async function recentSentences({ db }: Pick<Kit, 'db'>): Promise<Said[]> {
  const rows = await db.read.all<{ params: string; accountId: string }>(
    `SELECT params, accountId FROM timeline_entry WHERE kind = 'message-in' ORDER BY at DESC LIMIT ${recentRead}`,
  );
  const byFold = new Map<string, Said>();
  for (const { params, accountId } of rows) {
    const { text, messageKind } = JSON.parse(params) as { text?: unknown; messageKind?: unknown };
    if (messageKind !== 'text' || typeof text !== 'string') continue;
    const folded = foldQuestion(text);
    if (folded !== '' && !byFold.has(folded)) byFold.set(folded, { text, accountId });
  }
  return [...byFold.values()].slice(0, mostRecent);
}
