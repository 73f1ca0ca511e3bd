import type { InboundEvent } from '../channels/inbound-event';
import type { Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { Answered, Replies, ReplyState } from '../replies';
import { answeredBy, recordAnswer, type LatePayload } from './answer-later';
import { askModel, type Asker, type Outcome, type Question } from './ask-model';
import { Breaker } from './breaker';
import { dayOf } from './call-log';
import { makeVectors, makeVectorsKind, orderVectors, vectorsTopic } from './make-vectors';
import { modelConfigOf, type ModelConfig, type Style } from './model-config';
import type { ModelSetting } from './model.entity';
import { VectorIndex } from './vectors';

export const settingsTopic = 'models';
/** The kind of the late answer. */
export const lateKind = 'model';

export type AccountSetting = Pick<ModelSetting, 'isOn' | 'style' | 'dailyCalls'>;
type Follower = Pick<LatePayload, 'identityId' | 'state'>;
type SettingRow = Omit<ModelSetting, 'isOn'> & { isOn: number };

/** Questions at the endpoint at the same time; whoever comes on top gets the usual answer at once. */
const mostAtOnce = 32;
const lookEveryMs = 15_000;
/** After an endpoint failed or the day's budget was spent. */
const lookAgainMs = 5 * 60_000;

/**
 * A model's help where neither a rule nor the FAQ answers: it may pick an FAQ, within the reply's time, and whatever
 * goes wrong the usual answer is given. Without an endpoint in the settings nothing of this runs.
 */
export class Models {
  readonly config: ModelConfig | undefined;
  readonly chatBreaker = new Breaker();
  readonly vectorBreaker = new Breaker();
  private settings = new Map<string, AccountSetting>();
  private atOnce = 0;
  /** By account id, the installation under the empty one: the day whose budget is spent. */
  private spent = new Map<string, string>();
  private vectors: VectorIndex | undefined;
  private timer: NodeJS.Timeout | undefined;
  private quietUntil = 0;
  private orderedFor: unknown;

  constructor(
    private readonly kit: Kit,
    private readonly replies: Replies,
  ) {
    this.config = modelConfigOf(kit.settings);
    kit.work.on(makeVectorsKind, () => this.makeVectors());
  }

  async open(): Promise<this> {
    if (!this.config) return this;
    await this.kit.versions.on(settingsTopic, () => this.reload());
    if (this.config.embedding) {
      await this.kit.versions.on(vectorsTopic, () => this.reloadVectors());
    }
    return this;
  }

  /** Where work is done: keeps the vectors in step with the FAQs. */
  start(): void {
    if (!this.config?.embedding) return;
    this.timer = setInterval(() => void this.lookForNewFaqs(), lookEveryMs);
    this.timer.unref();
    void this.lookForNewFaqs();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  settingOf(accountId: string): AccountSetting {
    return this.settings.get(accountId) ?? { isOn: false, style: null, dailyCalls: null };
  }

  get vectorState(): { made: number; wanted: number } | null {
    return this.vectors ? { made: this.vectors.size, wanted: this.vectors.wanted } : null;
  }

  /** Whether a question of this account would be asked now: from memory, because it is on the callback path. */
  wouldAsk(accountId: string): boolean {
    if (!this.config || this.settings.get(accountId)?.isOn !== true) return false;
    if (this.atOnce >= mostAtOnce || !this.chatBreaker.allows(this.kit.clock.system()))
      return false;
    if (this.spent.size === 0) return true;
    const today = dayOf(this.kit);
    return this.spent.get('') !== today && this.spent.get(accountId) !== today;
  }

  /** What is left to the model: a question that rules and FAQ did not answer. */
  later(
    answered: Answered,
    follower: Follower,
  ): { kind: string; payload: LatePayload } | undefined {
    const { missed, by } = answered;
    if (missed === undefined || (by !== 'clarify' && by !== 'default')) return undefined;
    if (!this.wouldAsk(follower.state.accountId)) return undefined;
    return { kind: lateKind, payload: { said: missed, ...follower, fallback: answered } };
  }

  readonly lateAnswers = {
    [lateKind]: (payload: unknown, event: InboundEvent) =>
      this.answer(payload as LatePayload, event),
  };

  /** Counts to the budget; throws only when our own database fails. */
  async ask(asked: Omit<Question, 'style' | 'accountCalls'>): Promise<Outcome> {
    const { config } = this;
    if (!config) return { verdict: 'unasked', why: 'resting' };
    if (this.atOnce >= mostAtOnce) return { verdict: 'unasked', why: 'busy' };
    this.atOnce += 1;
    try {
      const { style, dailyCalls } = this.settingOf(asked.accountId);
      const question = { ...asked, style: style ?? config.style, accountCalls: dailyCalls };
      const outcome = await askModel(this.asker(config), question);
      if (outcome.verdict === 'unasked') this.noteSpent(asked.accountId, outcome.why);
      return outcome;
    } finally {
      this.atOnce -= 1;
    }
  }

  styleOf(accountId: string): Style | undefined {
    return this.config && (this.settingOf(accountId).style ?? this.config.style);
  }

  answered(outcome: Outcome, state: ReplyState): Answered | undefined {
    if (outcome.verdict === 'unasked') return undefined;
    return answeredBy(this.replies.book, outcome, state);
  }

  private async answer(payload: LatePayload, event: InboundEvent) {
    const { said, state, fallback, identityId } = payload;
    const question = { said, accountId: event.accountId, identityId, purpose: 'answer' } as const;
    const outcome = await this.ask(question).catch((error: unknown) => {
      this.kit.log.warn('models.ask', { error });
      return undefined;
    });
    // A person took over while the model thought: the bot keeps silent.
    if (await this.isAttended(identityId)) return { reply: undefined };
    const answered = (outcome && this.answered(outcome, state)) ?? fallback;
    return {
      reply: answered.reply,
      record: (tx: Tx) => recordAnswer(this.kit, tx, event, payload, answered),
      afterCommit: () => this.replies.count(answered, this.kit.clock.business(), event.accountId),
    };
  }

  private async isAttended(identityId: string): Promise<boolean> {
    const [row] = await this.kit.db.read.all<{ attended: string | null }>(
      `SELECT attended FROM identity WHERE id = ?`,
      [identityId],
    );
    return row !== undefined && row.attended !== null;
  }

  private asker(config: ModelConfig): Asker {
    const { kit, vectors, chatBreaker, vectorBreaker } = this;
    return { kit, config, vectors, chatBreaker, vectorBreaker, book: this.replies.book };
  }

  private noteSpent(accountId: string, why: string): void {
    if (why === 'installation') this.spent.set('', dayOf(this.kit));
    if (why === 'account') this.spent.set(accountId, dayOf(this.kit));
  }

  private async reload(): Promise<void> {
    const rows = await this.kit.db.read.all<SettingRow>(
      `SELECT accountId, isOn, style, dailyCalls FROM model_setting`,
    );
    this.settings = new Map(
      rows.map(({ accountId, isOn, style, dailyCalls }) => [
        accountId,
        { isOn: isOn === 1, style, dailyCalls },
      ]),
    );
    this.spent = new Map();
  }

  private async reloadVectors(): Promise<void> {
    const model = this.config?.embedding;
    if (model !== undefined) this.vectors = await VectorIndex.load(this.kit, model);
  }

  /** Questions changed since the vectors were last ordered, or some could not be made. */
  private async lookForNewFaqs(): Promise<void> {
    const { faqs } = this.replies.book;
    const isNew = this.orderedFor !== faqs;
    const isWhole = this.vectors && this.vectors.size >= this.vectors.wanted;
    if (!isNew && (isWhole || this.kit.clock.system() < this.quietUntil)) return;
    try {
      this.orderedFor = faqs;
      this.quietUntil = this.kit.clock.system() + lookAgainMs;
      await orderVectors(this.kit);
    } catch (error) {
      this.kit.log.warn('models.vectors', { error });
    }
  }

  private async makeVectors(): Promise<void> {
    const { kit, config, vectorBreaker: breaker } = this;
    if (!config) return;
    await makeVectors({ kit, config, breaker });
    await this.reloadVectors();
  }
}

export const openModels = (kit: Kit, replies: Replies): Promise<Models> =>
  new Models(kit, replies).open();
