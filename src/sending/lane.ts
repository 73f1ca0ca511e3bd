import type { Log } from '../kernel/log';
import type { Claimed } from './claim-deliveries';
import type { Outcome } from './commit-outcomes';
import { unclear, type Verdict } from './judge-answer';
import type { LaneKey } from './open-runs';
import type { SendBudget } from './send-budget';

/** What a turn came back with. */
export type Turn = { claimed: Claimed[]; isHeld: boolean };

export type LaneParts = {
  key: LaneKey;
  budget: SendBudget;
  log: Log;
  /** Business time, epoch ms. */
  now: () => number;
  /** System time, epoch ms. */
  systemNow: () => number;
  sleep: (ms: number) => Promise<void>;
  /** One transaction: what ended is written, what comes next is claimed. */
  turn: (outcomes: readonly Outcome[], room: number) => Promise<Turn>;
  send: (claims: readonly Claimed[], each: (outcome: Outcome) => void) => Promise<void>;
};

/** Calls under way at once. WeChat starts to answer "busy" at a few hundred. */
const mostInFlight = 96;
/** So many answers are worth a commit of their own … */
const enoughToCommit = 32;
/** … and so long fewer of them wait for company, ms. */
const gatherMs = 15;
const longestPauseMs = 30_000;

/**
 * Everything one account says on one channel. Turn by turn, a single transaction stores the answers that
 * came in and claims the next deliveries, while calls go on beside it.
 */
export class Lane {
  private ended: Outcome[] = [];
  private inFlight = 0;
  private wake: (() => void) | undefined;
  private badTurns = 0;
  private slowUntil = 0;
  private isStopping = false;

  constructor(private readonly parts: LaneParts) {}

  stop(): void {
    this.isStopping = true;
  }

  /** Until nothing is due any more, or the account has to wait. */
  async run(): Promise<void> {
    for (;;) {
      const room = this.isStopping || this.isSlow() ? 0 : mostInFlight - this.inFlight;
      const end = await this.takeTurn(room);
      if (this.inFlight > 0) {
        await this.someAnswers();
        continue;
      }
      if (this.ended.length > 0) continue;
      if (end !== 'no-budget' || this.isStopping) return;
      await this.parts.sleep(this.parts.budget.nextWindowInMs());
    }
  }

  private async takeTurn(room: number): Promise<'claimed' | 'no-budget' | 'nothing-due'> {
    const grant = room > 0 ? await this.parts.budget.take(room) : undefined;
    const allowed = grant?.granted ?? 0;
    const outcomes = this.ended.splice(0);
    let turn: Turn;
    try {
      turn = await this.parts.turn(outcomes, allowed);
    } catch (error) {
      // Nothing is lost: the answers stay here until they can be written, and nothing new is sent meanwhile.
      this.ended.unshift(...outcomes);
      this.parts.log.warn('sending.turn', { error });
      if (this.isStopping && this.inFlight === 0) throw error;
      await this.parts.sleep(1_000);
      return 'nothing-due';
    }
    await grant?.giveBack(allowed - turn.claimed.length);
    if (turn.claimed.length > 0) {
      this.launch(turn.claimed);
      return 'claimed';
    }
    return room > 0 && allowed === 0 && !turn.isHeld ? 'no-budget' : 'nothing-due';
  }

  private launch(claims: readonly Claimed[]): void {
    this.inFlight += claims.length;
    const waiting = new Set(claims);
    const each = (outcome: Outcome) => {
      if (!waiting.delete(outcome.claimed)) return;
      this.inFlight -= 1;
      this.ended.push(outcome);
      this.learn(outcome.verdict);
      this.wake?.();
    };
    this.parts.send(claims, each).catch((error: unknown) => {
      // A bug of ours: what became of these calls is not known.
      this.parts.log.error('sending.send', { error });
      const at = this.parts.now();
      for (const claimed of waiting) {
        each({ claimed, verdict: unclear({ ...claimed, ...claimed.run }, at), at });
      }
    });
  }

  private async someAnswers(): Promise<void> {
    if (this.ended.length === 0 && this.inFlight > 0) {
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    if (this.inFlight > 0 && this.ended.length < enoughToCommit) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, gatherMs);
        this.wake = () => {
          if (this.inFlight > 0 && this.ended.length < enoughToCommit) return;
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.wake = undefined;
  }

  /** Answers that speak of the account as a whole slow everything down, one second first, then longer. */
  private learn(verdict: Verdict): void {
    if (verdict.kind === 'sent') {
      this.badTurns = 0;
      return;
    }
    if (verdict.kind !== 'again' || !verdict.slow || this.isSlow()) return;
    this.badTurns += 1;
    const waitMs = Math.min(1_000 * 2 ** (this.badTurns - 1), longestPauseMs);
    this.slowUntil = this.parts.systemNow() + waitMs;
  }

  private isSlow(): boolean {
    return this.parts.systemNow() < this.slowUntil;
  }

  /** The account answered badly a moment ago; nothing is sent until then (system time). */
  get waitsUntil(): number {
    return this.slowUntil;
  }
}
