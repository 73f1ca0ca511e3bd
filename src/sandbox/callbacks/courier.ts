import { effectOf } from '../faults';
import { randomDigits } from '../random';
import type { Messenger, Verified, World } from '../world';
import { addAttempt, attemptsOf } from './attempts';
import { conclude, isTriedAgain, judge, markDone, type Ending } from './conclude';
import { seal, signatureOf } from './envelope';
import { addEvent, eventOf, pushOf, type Stamp } from './events';
import { Lanes } from './lanes';
import type { Delivered, EventRow, NewEvent } from './shapes';
import { Transport } from './transport';

/** At most so many receipts and crowd events are under way; people's own actions do not wait for them. */
const MOST_UNDER_WAY = 48;

interface Turn {
  isLast: boolean;
  losesAnswer: boolean;
}

/** Brings events to the apps: in order for each person, up to three times, until somebody answers. */
export class Courier implements Messenger {
  private readonly lanes = new Lanes();
  private readonly transport: Transport;
  private readonly underWay = new Set<number>();
  private backlog: EventRow[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly sleepers = new Set<() => void>();
  private isOver = false;

  constructor(private readonly world: World) {
    this.transport = new Transport(world.options.callback.timeoutMs);
    this.timer = setInterval(() => this.ring(), 100);
    this.timer.unref();
  }

  private isClosed(): boolean {
    return this.isOver;
  }

  /** Inside a work: the event is told later by `ring`, also after a restart. */
  queue(event: NewEvent, now: number): number {
    return addEvent(this.world, event, now);
  }

  /** Inside the work that adds an event which the caller will `deliver` himself: keeps `ring` away from it. */
  claim(id: number): number {
    this.underWay.add(id);
    return id;
  }

  /** Tells one event now, after what this person did before. Resolves when an answer came or all attempts are over. */
  deliver(id: number): Promise<Delivered | undefined> {
    this.claim(id);
    const event = eventOf(this.world, id);
    if (!event) {
      this.underWay.delete(id);
      return Promise.resolve(undefined);
    }
    const effect = this.world.faults.strike('callback', {
      owner: event.appId,
      openid: event.openid,
      key: keyOf(event),
    });
    const isLate = effect?.name === 'late-callback' || effect?.name === 'out-of-order';
    const told = isLate
      ? this.wait(Number(effect.argument) || (effect.name === 'late-callback' ? 2_000 : 400)).then(
          () => this.inLane(event, effect),
        )
      : this.inLane(event, effect);
    return told.finally(() => this.underWay.delete(id));
  }

  /** Sends an old event again: same body, fresh nonce. */
  async repeat(id: number): Promise<Delivered | undefined> {
    const event = eventOf(this.world, id);
    if (!event) return undefined;
    await this.attempt(event, undefined);
    return this.summary(event);
  }

  /** Looks for waiting events that are due. */
  ring(): void {
    if (this.isClosed()) return;
    if (this.backlog.length === 0) this.fetch();
    while (this.underWay.size < MOST_UNDER_WAY) {
      const next = this.backlog.shift();
      if (!next) return;
      if (this.underWay.has(next.id)) continue;
      void this.deliver(next.id).then(
        () => this.ring(),
        () => undefined,
      );
    }
  }

  async verify(url: string, token: string): Promise<Verified> {
    const echo = randomDigits(19);
    const timestamp = String(Math.floor(Date.now() / 1000));
    const nonce = randomDigits(10);
    const target = new URL(url);
    target.searchParams.set('signature', signatureOf(token, timestamp, nonce));
    target.searchParams.set('timestamp', timestamp);
    target.searchParams.set('nonce', nonce);
    target.searchParams.set('echostr', echo);
    const heard = await this.transport.get(target.toString());
    if (heard.outcome !== 'answered')
      return { ok: false, status: null, reply: '', reason: heard.reason };
    const ok = heard.status === 200 && heard.body === echo;
    const reason = ok ? '' : 'the answer is not the echostr, bare and alone';
    return { ok, status: heard.status, reply: heard.body.slice(0, 500), reason };
  }

  async poke(url: string): Promise<void> {
    await this.transport.postJson(url, 1_000);
  }

  /** Waits until nothing due is left to tell; for crowds and tests. */
  async settle(): Promise<void> {
    for (;;) {
      this.ring();
      if (this.underWay.size === 0 && this.backlog.length === 0) return;
      await this.lanes.idle();
      await this.wait(5);
    }
  }

  async close(): Promise<void> {
    this.isOver = true;
    for (const wake of [...this.sleepers]) wake();
    clearInterval(this.timer);
    await this.transport.close();
    await this.lanes.idle();
  }

  private fetch(): void {
    this.backlog = this.world.store
      .sql<EventRow>(
        `SELECT * FROM event WHERE state = 'waiting' AND dueAt <= ? ORDER BY dueAt, id LIMIT 300`,
      )
      .all(this.world.clock.now())
      .filter((event) => !this.underWay.has(event.id));
  }

  private inLane(
    event: EventRow,
    effect: ReturnType<typeof effectOf>,
  ): Promise<Delivered | undefined> {
    return this.lanes.run(`${event.appId} ${event.openid}`, async () => {
      if (effect?.name === 'drop-callback') {
        await this.finish(event, 'dropped');
        return this.summary(event);
      }
      await this.tell(event, effect?.name === 'lost-answer');
      if (effect?.name === 'duplicate-callback') await this.attempt(event, undefined);
      return this.summary(event);
    });
  }

  private async tell(event: EventRow, losesAnswer: boolean): Promise<void> {
    const { attempts, gapMs } = this.world.options.callback;
    for (let turn = 1; turn <= attempts; turn += 1) {
      const startedAt = Date.now();
      const isLast = turn === attempts;
      const outcome = await this.attempt(event, { isLast, losesAnswer: losesAnswer && turn === 1 });
      if (outcome === 'done') return;
      if (!isLast) await this.wait(Math.max(0, gapMs - (Date.now() - startedAt)));
    }
  }

  /** One delivery and its record, in one commit. Without `turn` it is a repeat, which decides nothing about the event. */
  private async attempt(event: EventRow, turn: Turn | undefined): Promise<'done' | 'again'> {
    const { world } = this;
    const account = world.accounts.find(event.appId);
    const target = account?.callback;
    if (this.isClosed()) return 'done';
    if (!account || !target) {
      await this.finish(event, 'dropped');
      return 'done';
    }
    const stamp = freshStamp();
    const push = pushOf(account, target, event, stamp, signatureOf, seal);
    const systemAt = Date.now();
    const started = performance.now();
    const heard = await this.transport.post(push.target, push.body);
    const ms = Math.round((performance.now() - started) * 10) / 10;
    if (this.isClosed()) return 'done';
    const end =
      turn?.losesAnswer === true ? lostAnswer : judge(world, account, target, event, heard);
    const isOver = turn === undefined || turn.isLast || !isTriedAgain(end.verdict);
    await world.store.write(() => {
      addAttempt(world, {
        ...{ eventId: event.id, callbackId: target.id, systemAt, ms },
        ...{ stamp: stamp.timestamp, nonce: stamp.nonce, prefix: stamp.prefix.toString() },
        status: heard.outcome === 'answered' ? heard.status : null,
        replyRaw: heard.outcome === 'answered' ? heard.body.slice(0, 65_536) : '',
        trace: heard.outcome === 'answered' ? (heard.trace ?? null) : null,
        ...{ replyPlain: end.plain, verdict: end.verdict, reason: end.reason },
      });
      if (isOver) conclude(world, event, end, turn === undefined);
    });
    return isOver ? 'done' : 'again';
  }

  /** Ends at once when the courier closes. */
  private wait(ms: number): Promise<void> {
    if (this.isClosed()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.sleepers.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, ms);
      this.sleepers.add(finish);
    });
  }

  private finish(event: EventRow, verdict: string): Promise<void> {
    return this.world.store.write(() => markDone(this.world, event, verdict));
  }

  private summary(event: EventRow): Delivered {
    const now = eventOf(this.world, event.id);
    return {
      id: event.id,
      kind: event.kind,
      verdict: now?.verdict ?? 'waiting',
      attempts: attemptsOf(this.world, event.id),
    };
  }
}

const lostAnswer: Ending = {
  verdict: 'timeout',
  plain: null,
  reason: 'the connection died before the answer arrived',
  message: undefined,
};

function freshStamp(): Stamp {
  return {
    timestamp: String(Math.floor(Date.now() / 1000)),
    nonce: randomDigits(10),
    prefix: Buffer.from(randomDigits(16)),
  };
}

const keyOf = (event: EventRow) => `${event.openid} ${event.kind} ${event.msgId ?? event.fields}`;
