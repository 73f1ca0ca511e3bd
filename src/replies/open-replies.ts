import type { InboundEvent } from '../channels/inbound-event';
import { InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { noLibrary, type MediaLibrary, type MediaUse } from '../media';
import { answerEvent, segmentsAskedBy } from './answer-event';
import type { Answer } from './answers/answer';
import { renderText } from './answers/template-text';
import { askFaq } from './faq';
import { loadExamples } from './life/load-examples';
import type { KeptExamples } from './life/run-examples';
import { conflictsOfRule, foldEventKey, type RuleConflict, type Said } from './matching';
import { LiveFaqs } from './live-faqs';
import { loadJudging, loadRules, type LoadedFaqs, type LoadedRules } from './load-book';
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

/** Answers from memory: rules at once after a change, questions as soon as they are taken in. */
export class Replies {
  private loadedRules: LoadedRules | undefined;
  private judging: ReadonlySet<string> = new Set();
  private readonly faqs: LiveFaqs;
  private current: ReplyBook | undefined;
  private knownExamples: Promise<readonly KeptExamples[]> | undefined;
  readonly tally: ReplyTally;
  readonly openQuestions: OpenQuestions;

  constructor(
    private readonly kit: RepliesKit,
    private readonly library: Library,
  ) {
    this.faqs = new LiveFaqs(kit, () => this.refresh());
    this.tally = new ReplyTally(kit);
    this.openQuestions = new OpenQuestions(kit, this);
  }

  async open(): Promise<this> {
    await this.kit.versions.on('replies', () => this.reloadRules());
    await this.kit.versions.on('faqs', () => this.faqs.reload());
    return this;
  }

  get book(): ReplyBook {
    if (!this.current) throw new Error('the reply book is not open');
    return this.current;
  }

  /** The published questions as the index was built from them. */
  get faqList(): LoadedFaqs['list'] {
    return this.faqs.current?.list ?? [];
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

  /** See `LiveFaqs.areLive`. */
  faqsAreLive(mostMs?: number): Promise<boolean> {
    return this.faqs.areLive(mostMs);
  }

  /** See `LiveFaqs.areLearned`. */
  faqsAreLearned(): Promise<void> {
    return this.faqs.areLearned();
  }

  /** See `LiveFaqs.hold`. */
  holdFaqs<T>(work: () => Promise<T>): Promise<T> {
    return this.faqs.hold(work);
  }

  close(): Promise<void> {
    this.faqs.close();
    return this.tally.close();
  }

  private async reloadRules(): Promise<void> {
    this.loadedRules = await loadRules(this.kit, this.loadedRules);
    this.library.want(this.loadedRules.media.wanted);
    this.judging = await loadJudging(this.kit);
    this.knownExamples = undefined;
    this.refresh();
  }

  private refresh(): void {
    const faqs = this.faqs.current;
    if (!this.loadedRules || !faqs) return;
    const { random, settings } = this.kit;
    this.current = {
      ...this.loadedRules,
      faqIndex: faqs.index,
      faqs: faqs.known,
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
