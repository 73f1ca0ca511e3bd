import { DateTime } from 'luxon';
import { execute, insertOnce, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { normaliseQuestion } from './faq';
import type { Answered } from './reply-book';

const longestKept = 200;
const flushEveryMs = 2_000;
const mostWaiting = 5_000;

/** No zone changes its day within a quarter of an hour. */
const quarterMs = 15 * 60_000;

type Hit = { kind: 'rule' | 'faq'; targetId: string; quarter: number; hits: number };
type DayHit = Pick<Hit, 'kind' | 'targetId' | 'hits'> & { day: string };
type Miss = { folded: string; sample: string; times: number; at: number };

/**
 * How often each rule and FAQ answered, and what nobody answers. Counted in memory and written every
 * two seconds, so that a message costs no write of its own; a crash loses the last two seconds.
 */
export class ReplyTally {
  private hits = new Map<string, Hit>();
  private misses = new Map<string, Miss>();
  private readonly timer: NodeJS.Timeout;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly kit: Pick<Kit, 'db' | 'newId' | 'settings' | 'log'>) {
    this.timer = setInterval(() => void this.flush(), flushEveryMs);
    this.timer.unref();
  }

  /** Once for every event that was committed. `at` is business time. */
  count(answered: Answered, at: number): void {
    const { ruleId, faqId, missed } = answered;
    if (ruleId !== undefined) this.hit('rule', ruleId, at);
    if (faqId !== undefined) this.hit('faq', faqId, at);
    if (missed !== undefined) this.miss(missed, at);
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

  private miss(said: string, at: number): void {
    const folded = cut(normaliseQuestion(said).replaceAll(' ', ''));
    if (folded === '') return;
    const known = this.misses.get(folded);
    if (!known && this.misses.size >= mostWaiting) return;
    const times = (known?.times ?? 0) + 1;
    this.misses.set(folded, { folded, sample: cut(said), times, at });
  }

  private async write(): Promise<void> {
    const { hits, misses } = this;
    if (hits.size === 0 && misses.size === 0) return;
    this.hits = new Map();
    this.misses = new Map();
    try {
      await this.kit.db.transact(async (tx) => {
        for (const one of this.byDay(hits).sort(byKey)) await addHits(tx, one);
        for (const one of [...misses.values()].sort(byFolded)) {
          await addMiss(tx, one, this.kit.newId());
        }
      });
    } catch (error) {
      this.kit.log.warn('replies.tally', { error });
      this.putBack(hits, misses);
    }
  }

  private byDay(hits: ReadonlyMap<string, Hit>): DayHit[] {
    return [...hits.values()].map(({ kind, targetId, quarter, hits: times }) => {
      const at = DateTime.fromMillis(quarter * quarterMs, { zone: this.kit.settings.orgZone });
      return { kind, targetId, day: at.toISODate() ?? '', hits: times };
    });
  }

  private putBack(hits: Map<string, Hit>, misses: Map<string, Miss>): void {
    for (const [key, old] of hits) {
      const known = this.hits.get(key);
      this.hits.set(key, { ...old, hits: old.hits + (known?.hits ?? 0) });
    }
    for (const [key, old] of misses) {
      const known = this.misses.get(key);
      this.misses.set(key, { ...old, ...known, times: old.times + (known?.times ?? 0) });
    }
  }
}

/** The same order in every process: two of them never wait for each other's rows. */
const byKey = (one: DayHit, other: DayHit): number =>
  compare(one.kind + one.targetId + one.day, other.kind + other.targetId + other.day);
const byFolded = (one: Miss, other: Miss): number => compare(one.folded, other.folded);
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
async function addMiss(tx: Tx, { folded, sample, times, at }: Miss, id: string): Promise<void> {
  const row = { id, folded, sample, askedTimes: times, state: 'open', firstAt: at, lastAt: at };
  if (await insertOnce(tx, 'faq_miss', row, ['folded'])) return;
  await execute(
    tx,
    `UPDATE faq_miss SET askedTimes = askedTimes + ?, sample = ?, lastAt = ?,
     state = CASE WHEN state = 'learned' THEN 'open' ELSE state END WHERE folded = ?`,
    [times, sample, at, folded],
  );
}

/** By characters, as the column counts; a blank at the end would not survive every collation. */
function cut(text: string): string {
  const whole = text.replace(/[\p{Cc}\p{Surrogate}]/gu, ' ');
  return Array.from(whole).slice(0, longestKept).join('').trim();
}
