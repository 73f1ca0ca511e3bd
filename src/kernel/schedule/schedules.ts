import cron from 'node-cron';
import type { Clock } from '../clock';
import { execute, insertOnce, insertRows, select, type Db, type Tx } from '../database';
import { faultPoint } from '../faults';
import { Conflict, NotFound } from '../errors';
import type { Log } from '../log';
import { lastRun, nextRuns } from './next-runs';
import type { MissedPolicy } from './schedule.entity';

export type NewSchedule = {
  id: string;
  kind: string;
  ownerId: string;
  cron: string;
  zone: string;
  missed: MissedPolicy;
  active: boolean;
};
/** A run whose time passed unseen, of a schedule that asks what to do. */
export type WaitingTick = { scheduleId: string; kind: string; ownerId: string; dueAt: number };
export type Tick = { scheduleId: string; ownerId: string; dueAt: number };
/** Writes the rows of the run in the tick's own transaction; what calls the outside is enqueued. */
export type TickHandler = (tx: Tx, tick: Tick) => Promise<void>;

type DueRow = {
  id: string;
  kind: string;
  ownerId: string;
  cron: string;
  zone: string;
  missed: MissedPolicy;
  nextDueAt: number;
};

/** A run later than this is a missed one, and the schedule's own policy decides. */
const graceMs = 60_000;

/** A question that nobody answered for so long is not asked any more. */
const forgottenMs = 30 * 86_400_000;
const mostWaiting = 50;

/** A schedule fires by inserting its unique tick row; node-cron is only the heartbeat. */
export class Schedules {
  private readonly handlers = new Map<string, TickHandler>();
  private heartbeat: { stop(): void | Promise<void> } | undefined;
  private beating: Promise<void> | undefined;

  constructor(private readonly kit: { db: Db; clock: Clock; log: Log; afterTick: () => void }) {}

  on(kind: string, handler: TickHandler): void {
    this.handlers.set(kind, handler);
  }

  async save(tx: Tx, schedule: NewSchedule): Promise<void> {
    const [next] = schedule.active ? nextRuns(schedule, this.kit.clock.business(), 1) : [];
    const row = { ...schedule, nextDueAt: next ?? null };
    await insertRows(tx, 'schedule', [row], {
      onConflict: ['id'],
      update: ['cron', 'zone', 'missed', 'active', 'nextDueAt'],
    });
  }

  async deactivate(tx: Tx, id: string): Promise<void> {
    await execute(tx, `UPDATE schedule SET active = 0, nextDueAt = NULL WHERE id = ?`, [id]);
  }

  /** Oldest first; only of schedules that are on. */
  waiting(): Promise<WaitingTick[]> {
    return this.kit.db.read.all<WaitingTick>(
      `SELECT t.scheduleId, s.kind, s.ownerId, t.dueAt FROM schedule s
       JOIN schedule_tick t ON t.scheduleId = s.id
       WHERE s.active = 1 AND s.missed = 'ask' AND t.outcome = 'waiting' AND t.dueAt >= ?
       ORDER BY t.dueAt, t.scheduleId LIMIT ${String(mostWaiting)}`,
      [this.kit.clock.business() - forgottenMs],
    );
  }

  /** Makes up for a missed run, or leaves it out: once, whoever says so first. */
  async answer(
    tx: Tx,
    { scheduleId, dueAt }: Pick<WaitingTick, 'scheduleId' | 'dueAt'>,
    decision: 'run' | 'skip',
  ): Promise<void> {
    const [schedule] = await select<{ kind: string; ownerId: string; active: number }>(
      tx,
      `SELECT kind, ownerId, active FROM schedule WHERE id = ?`,
      [scheduleId],
    );
    if (!schedule) throw new NotFound();
    const answered = await execute(
      tx,
      `UPDATE schedule_tick SET outcome = ?, firedAt = ?
       WHERE scheduleId = ? AND dueAt = ? AND outcome = 'waiting'`,
      [decision === 'run' ? 'ran' : 'skipped', this.kit.clock.system(), scheduleId, dueAt],
    );
    if (answered === 0) throw new Conflict('missed_run_answered');
    if (decision === 'skip') return;
    const handler = this.handlers.get(schedule.kind);
    if (schedule.active !== 1 || !handler) throw new Conflict('schedule_off');
    await handler(tx, { scheduleId, ownerId: schedule.ownerId, dueAt });
  }

  start(): void {
    // A beat that is missed loses nothing: the next one finds everything that is due.
    const options = { noOverlap: true, suppressMissedWarning: true };
    this.heartbeat = cron.schedule('* * * * * *', () => void this.beat(), options);
  }

  async stop(): Promise<void> {
    await this.heartbeat?.stop();
    await this.beating;
  }

  /** Fires everything due now. */
  beat(): Promise<void> {
    this.beating ??= this.fireDue().finally(() => (this.beating = undefined));
    return this.beating;
  }

  private async fireDue(): Promise<void> {
    try {
      const now = this.kit.clock.business();
      const due = await this.kit.db.read.all<DueRow>(
        `SELECT id, kind, ownerId, cron, zone, missed, nextDueAt FROM schedule
         WHERE active = 1 AND nextDueAt <= ? ORDER BY nextDueAt LIMIT 100`,
        [now],
      );
      for (const schedule of due) await this.fire(schedule, now);
      if (due.length > 0) this.kit.afterTick();
    } catch (error) {
      this.kit.log.warn('schedule.beat', { error });
    }
  }

  private async fire(schedule: DueRow, now: number): Promise<void> {
    const handler = this.handlers.get(schedule.kind);
    if (!handler) return;
    // Of several runs that passed unseen only the last one counts.
    const dueAt = lastRun(schedule, schedule.nextDueAt, now) ?? schedule.nextDueAt;
    const isLate = now - dueAt > graceMs;
    const outcome =
      !isLate || schedule.missed === 'once'
        ? 'ran'
        : schedule.missed === 'ask'
          ? 'waiting'
          : 'skipped';
    await this.kit.db.transact(async (tx) => {
      const row = { scheduleId: schedule.id, dueAt, outcome, firedAt: this.kit.clock.system() };
      const isOurs = await insertOnce(tx, 'schedule_tick', row, ['scheduleId', 'dueAt']);
      const [next] = nextRuns(schedule, now, 1);
      await execute(tx, `UPDATE schedule SET nextDueAt = ? WHERE id = ? AND nextDueAt = ?`, [
        next ?? null,
        schedule.id,
        schedule.nextDueAt,
      ]);
      faultPoint('tick.before-commit');
      const isActive = await select<{ active: number }>(
        tx,
        `SELECT active FROM schedule WHERE id = ?`,
        [schedule.id],
      );
      if (isOurs && outcome === 'ran' && isActive[0]?.active === 1) {
        await handler(tx, { scheduleId: schedule.id, ownerId: schedule.ownerId, dueAt });
      }
    });
  }
}
