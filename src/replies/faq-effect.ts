import type { Kit } from '../kernel/kit';
import { redact } from '../kernel/redact';
import { askFaq, type Band, type FaqIndex } from './faq';
import { allExamples, readExample, type ExampleOutcome } from './faq-examples';
import { foldQuestion } from './fold-question';
import { layFaqOver, UNSAVED_FAQ } from './lay-faq-over';
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
  live: Pick<Replies, 'book' | 'faqList'>,
  draft: Draft,
  own: readonly string[],
): Promise<Effect> {
  const { book } = live;
  const [said, examples] = await Promise.all([recentSentences(kit), allExamples(kit)]);
  const recent = said
    .filter((one) => isForFaqs(book, one, kit.clock.business()))
    .map((one) => one.text);
  const changed = {
    id: draft.faqId ?? UNSAVED_FAQ,
    question: draft.question,
    similar: draft.similar,
    answer: draft.answer,
  };
  const sentences = [...own, ...recent, ...examples.map(({ question }) => question)];
  const { after, before, isSample } = await layFaqOver(live, changed, sentences);
  const now = answersOf(await before());
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
        .map(({ text, one, other }) => ({
          ...{ text: redact(text), before: nameOf(one), after: nameOf(other) },
        })),
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
