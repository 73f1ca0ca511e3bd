import { z } from 'zod';
import { requireAllAccounts } from '../kernel/access';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { namesOfTargets, targetKey } from './audit-targets';

type Row = {
  id: string;
  at: number;
  actorKind: string;
  actorName: string;
  action: string;
  targetKind: string;
  targetId: string;
  valueBefore: string | null;
  valueAfter: string | null;
};

const EntryView = z.object({
  id: z.string(),
  at: z.string(),
  actor: z.object({ kind: z.string(), name: z.string() }),
  action: z.string(),
  /** `name` is what it is called now; null once it is gone. */
  target: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

export function auditOperations(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/audit-log',
        permission: 'audit.read',
        summary: 'Who changed what, newest first',
        query: pageQuery.extend({ targetId: z.string().max(64).optional() }),
        response: pageOf(EntryView),
      },
      async ({ actor, query, locale }) => {
        requireAllAccounts(actor);
        const keys = query.cursor ? decodeCursor(query.cursor, ['number', 'string']) : undefined;
        const rows = await kit.db.read.all<Row>(
          `SELECT * FROM audit_entry WHERE 1 = 1
           ${query.targetId ? 'AND targetId = ?' : ''}
           ${keys ? 'AND (at < ? OR (at = ? AND id < ?))' : ''}
           ORDER BY at DESC, id DESC LIMIT ${query.limit + 1}`,
          [
            ...(query.targetId ? [query.targetId] : []),
            ...(keys ? [Number(keys[0]), Number(keys[0]), String(keys[1])] : []),
          ],
        );
        const names = await namesOfTargets(kit.db, rows, locale);
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.at, row.id],
          (row) => ({
            id: row.id,
            at: new Date(row.at).toISOString(),
            actor: { kind: row.actorKind, name: row.actorName },
            action: row.action,
            target: {
              kind: row.targetKind,
              id: row.targetId,
              name: names.get(targetKey(row)) ?? null,
            },
            before: row.valueBefore,
            after: row.valueAfter,
          }),
        );
      },
    ),
  ];
}
