import type { Kit } from '../kernel/kit';
import { askFaq, type FaqIndex } from './faq';
import type { ReplyBook } from './reply-book';
import type { ReplyTally } from './reply-tally';

export type Miss = { id: string; sample: string; askedTimes: number; lastAt: number };
export type OpenQuestion = Miss & { nearest: { id: string; score: number } | undefined };
/** Of the last question that was looked at: how often it was asked, and its id. */
export type Place = readonly [times: number, id: string];

type Asked = {
  readonly book: Pick<ReplyBook, 'faqIndex'>;
  readonly tally: Pick<ReplyTally, 'flush'>;
};

/** Between two looks at the clock of everybody else: comparing one question takes up to a millisecond. */
const atOnce = 50;

/**
 * Questions that nobody has written an answer to yet. A question that today's FAQs answer is not open, although
 * its row says so until somebody asks again; the list and every number about it are therefore made here.
 */
export class OpenQuestions {
  private index: FaqIndex | undefined;
  /** By row and wording, for the present index. */
  private answered = new Map<string, boolean>();

  constructor(
    private readonly kit: Pick<Kit, 'db' | 'clock'>,
    private readonly replies: Asked,
  ) {}

  async count(): Promise<number> {
    await this.replies.tally.flush();
    const rows = await this.kit.db.read.all<Pick<Miss, 'id' | 'sample'>>(
      `SELECT id, sample FROM faq_miss WHERE state = 'open'`,
    );
    let open = 0;
    for (const [index, row] of rows.entries()) {
      if (index % atOnce === atOnce - 1) await this.kit.clock.sleep(0);
      if (!this.isAnswered(row)) open += 1;
    }
    return open;
  }

  /** The most frequent first; `next` is where the following page begins. */
  async page(
    limit: number,
    from: Place | undefined,
  ): Promise<{ items: OpenQuestion[]; next: Place | undefined }> {
    await this.replies.tally.flush();
    const items: OpenQuestion[] = [];
    let after = from;
    for (;;) {
      const rows = await this.rows('open', limit + 1, after);
      for (const row of rows) {
        if (this.isAnswered(row)) {
          after = [row.askedTimes, row.id];
          continue;
        }
        if (items.length === limit) return { items, next: after };
        after = [row.askedTimes, row.id];
        const [nearest] = askFaq(this.replies.book.faqIndex, row.sample).ranked;
        items.push({ ...row, nearest });
      }
      if (rows.length <= limit) return { items, next: undefined };
      await this.kit.clock.sleep(0);
    }
  }

  /** In the order of the open ones. */
  rows(state: 'open' | 'ignored', limit: number, after: Place | undefined): Promise<Miss[]> {
    const [times = 0, id = ''] = after ?? [];
    return this.kit.db.read.all<Miss>(
      `SELECT id, sample, askedTimes, lastAt FROM faq_miss WHERE state = ?
       ${after ? 'AND (askedTimes < ? OR (askedTimes = ? AND id < ?))' : ''}
       ORDER BY askedTimes DESC, id DESC LIMIT ${String(Math.trunc(limit))}`,
      after ? [state, times, times, id] : [state],
    );
  }

  async countIgnored(): Promise<number> {
    const [row] = await this.kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM faq_miss WHERE state = 'ignored'`,
    );
    return row?.n ?? 0;
  }

  private isAnswered({ id, sample }: Pick<Miss, 'id' | 'sample'>): boolean {
    const { faqIndex } = this.replies.book;
    if (this.index !== faqIndex) {
      this.index = faqIndex;
      this.answered = new Map();
    }
    const key = `${id} ${sample}`;
    const known = this.answered.get(key);
    if (known !== undefined) return known;
    const isAnswered = askFaq(faqIndex, sample).band === 'answer';
    this.answered.set(key, isAnswered);
    return isAnswered;
  }
}
