import { z } from 'zod';
import { recordChange, type Actor } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { text } from '../kernel/text';
import { replayJob } from '../kernel/work';
import { accountScope, progressScope } from './account-scope';

const ProgressView = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  done: z.number(),
  total: z.number(),
  state: z.string(),
  startedAt: z.string(),
  updatedAt: z.string(),
  etaSeconds: z.number().nullable(),
});
const DeadLetterView = z.object({
  id: z.string(),
  kind: z.string(),
  what: z.enum(['job', 'event']),
  cause: z.string(),
  at: z.string(),
  tries: z.number(),
});

type ProgressRow = {
  id: string;
  kind: string;
  titleCode: string;
  params: string;
  done: number;
  total: number;
  state: string;
  startedAt: number;
  updatedAt: number;
};
type DeadRow = {
  id: string;
  kind: string;
  what: 'job' | 'event';
  cause: string | null;
  at: number;
  tries: number;
};

export type ReplayEvent = (eventId: string) => Promise<boolean>;

export function workOperations(kit: Kit, replayEvent: ReplayEvent): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/work',
        permission: 'work.read',
        summary: 'Long work and how far it is',
        query: pageQuery.extend({ open: z.enum(['0', '1']).optional() }),
        response: pageOf(ProgressView),
      },
      async ({ actor, query, locale }) => {
        const keys = query.cursor ? decodeCursor(query.cursor, ['number', 'string']) : undefined;
        const scope = progressScope(actor.accountIds);
        const rows = await kit.db.read.all<ProgressRow>(
          `SELECT * FROM progress WHERE 1 = 1${scope.sql}
           ${query.open === '1' ? `AND state = 'running'` : ''}
           ${keys ? 'AND (startedAt < ? OR (startedAt = ? AND id < ?))' : ''}
           ORDER BY startedAt DESC, id DESC LIMIT ${query.limit + 1}`,
          [...scope.params, ...(keys ? [Number(keys[0]), Number(keys[0]), String(keys[1])] : [])],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.startedAt, row.id],
          (row) => ({
            id: row.id,
            kind: row.kind,
            title: text(locale, row.titleCode, JSON.parse(row.params) as Record<string, unknown>),
            done: row.done,
            total: row.total,
            state: row.state,
            startedAt: new Date(row.startedAt).toISOString(),
            updatedAt: new Date(row.updatedAt).toISOString(),
            etaSeconds: etaOf(row),
          }),
        );
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/dead-letters',
        permission: 'work.read',
        summary: 'Work and events that failed for good, with their cause',
        query: pageQuery,
        response: pageOf(DeadLetterView),
      },
      async ({ actor, query }) => {
        const scope = accountScope(actor.accountIds);
        const keys = query.cursor ? decodeCursor(query.cursor, ['number', 'string']) : undefined;
        const rows = await kit.db.read.all<DeadRow>(
          `SELECT * FROM (
             SELECT id, kind, 'job' AS what, lastError AS cause, createdAt AS at, tries FROM job
             WHERE state = 'dead'${scope.sql}
             UNION ALL
             SELECT eventId AS id, kind, 'event' AS what, cause, failedAt AS at, 1 AS tries FROM failed_event
             WHERE 1 = 1${scope.sql}) AS dead
           ${keys ? 'WHERE at < ? OR (at = ? AND id < ?)' : ''}
           ORDER BY at DESC, id DESC LIMIT ${query.limit + 1}`,
          [
            ...scope.params,
            ...scope.params,
            ...(keys ? [Number(keys[0]), Number(keys[0]), String(keys[1])] : []),
          ],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.at, row.id],
          (row) => ({
            id: row.id,
            kind: row.kind,
            what: row.what,
            cause: row.cause ?? '',
            at: new Date(row.at).toISOString(),
            tries: row.tries,
          }),
        );
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/dead-letters/{id}/replay',
        permission: 'work.replay',
        summary: 'Try a dead letter again',
        params: z.object({ id: z.string().max(26) }),
        response: z.object({ replayed: z.boolean() }),
      },
      async ({ actor, params }) => {
        await requireDeadLetter(kit, actor, params.id);
        const isJob = await kit.db.transact(async (tx) => {
          const found = await replayJob(tx, params.id, kit.clock.business());
          if (found) {
            await recordChange(tx, actor, {
              id: kit.newId(),
              at: kit.clock.system(),
              action: 'dead-letter.replayed',
              targetKind: 'job',
              targetId: params.id,
            });
          }
          return found;
        });
        if (isJob) kit.work.ring();
        else if (!(await replayEvent(params.id))) throw new NotFound();
        return { replayed: true };
      },
    ),
  ];
}

/** A dead letter of an account the actor may not see is not there. */
async function requireDeadLetter(kit: Kit, actor: Actor, id: string): Promise<void> {
  const scope = accountScope(actor.accountIds);
  const found = await kit.db.read.all(
    `SELECT id FROM job WHERE id = ? AND state = 'dead'${scope.sql}
     UNION ALL SELECT eventId AS id FROM failed_event WHERE eventId = ?${scope.sql}`,
    [id, ...scope.params, id, ...scope.params],
  );
  if (found.length === 0) throw new NotFound();
}

function etaOf(row: ProgressRow): number | null {
  if (row.state !== 'running' || row.done === 0 || row.total <= row.done) return null;
  const perMs = row.done / Math.max(1, row.updatedAt - row.startedAt);
  return Math.round((row.total - row.done) / perMs / 1_000);
}
