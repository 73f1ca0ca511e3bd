import type { InboundEvent } from '../channels/inbound-event';
import { isConnectionLost } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { Kit } from '../kernel/kit';
import { commitEvents, type Taken } from './commit-events';
import type { CrashWatch } from './crash-watch';
import type { EventHandler, LookUp } from './decision';
import { keepFailed } from './failed-events';

type Waiting = {
  event: InboundEvent;
  resolve: (taken: Taken) => void;
  reject: (error: unknown) => void;
};
type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'log' | 'seal' | 'versions'>;

const largestGroup = 128;

/**
 * One event in, once: decided, committed, then acknowledged. Events that arrive in the same turn share
 * one transaction, so durability costs a fraction of a commit each. Events of one lane keep their order.
 */
export class Intake {
  private waiting: Waiting[] = [];
  private readonly inHand = new Map<string, Promise<Taken>>();
  private readonly busyLanes = new Set<string>();
  private groups = 0;
  private isScheduled = false;
  private readonly atOnce: number;

  constructor(
    private readonly kit: Part,
    private readonly handlers: readonly EventHandler[],
    private readonly watch?: CrashWatch,
    private readonly lookUp?: LookUp,
  ) {
    this.atOnce = kit.db.engine === 'sqlite' ? 1 : 2;
  }

  /** A repeat that meets the first at work waits for it and gets the same answer. */
  take(event: InboundEvent): Promise<Taken> {
    const key = `${event.accountId} ${event.dedupeKey}`;
    const first = this.inHand.get(key);
    // Whoever came first works out what needs the outside; the other one waits for it.
    if (first) return first.then((taken) => ({ ...taken, later: undefined, isNew: false }));
    const taken = new Promise<Taken>((resolve, reject) => {
      this.waiting.push({ event, resolve, reject });
    });
    this.inHand.set(key, taken);
    const forget = () => this.inHand.delete(key);
    taken.then(forget, forget);
    this.schedule();
    return taken;
  }

  /** Waits until nothing is in hand: the last step of a graceful stop. */
  async drain(): Promise<void> {
    while (this.inHand.size > 0) await Promise.allSettled(this.inHand.values());
  }

  private schedule(): void {
    if (this.isScheduled || this.groups >= this.atOnce) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      this.launch();
    });
  }

  private launch(): void {
    const group = this.nextGroup();
    if (group.length === 0) return;
    this.groups += 1;
    void this.run(group).finally(() => {
      this.groups -= 1;
      for (const { event } of group) this.busyLanes.delete(event.laneKey);
      if (this.waiting.length > 0) this.schedule();
    });
    if (this.waiting.length > 0) this.schedule();
  }

  /** A lane that is being committed waits for the next group, whole: order within a lane is kept. */
  private nextGroup(): Waiting[] {
    const group: Waiting[] = [];
    const later: Waiting[] = [];
    const held = new Set<string>();
    for (const one of this.waiting) {
      const lane = one.event.laneKey;
      if (group.length >= largestGroup || this.busyLanes.has(lane) || held.has(lane)) {
        held.add(lane);
        later.push(one);
      } else group.push(one);
    }
    this.waiting = later;
    for (const { event } of group) this.busyLanes.add(event.laneKey);
    return group;
  }

  private async run(group: Waiting[]): Promise<void> {
    try {
      const checking = this.kit.versions.check();
      if (checking) await checking;
      if (this.watch && group.some((one) => this.watch?.isSuspect(one.event))) {
        await this.takeOneByOne(group);
        return;
      }
      const taken = await this.commit(group.map((one) => one.event));
      faultPoint('intake.after-commit');
      group.forEach((one, index) => {
        const result = taken[index];
        if (result) this.finish(one, result);
        else one.reject(new Error('a group lost one of its events'));
      });
    } catch (error) {
      await this.runOneByOne(group, error);
    }
  }

  private finish(one: Waiting, taken: Taken): void {
    one.resolve(taken);
    for (const after of taken.afterCommit ?? []) after();
  }

  private async commit(events: InboundEvent[]): Promise<Taken[]> {
    const { kit, lookUp } = this;
    const { newId, seal } = kit;
    const world = { newId, seal, systemNow: kit.clock.system(), lookUp };
    const done = this.watch?.inHand(events);
    try {
      return await this.kit.db.group((raw) => commitEvents(raw, world, this.handlers, events));
    } finally {
      done?.();
    }
  }

  /** Nothing was written. Without a database nobody can be acknowledged; else the culprit is found. */
  private async runOneByOne(group: Waiting[], cause: unknown): Promise<void> {
    if (isConnectionLost(cause)) {
      for (const one of group) one.reject(cause);
      return;
    }
    this.kit.log.warn('intake.group_failed', { events: group.length, error: cause });
    await this.takeOneByOne(group);
  }

  private async takeOneByOne(group: Waiting[]): Promise<void> {
    for (const one of group) {
      try {
        if (this.watch?.isPoison(one.event)) throw new Error('a process died of it, twice');
        const [taken] = await this.commit([one.event]);
        if (!taken) throw new Error('an event was lost');
        this.finish(one, taken);
      } catch (error) {
        await this.keepFailure(one, error);
      }
    }
  }

  private async keepFailure(one: Waiting, error: unknown): Promise<void> {
    if (isConnectionLost(error)) {
      one.reject(error);
      return;
    }
    try {
      this.kit.log.error('intake.event_failed', { kind: one.event.kind, error });
      one.resolve(await keepFailed(this.kit, one.event, error));
    } catch (again) {
      one.reject(again);
    }
  }
}
