import { setImmediate } from 'node:timers/promises';
import type { Kit } from '../kernel/kit';
import { takeInGently, trainGently, withoutFaqs, type Faq, type FaqIndex } from './faq';
import { loadFaqs, publishedFaqIds, type LoadedFaqs } from './load-book';

/** A shop that was taken in faster than this is waited for; in a bigger one others are answered meanwhile. */
const quickMs = 200;
const againMs = 2_000;
/** How long an edit waits to be live before it returns all the same. */
const quickEditMs = 10_000;

class Superseded extends Error {}

type Loaded = LoadedFaqs & { readonly index: FaqIndex };

/**
 * The published questions as they are answered. After a change they are taken in with what was learned
 * before, and learned anew in the background; a question that is gone is not answered any more at once.
 */
export class LiveFaqs {
  private loaded: Loaded | undefined;
  private wanted = 0;
  private taken = 0;
  private taking: Promise<void> | undefined;
  private learning: Promise<void> = Promise.resolve();
  private holding = 0;
  private lastMs = 0;
  private isClosed = false;

  constructor(
    private readonly kit: Pick<Kit, 'db' | 'versions' | 'log' | 'clock'>,
    private readonly whenChanged: () => void,
  ) {}

  get current(): Loaded | undefined {
    return this.loaded;
  }

  /** Something was committed. Whoever is answered next is not answered from what is gone. */
  async reload(): Promise<void> {
    this.wanted += 1;
    if (this.holding > 0) return;
    const isFirst = !this.loaded;
    if (!isFirst) await this.dropGone();
    const done = this.take();
    if (isFirst || this.lastMs < quickMs) await done;
    else done.catch((error: unknown) => this.tryAgain(error));
  }

  /**
   * Resolves when every change of questions committed so far is answered from here, with true; with
   * false when that takes longer than `mostMs`.
   */
  async areLive(mostMs = quickEditMs): Promise<boolean> {
    await this.kit.versions.check(true);
    const target = this.wanted;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), mostMs);
    });
    const isLive = async (): Promise<true> => {
      while (this.taken < target) await this.take();
      return true;
    };
    try {
      return await Promise.race([isLive(), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when what is answered from now has been learned from. */
  async areLearned(): Promise<void> {
    for (let seen; seen !== this.learning;) await (seen = this.learning);
  }

  /** Puts taking in off while many changes are on their way. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.holding += 1;
    try {
      return await work();
    } finally {
      this.holding -= 1;
      if (this.holding === 0 && this.taken < this.wanted) {
        this.take().catch((error: unknown) => this.tryAgain(error));
      }
    }
  }

  /** What is being learned is given up. */
  close(): void {
    this.isClosed = true;
  }

  private tryAgain(error: unknown): void {
    this.kit.log.warn('replies.faqs', { error });
    setTimeout(() => {
      this.take().catch((again: unknown) => this.tryAgain(again));
    }, againMs).unref();
  }

  private async dropGone(): Promise<void> {
    for (let { loaded } = this; loaded; loaded = this.loaded) {
      const left = await this.withoutGone(loaded);
      // Taken in meanwhile: what came is looked at, too.
      if (this.loaded !== loaded) continue;
      if (left !== loaded) this.replace(left);
      return;
    }
  }

  private async withoutGone(loaded: Loaded): Promise<Loaded> {
    const ids = await publishedFaqIds(this.kit);
    const list = loaded.list.filter(({ id }) => ids.has(id));
    if (list.length === loaded.list.length) return loaded;
    const known = new Map([...loaded.known].filter(([id]) => ids.has(id)));
    return { list, known, index: withoutFaqs(loaded.index, (id) => !ids.has(id)) };
  }

  /** One at a time; a change that comes meanwhile makes another one follow. */
  private take(): Promise<void> {
    this.taking ??= this.takeAll().finally(() => (this.taking = undefined));
    return this.taking;
  }

  private async takeAll(): Promise<void> {
    do await this.takeNow();
    while (this.taken < this.wanted && this.holding === 0);
  }

  private async takeNow(): Promise<void> {
    const target = this.wanted;
    const started = this.kit.clock.system();
    const loaded = await loadFaqs(this.kit);
    const before = this.loaded;
    const index =
      before && areSame(before.list, loaded.list)
        ? before.index
        : await takeInGently(loaded.list, before?.index);
    let next: Loaded = { ...loaded, index };
    for (let looked = target; looked < this.wanted;) {
      looked = this.wanted;
      next = await this.withoutGone(next);
    }
    this.lastMs = this.kit.clock.system() - started;
    this.taken = Math.max(this.taken, target);
    this.replace(next);
    if (index === before?.index) return;
    this.kit.log.debug('replies.faqs-live', { faqs: loaded.list.length, ms: this.lastMs });
    this.learning = this.learn(next.index);
  }

  /** Gives up when other questions came meanwhile: they are learned instead. */
  private async learn(index: FaqIndex): Promise<void> {
    if (index.isTrained) return;
    const giveWay = async () => {
      if (this.isClosed || this.loaded?.index !== index) throw new Superseded();
      await setImmediate();
    };
    try {
      const trained = await trainGently(index, giveWay);
      if (this.loaded?.index === index) this.replace({ ...this.loaded, index: trained });
    } catch (error) {
      if (!(error instanceof Superseded)) this.kit.log.error('replies.faqs-learning', { error });
    }
  }

  private replace(loaded: Loaded): void {
    this.loaded = loaded;
    this.whenChanged();
  }
}

function areSame(one: readonly Faq[], other: readonly Faq[]): boolean {
  return (
    one.length === other.length &&
    one.every((faq, at) => {
      const now = other[at];
      return (
        faq.id === now?.id &&
        faq.question === now.question &&
        faq.answer === now.answer &&
        faq.similar.length === now.similar.length &&
        faq.similar.every((phrasing, place) => phrasing === now.similar[place])
      );
    })
  );
}
