import type { Kit } from '../kernel/kit';
import type { OnRunChange } from './outcome';
import { openDispatch, type SendingChannels } from './dispatch';
import { Lane } from './lane';
import type { LaneKey } from './open-runs';
import { SendBudget } from './send-budget';
import { openTurns } from './take-turn';

export type SenderKit = Pick<
  Kit,
  'db' | 'cache' | 'clock' | 'newId' | 'log' | 'bell' | 'settings' | 'versions'
>;

const stopWithinMs = 10_000;

/**
 * Sends what the ledger says, lane by lane. Any number of processes may run one: a delivery is claimed in
 * the database. Rows are found by looking; the bell only makes it sooner.
 */
export class Sender {
  private readonly lanes = new Map<
    string,
    { lane: Lane; running: Promise<void> | undefined; isAskedAgain: boolean }
  >();
  private readonly dispatch: ReturnType<typeof openDispatch>;
  private poll: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private looksAgain = false;
  private readonly stopping = new AbortController();

  constructor(
    private readonly kit: SenderKit,
    channels: SendingChannels,
    private readonly onRunChange: OnRunChange,
  ) {
    this.dispatch = openDispatch({
      channels,
      reader: kit.db.read,
      log: kit.log,
      now: () => kit.clock.business(),
      zone: kit.settings.orgZone,
    });
  }

  start(): void {
    this.kit.bell.answer('sending', () => this.look());
    this.poll = setInterval(() => void this.look(), 500);
    this.poll.unref();
    void this.look();
  }

  /** Nothing new is claimed; calls under way end and their outcomes are written. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.poll);
    for (const { lane } of this.lanes.values()) lane.stop();
    const late = new Promise<void>((resolve) => setTimeout(resolve, stopWithinMs).unref());
    await Promise.race([this.idle(), late]);
  }

  /** Sends everything that is due now and waits for it: for tests and the command line. */
  async drain(): Promise<void> {
    await this.look();
    await this.idle();
  }

  /** Starts the lanes that have open runs. */
  look(): Promise<void> {
    if (this.looking) {
      this.looksAgain = true;
      return this.looking;
    }
    this.looking = this.lookAround().finally(() => {
      this.looking = undefined;
      if (!this.looksAgain) return;
      this.looksAgain = false;
      void this.look();
    });
    return this.looking;
  }

  private async lookAround(): Promise<void> {
    try {
      // Accounts are answered from memory: one switched off elsewhere is to be seen here.
      await this.kit.versions.check();
      const keys = await this.kit.db.read.all<LaneKey>(
        `SELECT DISTINCT accountId, channel FROM send_run WHERE isOpen = 1`,
      );
      for (const key of keys) this.wake(key);
    } catch (error) {
      this.kit.log.warn('sending.look', { error });
    }
  }

  private wake(key: LaneKey): void {
    const name = `${key.accountId}:${key.channel}`;
    const entry = this.lanes.get(name) ?? {
      lane: this.openLane(key, name),
      running: undefined,
      isAskedAgain: false,
    };
    this.lanes.set(name, entry);
    if (entry.running) {
      // Its last turn may have been before the commit that somebody rang for.
      entry.isAskedAgain = true;
      return;
    }
    const isWaiting = entry.lane.waitsUntil > this.kit.clock.system();
    if (isWaiting || this.stopping.signal.aborted) return;
    entry.isAskedAgain = false;
    entry.running = entry.lane
      .run()
      .catch((error: unknown) => this.kit.log.error('sending.lane', { error }))
      .finally(() => {
        entry.running = undefined;
        if (entry.isAskedAgain) this.wake(key);
      });
  }

  private openLane(key: LaneKey, name: string): Lane {
    const { kit } = this;
    return new Lane({
      key,
      budget: new SendBudget(
        { cache: kit.cache, clock: kit.clock, perSecond: kit.settings.sendsPerSecond },
        name,
      ),
      log: kit.log,
      now: () => kit.clock.business(),
      systemNow: () => kit.clock.system(),
      sleep: (ms) => kit.clock.sleep(ms),
      turn: openTurns({ db: kit.db, clock: kit.clock, world: () => this.world() }, key),
      send: this.dispatch,
    });
  }

  private world() {
    return {
      newId: this.kit.newId,
      now: this.kit.clock.business(),
      pausePercent: this.kit.settings.pausePercent,
      onRunChange: this.onRunChange,
    };
  }

  private async idle(): Promise<void> {
    await this.looking;
    const running = [...this.lanes.values()].flatMap((entry) => entry.running ?? []);
    await Promise.all(running);
  }
}
