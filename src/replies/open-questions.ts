import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { askFaq, type Band, type FaqIndex } from './faq';
import type { MissReason } from './faq-learning.entity';
import { QuestionGroups } from './question-groups';
import type { ReplyBook } from './reply-book';
import type { ReplyTally } from './reply-tally';

export type Asked = { readonly id: string; readonly text: string; readonly count: number };
/** Questions that ask the same thing, the most frequent wording first. */
export type QuestionGroup = {
  /** That of its oldest question. */
  readonly id: string;
  readonly text: string;
  readonly count: number;
  readonly lastAt: number;
  readonly reason: MissReason;
  /** The FAQ that did not help. */
  readonly unhelpful: string | null;
  readonly asked: readonly Asked[];
};
/** Of the last group that was looked at: how often it was asked, and its id. */
export type Place = readonly [times: number, id: string];
export type State = 'open' | 'ignored';
export type Accounts = 'all' | readonly string[];

type Row = {
  id: string;
  sample: string;
  askedTimes: number | string;
  lastAt: number | string;
  unhelpful: string | null;
  unhelpfulAt: number | string | null;
};
type Parts = {
  readonly book: Pick<ReplyBook, 'faqIndex' | 'faqs'>;
  readonly tally: Pick<ReplyTally, 'flush'>;
};

/** Between two looks at the clock of everybody else: comparing one question takes up to a millisecond. */
const atOnce = 20;
/** The rest waits until some of these are dealt with. */
const mostRead = 20_000;

/**
 * Questions that nobody has written an answer to yet, put together where they ask the same thing. A question
 * that today's FAQs answer is not open, although its row says so until somebody asks again; the list and every
 * number about it are therefore made here.
 */
export class OpenQuestions {
  private index: FaqIndex | undefined;
  /** By wording, for the present index. */
  private answers = new Map<string, { band: Band; best: string | undefined }>();
  private groups = { open: new QuestionGroups(), ignored: new QuestionGroups() };

  constructor(
    private readonly kit: Pick<Kit, 'db' | 'clock'>,
    private readonly replies: Parts,
  ) {}

  async count(accounts: Accounts = 'all'): Promise<number> {
    return (await this.all('open', accounts)).length;
  }

  /** The most frequent first; `next` is where the following page begins. */
  async page(
    state: State,
    accounts: Accounts,
    limit: number,
    from: Place | undefined,
  ): Promise<{ items: QuestionGroup[]; next: Place | undefined; groups: number; asked: number }> {
    const all = await this.all(state, accounts);
    const rest = from ? all.filter((group) => isAfter(group, from)) : all;
    const items = rest.slice(0, limit);
    const last = items.at(-1);
    const isMore = rest.length > limit && last !== undefined;
    return {
      items,
      next: isMore ? [last.count, last.id] : undefined,
      groups: all.length,
      asked: all.reduce((sum, { count }) => sum + count, 0),
    };
  }

  /** The group a question is in. */
  async find(state: State, accounts: Accounts, id: string): Promise<QuestionGroup | undefined> {
    const all = await this.all(state, accounts);
    return all.find((group) => group.id === id || group.asked.some((one) => one.id === id));
  }

  private async all(state: State, accounts: Accounts): Promise<QuestionGroup[]> {
    await this.replies.tally.flush();
    const rows = await this.rows(state, accounts);
    const found = new Map<string, Row[]>();
    for (const [at, row] of rows.entries()) {
      if (at % atOnce === atOnce - 1) await this.kit.clock.sleep(0);
      const group = this.groups[state].groupOf(row.id, row.sample);
      if (state === 'open' && this.isAnswered(row)) continue;
      const known = found.get(group);
      if (known) known.push(row);
      else found.set(group, [row]);
    }
    return [...found]
      .map(([id, members]) => groupFrom(id, members))
      .sort((one, other) => other.count - one.count || (one.id < other.id ? 1 : -1));
  }

  /** In the order they were first asked in, so that grouping them gives the same groups in every process. */
  private rows(state: State, accounts: Accounts): Promise<Row[]> {
    const known = (scope: string) => {
      const unhelpful = (column: string) =>
        `(SELECT MAX(${column}) FROM faq_asked h
          WHERE h.missId = m.id AND h.reason = 'not-helpful'${scope})`;
      return `${unhelpful('h.faqId')} AS unhelpful, ${unhelpful('h.lastAt')} AS unhelpfulAt`;
    };
    if (accounts === 'all') {
      return this.kit.db.read.all<Row>(
        `SELECT m.id, m.sample, m.askedTimes, m.lastAt, ${known('')}
         FROM faq_miss m WHERE m.state = ? ORDER BY m.id LIMIT ${mostRead}`,
        [state],
      );
    }
    if (accounts.length === 0) return Promise.resolve([]);
    // How it was put last may be the wording of another account: these see what all wordings share.
    const own = marksFor(accounts);
    return this.kit.db.read.all<Row>(
      `SELECT m.id, m.folded AS sample, a.askedTimes, a.lastAt, ${known(` AND h.accountId IN (${own})`)}
       FROM faq_miss m JOIN (
         SELECT missId, SUM(askedTimes) AS askedTimes, MAX(lastAt) AS lastAt FROM faq_asked
         WHERE accountId IN (${own}) GROUP BY missId) a ON a.missId = m.id
       WHERE m.state = ? ORDER BY m.id LIMIT ${mostRead}`,
      [...accounts, ...accounts, ...accounts, state],
    );
  }

  /** An answer that did not help is none until somebody changes it. */
  private isAnswered({ sample, unhelpful, unhelpfulAt }: Row): boolean {
    const { faqIndex, faqs } = this.replies.book;
    if (this.index !== faqIndex) {
      this.index = faqIndex;
      this.answers = new Map();
    }
    let answer = this.answers.get(sample);
    if (!answer) {
      const { band, best } = askFaq(faqIndex, sample);
      answer = { band, best };
      this.answers.set(sample, answer);
    }
    if (answer.band !== 'answer') return false;
    if (unhelpful === null || answer.best !== unhelpful) return true;
    return (faqs.get(unhelpful)?.updatedAt ?? 0) > Number(unhelpfulAt);
  }
}

function groupFrom(id: string, members: readonly Row[]): QuestionGroup {
  const asked = members
    .map((row) => ({ id: row.id, text: row.sample, count: Number(row.askedTimes) }))
    .sort((one, other) => other.count - one.count || (one.id < other.id ? -1 : 1));
  const unhelpful = members.find((row) => row.unhelpful !== null)?.unhelpful ?? null;
  return {
    id,
    text: asked[0]?.text ?? '',
    count: asked.reduce((sum, { count }) => sum + count, 0),
    lastAt: members.reduce((last, row) => Math.max(last, Number(row.lastAt)), 0),
    reason: unhelpful === null ? 'unanswered' : 'not-helpful',
    unhelpful,
    asked,
  };
}

const isAfter = ({ count, id }: QuestionGroup, [times, last]: Place): boolean =>
  count < times || (count === times && id < last);
