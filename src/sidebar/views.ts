import { z } from 'zod';
import type { Locale } from '../kernel/text';
import { text } from '../kernel/text';
import type { Reason, ShownTask, Stage } from '../sales';

export const iso = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();
/** The part of a query that stops at an instant, or nothing of it. */
export const untilOf = (at: number | undefined): { until?: string } =>
  at === undefined ? {} : { until: new Date(at).toISOString() };
export const instant = z.string().nullable();
export const byContact = z.object({ externalUserId: z.string().max(64) });

/** A finding as code and parameters, and as a sentence in the reader's language. */
export const Told = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  text: z.string(),
});

export const tell = (
  locale: Locale,
  { code, params }: Pick<Reason, 'code' | 'params'>,
): z.output<typeof Told> => ({ code, params: { ...params }, text: text(locale, code, params) });

export const StageView = z.object({ code: z.string(), name: z.string(), since: instant });

export const presentStage = (locale: Locale, stage: Stage | null, since: number | null) =>
  stage === null ? null : { code: stage, name: text(locale, `stage.${stage}`), since: iso(since) };

export const TaskView = z.object({
  id: z.string(),
  title: z.string(),
  dueAt: instant,
  state: z.enum(['open', 'done', 'dropped']),
  contact: z.object({ externalUserId: z.string(), name: z.string().nullable() }).nullable(),
  isLate: z.boolean(),
  createdAt: z.string(),
  doneAt: instant,
});

export const presentTask = (task: ShownTask, now: number): z.output<typeof TaskView> => ({
  id: task.id,
  title: task.title,
  dueAt: iso(task.dueAt),
  state: task.state,
  contact:
    task.externalUserId === null ? null : { externalUserId: task.externalUserId, name: task.name },
  isLate: task.state === 'open' && task.dueAt !== null && task.dueAt < now,
  createdAt: new Date(task.createdAt).toISOString(),
  doneAt: iso(task.doneAt),
});
