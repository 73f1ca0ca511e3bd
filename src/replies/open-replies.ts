import type { InboundEvent } from '../channels/inbound-event';
import { InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { noLibrary, type MediaLibrary, type MediaUse } from '../media';
import { answerEvent, segmentsAskedBy } from './answer-event';
import type { Answer } from './answers/answer';
import { renderText } from './answers/template-text';
import { askFaq, buildFaqIndexGently, type FaqIndex } from './faq';
import { loadExamples } from './life/load-examples';
import type { KeptExamples } from './life/run-examples';
import { conflictsOfRule, foldEventKey, type RuleConflict, type Said } from './matching';
import { loadFaqs, loadJudging, loadRules, type LoadedFaqs, type LoadedRules } from './load-book';
import { OpenQuestions } from './open-questions';
import {
  answerMessage,
  faqText,
  variablesOf,
  type Answered,
  type ReplyBook,
  type ReplyState,
} from './reply-book';
import { ReplyTally } from './reply-tally';
import { rulesByEvent } from './rules-by-event';
import { unknownMedia } from './unknown-media';

type RepliesKit = Pick<Kit, 'db' | 'versions' | 'random' | 'settings' | 'newId' | 'log' | 'clock'>;
type Library = Pick<MediaLibrary, 'item' | 'shelf' | 'want'>;

/** A shop whose index was built faster than this waits for it; a bigger one answers from the old one. */
const quickMs = 200;
const againMs = 2_000;
/** How long an edit waits to be live before it returns all the same. */
const quickEditMs = 10_000;

/** Answers from memory: rules at once after a change, questions as soon as their index is built. */
export class Replies {
  private loadedRules: LoadedRules | undefined;
  private judging: ReadonlySet<string> = new Set();
  private faqs: (LoadedFaqs & { index: FaqIndex }) | undefined;
  private current: ReplyBook | undefined;
  private knownExamples: Promise<readonly KeptExamples[]> | undefined;
  private wanted = 0;
  private built = 0;
  private building: Promise<void> | undefined;
  private holding = 0;
  private lastBuildMs = 0;
  readonly tally: ReplyTally;
  readonly openQuestions: OpenQuestions;

  constructor(
    private readonly kit: RepliesKit,
    private readonly library: Library,
  ) {
    this.tally = new ReplyTally(kit);
    this.openQuestions = new OpenQuestions(kit, this);
  }

  async open(): Promise<this> {
    await this.kit.versions.on('replies', () => this.reloadRules());
    await this.kit.versions.on('faqs', () => this.reloadFaqs());
    return this;
  }

  get book(): ReplyBook {
    if (!this.current) throw new Error('the reply book is not open');
    return this.current;
  }

  /** The published questions as the index was built from them. */
  get faqList(): LoadedFaqs['list'] {
    return this.faqs?.list ?? [];
  }

  answerMessage(said: Said, state: ReplyState): Answered | undefined {
    return answerMessage(this.book, said, state);
  }

  answerEvent(event: InboundEvent, state: ReplyState): Answered | undefined {
    return answerEvent(this.book, event, state);
  }

  /** Answers to questions near to what was said, best first, filled in for who said it; none where none is near. */
  nearestFaqs(said: string, state: ReplyState, most: number) {
    const { book } = this;
    const { band, ranked } = askFaq(book.faqIndex, said);
    return (band === 'none' ? [] : ranked).slice(0, most).flatMap(({ id, score }) => {
      const rendered = book.faqs.has(id) ? faqText(book, id, state) : undefined;
      return rendered && 'text' in rendered ? [{ id, score, text: rendered.text }] : [];
    });
  }

  /** A text with variables as this follower would read it; undefined when it cannot be read. */
  fillIn(template: string, state: ReplyState): string | undefined {
    const rendered = renderText(template, variablesOf(this.book, state));
    return 'text' in rendered ? rendered.text : undefined;
  }

  /** Segments whose members must be known before this event is answered; none for most. */
  askedSegments(event: InboundEvent): ReadonlySet<string> {
    return segmentsAskedBy(this.book, event);
  }

  /** After the commit of an event that was answered, or not answered: hits and misses. */
  count(answered: Answered, at: number, accountId = ''): void {
    this.tally.count(answered, at, accountId);
    if (answered.unsaid) this.kit.log.warn('replies.unsaid', answered.unsaid);
  }

  /** The answers that name a piece of the media library. */
  usesOfMedia(itemId: string): readonly MediaUse[] {
    return this.loadedRules?.media.byItem.get(itemId) ?? [];
  }

  /** Refuses an answer that names what the library does not have for this account, or has as something else. */
  refuseUnknownMedia(answer: Answer | null, accountId: string | null, path: string): void {
    const errors = unknownMedia(this.library, answer, accountId, path);
    if (errors.length > 0) throw new InvalidInput('input_invalid', { errors });
  }

  /** Asks which published rule of an account names an event, by its key as WeChat sends it (`CLICK:HELP`). */
  rulesNaming(accountId: string): (eventKey: string) => { id: string; name: string } | undefined {
    const rules = rulesByEvent(this.book.rules.rules, accountId);
    return (eventKey) => rules.get(foldEventKey(eventKey));
  }

  /** What stands in the way of these rules; looked for in what answers, for those alone that are shown. */
  conflictsOf(ruleIds: readonly string[]): RuleConflict[] {
    const { rules } = this.book;
    const wanted = new Set(ruleIds);
    return rules.rules
      .filter(({ rule }) => wanted.has(rule.id))
      .flatMap((prepared) => conflictsOfRule(rules, prepared));
  }

  /** Of every published rule that has some; read when first asked for after a change. */
  keptExamples(): Promise<readonly KeptExamples[]> {
    const loading = this.knownExamples ?? loadExamples(this.kit);
    this.knownExamples = loading;
    loading.catch(() => {
      if (this.knownExamples === loading) this.knownExamples = undefined;
    });
    return loading;
  }

  /**
   * Resolves when every change of questions committed so far is answered from here, with true; with
   * false when that takes longer than `mostMs`.
   */
  async faqsAreLive(mostMs = quickEditMs): Promise<boolean> {
    await this.kit.versions.check(true);
    const target = this.wanted;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), mostMs);
    });
    const isLive = async (): Promise<true> => {
      while (this.built < target) await this.build();
      return true;
    };
    try {
      return await Promise.race([isLive(), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Puts rebuilding off while many changes are on their way. */
  async holdFaqs<T>(work: () => Promise<T>): Promise<T> {
    this.holding += 1;
    try {
      return await work();
    } finally {
      this.holding -= 1;
      if (this.holding === 0 && this.built < this.wanted) {
        this.build().catch((error: unknown) => this.tryAgain(error));
      }
    }
  }

  close(): Promise<void> {
    return this.tally.close();
  }

  private async reloadRules(): Promise<void> {
    this.loadedRules = await loadRules(this.kit, this.loadedRules);
    this.library.want(this.loadedRules.media.wanted);
    this.judging = await loadJudging(this.kit);
    this.knownExamples = undefined;
    this.refresh();
  }

  private async reloadFaqs(): Promise<void> {
    this.wanted += 1;
    if (this.holding > 0) return;
    const done = this.build();
    if (!this.faqs || this.lastBuildMs < quickMs) await done;
    else done.catch((error: unknown) => this.tryAgain(error));
  }

  private tryAgain(error: unknown): void {
    this.kit.log.warn('replies.faqs', { error });
    setTimeout(() => {
      this.build().catch((again: unknown) => this.tryAgain(again));
    }, againMs).unref();
  }

  /** One build at a time; a change that comes meanwhile makes another one follow. */
  private build(): Promise<void> {
    this.building ??= this.buildAll().finally(() => (this.building = undefined));
    return this.building;
  }

  private async buildAll(): Promise<void> {
    do await this.buildNow();
    while (this.built < this.wanted && this.holding === 0);
  }

  private async buildNow(): Promise<void> {
    const target = this.wanted;
    const started = this.kit.clock.system();
    const loaded = await loadFaqs(this.kit);
    const index = await buildFaqIndexGently(loaded.list);
    this.lastBuildMs = this.kit.clock.system() - started;
    this.faqs = { ...loaded, index };
    this.built = Math.max(this.built, target);
    this.refresh();
    this.kit.log.debug('replies.faqs-live', { faqs: loaded.list.length, ms: this.lastBuildMs });
  }

  private refresh(): void {
    if (!this.loadedRules || !this.faqs) return;
    const { random, settings } = this.kit;
    this.current = {
      ...this.loadedRules,
      faqIndex: this.faqs.index,
      faqs: this.faqs.known,
      judging: this.judging,
      zone: settings.orgZone,
      random,
      shelfOf: (accountId) => this.library.shelf(accountId),
    };
  }
}

/** Without a media library only ids of WeChat's own can be said. */
export const openReplies = (kit: RepliesKit, library: Library = noLibrary): Promise<Replies> =>
  new Replies(kit, library).open();
