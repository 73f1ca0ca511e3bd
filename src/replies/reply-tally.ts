import { DateTime } from 'luxon';
import { execute, insertOnce, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { cutQuestion, foldQuestion } from './fold-question';
import type { Answered } from './reply-book';

const flushEveryMs = 2_000;
const mostWaiting = 5_000;

/** No zone changes its day within a quarter of an hour. */
const quarterMs = 15 * 60_000;

type Hit = { kind: 'rule' | 'faq'; targetId: string; quarter: number; hits: number };
type DayHit = Pick<Hit, 'kind' | 'targetId' | 'hits'> & { day: string };
type Miss = {
  folded: string;
  sample: string;
  times: number;
  at: number;
  accountId: string;
  /** The FAQ that did not help; undefined when there was no answer. */
  unhelpful: string | undefined;
};
type Candidate = {
  faqId: string;
  folded: string;
  phrasing: string;
  source: 'pick' | 'helpful';
  accountId: string;
  times: number;
  at: number;
};

/**
 * How often each rule and FAQ answered, and what nobody answers. Counted in memory and written every
 * two seconds, so that a message costs no write of its own; a crash loses the last two seconds.
 */
export class ReplyTally {
  private hits = new Map<string, Hit>();
  private misses = new Map<string, Miss>();
  private candidates = new Map<string, Candidate>();
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly kit: Pick<Kit, 'db' | 'newId' | 'settings' | 'log'>) {
    this.timer = setInterval(() => void this.flush(), flushEveryMs);
    this.timer.unref();
  }

  /** Once for every event that was committed. `at` is business time. */
  count(answered: Answered, at: number, accountId = ''): void {
    const { ruleId, faqId, missed, unhelpful, candidate } = answered;
    if (ruleId !== undefined) this.hit('rule', ruleId, at);
    if (faqId !== undefined) this.hit('faq', faqId, at);
    if (missed !== undefined) this.miss(missed, at, accountId, unhelpful);
    if (candidate) this.likely(candidate, at, accountId);
  }

  /** Writes what was counted so far; what cannot be written waits for the next time. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private hit(kind: Hit['kind'], targetId: string, at: number): void {
    const quarter = Math.floor(at / quarterMs);
    const key = `${kind} ${quarter} ${targetId}`;
    const known = this.hits.get(key);
    if (known) known.hits += 1;
    else this.hits.set(key, { kind, targetId, quarter, hits: 1 });
  }

  private miss(said: string, at: number, accountId: string, unhelpful?: string): void {
    const folded = foldQuestion(said);
    if (folded === '') return;
    const key = `${unhelpful === undefined ? '' : 'unhelpful'} ${accountId} ${folded}`;
    const known = this.misses.get(key);
    if (!known && this.misses.size >= mostWaiting) return;
    const times = (known?.times ?? 0) + 1;
    this.misses.set(key, { folded, sample: cutQuestion(said), times, at, accountId, unhelpful });
  }

  private likely(
    { faqId, sentence, source }: NonNullable<Answered['candidate']>,
    at: number,
    accountId: string,
  ): void {
    const folded = foldQuestion(sentence);
    if (folded === '') return;
    const key = `${faqId} ${folded}`;
    const known = this.candidates.get(key);
    if (!known && this.candidates.size >= mostWaiting) return;
    const times = (known?.times ?? 0) + 1;
    const phrasing = cutQuestion(sentence);
    this.candidates.set(key, { faqId, folded, phrasing, source, accountId, times, at });
  }

  private async write(): Promise<void> {
    const { hits, misses, candidates } = this;
    if (hits.size + misses.size + candidates.size === 0) return;
    this.hits = new Map();
    this.misses = new Map();
    this.candidates = new Map();
    try {
      await this.kit.db.transact(async (tx) => {
        for (const one of this.byDay(hits).sort(byKey)) await addHits(tx, one);
        for (const one of [...misses.values()].sort(byFolded)) {
          await addMiss(tx, one, this.kit.newId());
        }
        for (const one of [...candidates.values()].sort(byCandidate)) {
          await addCandidate(tx, one, this.kit.newId());
        }
      });
    } catch (error) {
      this.kit.log.warn('replies.tally', { error });
      this.putBack(hits, misses, candidates);
    }
  }

  private byDay(hits: ReadonlyMap<string, Hit>): DayHit[] {
    return [...hits.values()].map(({ kind, targetId, quarter, hits: times }) => {
      const at = DateTime.fromMillis(quarter * quarterMs, { zone: this.kit.settings.orgZone });
      return { kind, targetId, day: at.toISODate() ?? '', hits: times };
    });
  }

  private putBack(
    hits: Map<string, Hit>,
    misses: Map<string, Miss>,
    candidates: Map<string, Candidate>,
  ): void {
    for (const [key, old] of hits) {
      const known = this.hits.get(key);
      this.hits.set(key, { ...old, hits: old.hits + (known?.hits ?? 0) });
    }
    for (const [key, old] of misses) {
      const known = this.misses.get(key);
      this.misses.set(key, { ...old, ...known, times: old.times + (known?.times ?? 0) });
    }
    for (const [key, old] of candidates) {
      const known = this.candidates.get(key);
      this.candidates.set(key, { ...old, ...known, times: old.times + (known?.times ?? 0) });
    }
  }
}

/** The same order in every process: two of them never wait for each other's rows. */
const byKey = (one: DayHit, other: DayHit): number =>
  compare(one.kind + one.targetId + one.day, other.kind + other.targetId + other.day);
const byFolded = (one: Miss, other: Miss): number =>
  compare(`${one.folded} ${one.accountId}`, `${other.folded} ${other.accountId}`);
const byCandidate = (one: Candidate, other: Candidate): number =>
  compare(one.faqId + one.folded, other.faqId + other.folded);
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

async function addHits(tx: Tx, { kind, targetId, day, hits }: DayHit): Promise<void> {
  const row = { kind, targetId, day, hits };
  if (await insertOnce(tx, 'reply_hit', row, ['kind', 'targetId', 'day'])) return;
  await execute(
    tx,
    `UPDATE reply_hit SET hits = hits + ? WHERE kind = ? AND targetId = ? AND day = ?`,
    [hits, kind, targetId, day],
  );
}

/** Asked again although it was learned: then it was not, and it is open again. */
async function addMiss(tx: Tx, miss: Miss, id: string): Promise<void> {
  const { folded, sample, times, at } = miss;
  const row = { id, folded, sample, askedTimes: times, state: 'open', firstAt: at, lastAt: at };
  if (await insertOnce(tx, 'faq_miss', row, ['folded'])) {
    await addAsked(tx, miss, id);
    return;
  }
  await execute(
    tx,
    `UPDATE faq_miss SET askedTimes = askedTimes + ?, sample = ?, lastAt = ?,
     state = CASE WHEN state = 'learned' THEN 'open' ELSE state END WHERE folded = ?`,
    [times, sample, at, folded],
  );
  const [known] = await select<{ id: string }>(tx, `SELECT id FROM faq_miss WHERE folded = ?`, [
    folded,
  ]);
  if (known) await addAsked(tx, miss, known.id);
}

async function addAsked(
  tx: Tx,
  { accountId, times, at, unhelpful }: Miss,
  missId: string,
): Promise<void> {
  const reason = unhelpful === undefined ? 'unanswered' : 'not-helpful';
  const faqId = unhelpful ?? null;
  const row = { missId, accountId, reason, askedTimes: times, lastAt: at, faqId };
  if (await insertOnce(tx, 'faq_asked', row, ['missId', 'accountId', 'reason'])) return;
  await execute(
    tx,
    `UPDATE faq_asked SET askedTimes = askedTimes + ?, lastAt = ?, faqId = ?
     WHERE missId = ? AND accountId = ? AND reason = ?`,
    [times, at, faqId, missId, accountId, reason],
  );
}

/** What a reviewer once dismissed stays dismissed. */
async function addCandidate(tx: Tx, candidate: Candidate, id: string): Promise<void> {
  const { faqId, folded, phrasing, accountId, source, times, at } = candidate;
  const row = {
    ...{ id, faqId, folded, phrasing, accountId, source, times },
    ...{ state: 'open', firstAt: at, lastAt: at },
  };
  if (await insertOnce(tx, 'faq_candidate', row, ['faqId', 'folded'])) return;
  await execute(
    tx,
    `UPDATE faq_candidate SET times = times + ?, lastAt = ? WHERE faqId = ? AND folded = ?`,
    [times, at, faqId, folded],
  );
}
