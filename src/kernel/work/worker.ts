import type { Clock } from '../clock';
import { claimRows, execute, type Db, type Tx } from '../database';
import { faultPoint } from '../faults';
import { maskPersons } from '../mask-persons';
import type { NewId } from '../ids';
import { withTrail, type Log } from '../log';
import type { Bell } from './bell';
import type { Job } from './job.entity';
import { failProgress } from './progress';

export type Task = {
  id: string;
  kind: string;
  payload: unknown;
  /** 1 at the first run. */
  tries: number;
  accountId: string | null;
};
export type TaskHandler = (task: Task, signal: AbortSignal) => Promise<void>;

/** Thrown by a handler when trying again cannot help: the job becomes a dead letter at once. */
export class NoRetry extends Error {}

/** The last try; after it a job is a dead letter. */
export const mostTries = 5;
const mostCrashes = 3;
const leaseMs = 30_000;
const atOnce = 12;
/** Beside those: lanes that only work of priority 0 may use, so that what cannot wait never stands behind the rest. */
const urgentLanes = 4;

/** Runs job rows: claims by lease, retries with back-off, leaves dead letters that a person can replay. */
export class Work {
  private readonly handlers = new Map<string, TaskHandler>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly process: string;
  private poll: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private looksAgain = false;

  constructor(
    private readonly kit: { db: Db; clock: Clock; newId: NewId; log: Log; bell: Bell },
    private readonly pollMs = kit.bell.kind === 'bullmq' ? 5_000 : 500,
  ) {
    this.process = kit.newId();
    kit.bell.answer('job', async () => this.look());
  }

  on(kind: string, handler: TaskHandler): void {
    this.handlers.set(kind, handler);
  }

  /** After the commit that enqueued: tells the workers. */
  ring(dueInMs = 0, priority = 5): void {
    this.kit.bell.ring('job', 'due', {
      priority: priority + 1,
      ...(dueInMs > 0 ? { delayMs: dueInMs } : {}),
    });
  }

  start(): void {
    this.poll = setInterval(() => void this.look(), this.pollMs);
    this.poll.unref();
    void this.look();
  }

  /** Runs everything due and waits for it: for tests and the command line. */
  async drain(): Promise<void> {
    for (;;) {
      await this.look();
      if (this.running.size === 0) return;
      await Promise.all(this.running.values());
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.poll);
    this.stopping.abort();
    await Promise.all(this.running.values());
  }

  /** One look at a time; who asks during one is answered by its last round. */
  private look(): Promise<void> {
    if (this.looking) this.looksAgain = true;
    this.looking ??= this.claimAll().finally(() => {
      this.looking = undefined;
      if (this.looksAgain) void this.look();
    });
    return this.looking;
  }

  private async claimAll(): Promise<void> {
    try {
      do {
        this.looksAgain = false;
        const free = atOnce - this.running.size;
        const lanes = free > 0 ? free : free + urgentLanes;
        if (lanes <= 0 || this.stopping.signal.aborted || this.handlers.size === 0) break;
        const claimed = await this.claim(lanes, free <= 0);
        for (const job of claimed) this.launch(job);
        if (claimed.length === lanes) this.looksAgain = this.running.size < atOnce;
      } while (this.looksAgain);
    } catch (error) {
      this.kit.log.warn('work.look', { error });
    }
  }

  private claim(limit: number, onlyUrgent: boolean): Promise<Job[]> {
    const kinds = [...this.handlers.keys()];
    return claimRows<Job>(this.kit.db, {
      table: 'job',
      where: `state = 'queued' AND dueAt <= ? AND kind IN (${kinds.map(() => '?').join(', ')})${
        onlyUrgent ? ' AND priority = 0' : ''
      }`,
      params: [this.kit.clock.business(), ...kinds],
      orderBy: 'priority, dueAt, id',
      limit,
      owner: `${this.process}.${this.kit.newId()}`,
      leaseMs,
      // A lease that ran out means that its owner died while it held the row.
      set: `tries = tries + 1, crashes = crashes + 1`,
    });
  }

  private launch(job: Job): void {
    const run = withTrail(job.id, () => this.run(job)).finally(() => {
      this.running.delete(job.id);
      if (!this.stopping.signal.aborted) void this.look();
    });
    this.running.set(job.id, run);
  }

  private async run(job: Job): Promise<void> {
    const handler = this.handlers.get(job.kind);
    if (!handler) return;
    if (job.crashes > mostCrashes) {
      await this.bury(job, 'the process died while doing this');
      return;
    }
    const renew = setInterval(() => void this.renew(job), leaseMs / 3);
    try {
      const task: Task = {
        id: job.id,
        kind: job.kind,
        payload: JSON.parse(job.payload) as unknown,
        tries: job.tries,
        accountId: job.accountId,
      };
      await handler(task, this.stopping.signal);
      faultPoint('job.before-done');
      await this.settle(`DELETE FROM job WHERE id = ? AND leaseBy = ?`, [
        job.id,
        job.leaseBy ?? '',
      ]);
    } catch (error) {
      await this.failed(job, error);
    } finally {
      clearInterval(renew);
    }
  }

  private async failed(job: Job, error: unknown): Promise<void> {
    const cause = maskPersons(
      error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    );
    this.kit.log.warn('work.failed', { kind: job.kind, tries: job.tries, cause });
    if (error instanceof NoRetry || job.tries >= mostTries) {
      await this.bury(job, cause);
      return;
    }
    const waitMs = Math.min(1_000 * 4 ** (job.tries - 1), 15 * 60_000);
    await this.settle(
      `UPDATE job SET leaseBy = NULL, leaseUntil = NULL, crashes = crashes - 1, lastError = ?, dueAt = ?
       WHERE id = ? AND leaseBy = ?`,
      [cause.slice(0, 2_000), this.kit.clock.business() + waitMs, job.id, job.leaseBy ?? ''],
    );
    this.ring(waitMs);
  }

  private async bury(job: Job, cause: string): Promise<void> {
    this.kit.log.error('work.dead', { kind: job.kind, job: job.id });
    await this.settling(async (tx) => {
      const buried = await execute(
        tx,
        `UPDATE job SET state = 'dead', leaseBy = NULL, leaseUntil = NULL, lastError = ?, dedupeKey = NULL
         WHERE id = ? AND leaseBy = ?`,
        [cause.slice(0, 2_000), job.id, job.leaseBy ?? ''],
      );
      const progressId = progressOf(job);
      if (buried === 1 && progressId !== undefined) {
        await failProgress(tx, progressId, this.kit.clock.system());
      }
    });
  }

  private async renew(job: Job): Promise<void> {
    await this.settle(`UPDATE job SET leaseUntil = leaseUntil + ? WHERE id = ? AND leaseBy = ?`, [
      leaseMs / 3,
      job.id,
      job.leaseBy ?? '',
    ]);
  }

  /** A row that is no longer ours stays as its new owner left it. */
  private settle(sql: string, params: (string | number)[]): Promise<void> {
    return this.settling((tx) => execute(tx, sql, params));
  }

  private async settling(work: (tx: Tx) => Promise<unknown>): Promise<void> {
    try {
      await this.kit.db.transact(work);
    } catch (error) {
      this.kit.log.warn('work.settle', { error });
    }
  }
}

/** A job that is one step of long work names the progress it belongs to. */
function progressOf({ payload }: Pick<Job, 'payload'>): string | undefined {
  const order = JSON.parse(payload) as { progressId?: unknown } | null;
  return typeof order?.progressId === 'string' ? order.progressId : undefined;
}
