import { Cron } from 'croner';
import { InvalidInput } from '../errors';

export type Timetable = {
  /** Five fields: minute hour day month weekday. */
  cron: string;
  /** IANA zone, for example Asia/Shanghai. */
  zone: string;
};

/**
 * The next `count` runs after `afterMs` (exclusive), epoch ms. The same function shows the operator
 * what will happen and decides what is due. A local time that a zone skips moves forward; one that
 * comes twice runs once.
 */
export function nextRuns(timetable: Timetable, afterMs: number, count: number): number[] {
  const cron = understandTimetable(timetable);
  return cron.nextRuns(count, new Date(afterMs)).map((run) => run.getTime());
}

const hourMs = 3_600_000;
const looksBack = [hourMs, 24 * hourMs, 40 * 24 * hourMs, Infinity];

/**
 * The last run in (`afterMs`, `untilMs`], if there is one. It is looked for from the end: a month of
 * minutes that nobody saw is not counted through.
 */
export function lastRun(timetable: Timetable, afterMs: number, untilMs: number) {
  const cron = understandTimetable(timetable);
  const nextAfter = (ms: number) => cron.nextRun(new Date(ms))?.getTime() ?? Infinity;
  for (const span of looksBack) {
    const from = Math.max(afterMs, untilMs - span);
    let last: number | undefined;
    for (let run = nextAfter(from); run <= untilMs; run = nextAfter(run)) last = run;
    if (last !== undefined || from === afterMs) return last;
  }
  return undefined;
}

function understandTimetable({ cron, zone }: Timetable): Cron {
  if (cron.trim().split(/\s+/).length !== 5) throw new InvalidInput('cron_invalid');
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    throw new InvalidInput('zone_unknown');
  }
  try {
    return new Cron(cron, { timezone: zone, paused: true });
  } catch {
    throw new InvalidInput('cron_invalid');
  }
}

/** Refuses what cannot be understood, never fires, or fires more often than `shortestMs`. */
export function checkTimetable(timetable: Timetable, nowMs: number, shortestMs = 60_000): void {
  const runs = nextRuns(timetable, nowMs, 5);
  if (runs.length === 0) throw new InvalidInput('cron_never_fires');
  for (let index = 1; index < runs.length; index += 1) {
    const gap = (runs[index] ?? 0) - (runs[index - 1] ?? 0);
    if (gap < shortestMs) {
      throw new InvalidInput('cron_too_often', { minutes: Math.ceil(shortestMs / 60_000) });
    }
  }
}
