import { z } from 'zod';
import { recordChange } from '../kernel/access';
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
      async ({ query, locale }) => {
        const rows = await kit.db.read.all<ProgressRow>(
          `SELECT * FROM progress ${query.open === '1' ? `WHERE state = 'running'` : ''}
           ORDER BY startedAt DESC LIMIT ${query.limit}`,
        );
        return {
          items: rows.map((row) => ({
            id: row.id,
            kind: row.kind,
            title: text(locale, row.titleCode, JSON.parse(row.params) as Record<string, unknown>),
            done: row.done,
            total: row.total,
            state: row.state,
            startedAt: new Date(row.startedAt).toISOString(),
            updatedAt: new Date(row.updatedAt).toISOString(),
            etaSeconds: etaOf(row),
          })),
          nextCursor: null,
        };
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
      async ({ query }) => {
        const keys = query.cursor ? decodeCursor(query.cursor, ['number', 'string']) : undefined;
        const rows = await kit.db.read.all<DeadRow>(
          `SELECT * FROM (
             SELECT id, kind, 'job' AS what, lastError AS cause, createdAt AS at, tries FROM job WHERE state = 'dead'
             UNION ALL
             SELECT id, kind, 'event' AS what, failure AS cause, failedAt AS at, tries FROM inbound_event
             WHERE failedAt IS NOT NULL) AS dead
           ${keys ? 'WHERE at < ? OR (at = ? AND id < ?)' : ''}
           ORDER BY at DESC, id DESC LIMIT ${query.limit + 1}`,
          keys ? [Number(keys[0]), Number(keys[0]), String(keys[1])] : [],
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

function etaOf(row: ProgressRow): number | null {
  if (row.state !== 'running' || row.done === 0 || row.total <= row.done) return null;
  const perMs = row.done / Math.max(1, row.updatedAt - row.startedAt);
  return Math.round((row.total - row.done) / perMs / 1_000);
}
