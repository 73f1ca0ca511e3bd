import { DateTime } from 'luxon';
import { z } from 'zod';
import { marksFor } from '../kernel/database';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Reviewed, ReviewParts } from './reviewed';
import { contentIn, type VersionRow } from './version.queries';
import { scopeOf } from './waiting';

const DeletedView = z.object({
  id: z.string().describe('As in the paths of its kind, where `restore` brings it back'),
  title: z.string(),
  account: z.string().nullable().describe('Null: every account'),
  deletedAt: z.string(),
  deletedBy: z.string(),
});

type DeletedRow = VersionRow & { readonly deletedAt: number | string };

/** What was deleted and can be had back, with all it has been. */
export function deletedOperations(kit: Kit, parts: ReviewParts): Operation[] {
  const { kinds } = parts;
  const stored = new Map(kinds.flatMap((one) => (one.stored ? [[one.kind, one.stored]] : [])));
  const deletersOf = async ({ named }: Stored, ids: readonly string[]) => {
    if (ids.length === 0) return new Map<string, string>();
    const entries = await kit.db.read.all<{ targetId: string; actorName: string }>(
      `SELECT targetId, actorName FROM audit_entry
       WHERE targetKind = ? AND action = ? AND targetId IN (${marksFor(ids)}) ORDER BY at, id`,
      [named, `${named}.deleted`, ...ids],
    );
    return new Map(entries.map(({ targetId, actorName }) => [targetId, actorName]));
  };
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/reviews/deleted',
        permission: 'replies.read',
        summary: 'Rules or questions that were deleted and can be brought back, the last one first',
        query: pageQuery.extend({ kind: z.enum(['rule', 'faq']) }),
        response: pageOf(DeletedView),
      },
      async ({ actor, query: { kind, limit, cursor } }) => {
        const where = stored.get(kind);
        const shown = kinds.find((one) => one.kind === kind);
        if (!where || !shown) return { items: [], nextCursor: null };
        const scope = scopeOf(actor);
        const [at = 0, id = ''] = cursor ? decodeCursor(cursor, ['number', 'string']) : [];
        const rows = await kit.db.read.all<DeletedRow>(
          `SELECT v.*, d.deletedAt FROM (
             SELECT targetId, MAX(at) AS deletedAt FROM audit_entry
             WHERE targetKind = ? AND action = ? GROUP BY targetId
           ) d JOIN answer_version v ON v.kind = ? AND v.targetId = d.targetId
           WHERE v.version = (
             SELECT MAX(w.version) FROM answer_version w WHERE w.kind = v.kind AND w.targetId = v.targetId
           ) AND NOT EXISTS (SELECT 1 FROM ${where.table} t WHERE t.id = v.targetId)${scope.sql}
           ${cursor ? 'AND (d.deletedAt < ? OR (d.deletedAt = ? AND v.id < ?))' : ''}
           ORDER BY d.deletedAt DESC, v.id DESC LIMIT ${limit + 1}`,
          [
            where.named,
            `${where.named}.deleted`,
            kind,
            ...scope.params,
            ...(cursor ? [at, at, id] : []),
          ],
        );
        const page = pageFrom(
          rows,
          limit,
          (row) => [Number(row.deletedAt), row.id],
          (row) => row,
        );
        const deleters = await deletersOf(
          where,
          page.items.map(({ targetId }) => targetId),
        );
        const items = page.items.map((row) => ({
          id: shown.idOf(row.targetId),
          title: shown.titleOf(contentIn(row)),
          account: row.accountId === null ? null : (parts.accountName(row.accountId) ?? ''),
          deletedAt: DateTime.fromMillis(Number(row.deletedAt)).toUTC().toISO() ?? '',
          deletedBy: deleters.get(row.targetId) ?? '',
        }));
        return { ...page, items };
      },
    ),
  ];
}

type Stored = NonNullable<Reviewed['stored']>;
