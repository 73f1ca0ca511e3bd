import type { Log } from '../kernel/log';
import type { Claimed } from './claim-deliveries';
import type { Outcome } from './outcome';
import { unclear, type Verdict } from './judge-answer';
import type { LaneKey } from './open-runs';
import type { SendBudget } from './send-budget';

/** What a turn came back with. */
export type Turn = { claimed: Claimed[]; isHeld: boolean };

export type TurnWanted = {
  outcomes: readonly Outcome[];
  /** Calls under way whose leases are to be renewed. */
  underWay: readonly Claimed[];
  /** How many may be claimed. */
  room: number;
};

export type LaneParts = {
  key: LaneKey;
  budget: SendBudget;
  log: Log;
  /** Business time, epoch ms. */
  now: () => number;
  /** System time, epoch ms. */
  systemNow: () => number;
  sleep: (ms: number) => Promise<void>;
  /** One transaction: what ended is written, what is under way is kept ours, what comes next is claimed. */
  turn: (wanted: TurnWanted) => Promise<Turn>;
  send: (claims: readonly Claimed[], each: (outcome: Outcome) => void) => Promise<void>;
};

/** Calls under way at once. WeChat starts to answer "busy" at a few hundred. */
const mostInFlight = 96;
/** So many answers are worth a commit of their own … */
const enoughToCommit = 48;
/** … and so long fewer of them wait for company, ms. */
const gatherMs = 15;
/** Leases of calls under way are renewed this often, ms. */
const renewMs = 5_000;
/** So many bad answers in a row speak of the account, not of single messages. */
const badInARowToSlow = 8;
/** After them this many try the ice. */
const probes = 8;
const longestPauseMs = 30_000;

/**
 * Everything one account says on one channel. Turn by turn, a single transaction stores the answers that
 * came in and claims the next deliveries, while calls go on beside it.
 */
export class Lane {
  private readonly ended: Outcome[] = [];
  private readonly underWay = new Set<Claimed>();
  private wake: (() => void) | undefined;
  private renewedAt = 0;
  private badInARow = 0;
  private badTimes = 0;
  private slowUntil = 0;
  private isStopping = false;

  constructor(private readonly parts: LaneParts) {}

  stop(): void {
    this.isStopping = true;
  }

  /** Until nothing is due any more, or the account has to wait. */
  async run(): Promise<void> {
    for (;;) {
      const most = this.badTimes > 0 ? probes : mostInFlight;
      const room = this.isStopping || this.isSlow() ? 0 : Math.max(0, most - this.underWay.size);
      const end = await this.takeTurn(room);
      if (this.underWay.size > 0) {
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
      turn = await this.parts.turn({ outcomes, underWay: this.toRenew(), room: allowed });
    } catch (error) {
      // Nothing is lost: the answers stay here until they can be written, and nothing new is sent meanwhile.
      this.ended.unshift(...outcomes);
      this.parts.log.warn('sending.turn', { error });
      if (this.isStopping && this.underWay.size === 0) throw error;
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

  private toRenew(): readonly Claimed[] {
    const now = this.parts.systemNow();
    if (now - this.renewedAt < renewMs) return [];
    this.renewedAt = now;
    return [...this.underWay];
  }

  private launch(claims: readonly Claimed[]): void {
    for (const claimed of claims) this.underWay.add(claimed);
    const each = (outcome: Outcome) => {
      if (!this.underWay.delete(outcome.claimed)) return;
      this.ended.push(outcome);
      this.learn(outcome.verdict);
      this.wake?.();
    };
    this.parts.send(claims, each).catch((error: unknown) => {
      // A bug of ours: what became of these calls is not known.
      this.parts.log.error('sending.send', { error });
      const at = this.parts.now();
      for (const claimed of claims) {
        each({ claimed, verdict: unclear({ ...claimed, ...claimed.run }, at), at });
      }
    });
  }

  /** Until there are answers worth a commit, or leases to renew. */
  private async someAnswers(): Promise<void> {
    const isEnough = () => this.ended.length >= enoughToCommit || this.underWay.size === 0;
    if (this.ended.length === 0) await this.wakeOr(renewMs, () => this.ended.length > 0);
    if (this.ended.length > 0) await this.wakeOr(gatherMs, isEnough);
  }

  private wakeOr(ms: number, isDone: () => boolean): Promise<void> {
    if (isDone()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.wake = () => isDone() && finish();
    });
  }

  /** Bad answers in a row slow everything down: one second first, then longer, with a few probes after each. */
  private learn(verdict: Verdict): void {
    if (verdict.kind === 'sent') {
      this.badInARow = 0;
      this.badTimes = 0;
      return;
    }
    if (verdict.kind !== 'again' || !verdict.slow || this.isSlow()) return;
    this.badInARow += 1;
    if (this.badInARow < badInARowToSlow) return;
    this.badInARow = 0;
    this.badTimes += 1;
    const waitMs = Math.min(1_000 * 2 ** (this.badTimes - 1), longestPauseMs);
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
