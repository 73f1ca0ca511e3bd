import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { requireAccount } from '../../kernel/access';
import type { Scalar } from '../../kernel/database';
import { NotFound } from '../../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { codesBehind, readReps, type CodeOfRep, type RepRow } from './reps.queries';

const days = 30;
const month = days * 86_400_000;
const sorts = ['friends', 'added', 'lost', 'returned', 'name'] as const;

const facts = {
  id: z.string(),
  accountId: z.string(),
  userId: z.string(),
  name: z.string(),
  position: z.string().nullable(),
  /** `quit` and `unknown` have left, or are out of the app's sight. */
  status: z.string(),
  friends: z.number(),
  /** In the last 30 days: first added and not handed over, deleted by the customer, deleted by the rep, come back. */
  added: z.number(),
  lost: z.number(),
  dropped: z.number(),
  returned: z.number(),
  /** Rooms they own. */
  rooms: z.number(),
};
const RepView = z.object({
  ...facts,
  /** Codes and links they stand behind now. */
  codes: z.number(),
});
const RepDetail = z.object({
  ...facts,
  codes: z.array(z.object({ id: z.string(), name: z.string(), kind: z.string() })),
});

/** Every member of a corp, with what their friendships come to. */
export function repOperations(kit: Kit, book: AccountBook): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/accounts/{id}/reps',
        permission: 'people.read',
        summary: 'Reps of a corp with their friends, what they won and lost in 30 days, and rooms',
        params: z.object({ id: z.string().max(26) }),
        query: pageQuery.extend({
          q: z.string().trim().min(1).max(64).optional(),
          state: z.enum(['here', 'left']).optional(),
          sort: z.enum(sorts).default('friends'),
        }),
        response: pageOf(RepView),
      },
      async ({ actor, params: { id }, query: { q, state, sort, cursor, limit } }) => {
        requireAccount(actor, id);
        book.getOrThrow(id);
        const isByName = sort === 'name';
        const where: string[] = [];
        const values: Scalar[] = [];
        if (state) where.push(`x.status ${state === 'left' ? '' : 'NOT '}IN ('quit', 'unknown')`);
        if (q) {
          where.push(`(x.name LIKE ? ESCAPE '!' OR x.userId = ?)`);
          values.push(`%${q.replace(/[!%_]/g, (mark) => `!${mark}`)}%`, q);
        }
        if (cursor) {
          const [last = '', userId = ''] = decodeCursor(cursor, [
            isByName ? 'string' : 'number',
            'string',
          ]);
          where.push(`(x.${sort} ${isByName ? '>' : '<'} ? OR (x.${sort} = ? AND x.userId > ?))`);
          values.push(last, last, userId);
        }
        const rows = await readReps(kit, {
          ...{ accountId: id, since: kit.clock.business() - month, values, limit: limit + 1 },
          where: where.join(' AND ') || '1 = 1',
          order: `x.${sort}${isByName ? '' : ' DESC'}, x.userId`,
        });
        const codes = await codesBehind(kit, id);
        return pageFrom(
          rows,
          limit,
          (row) => [row[sort], row.userId],
          (row) => ({ ...row, codes: codesOf(codes, row).length }),
        );
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/reps/{id}',
        permission: 'people.read',
        summary: 'One rep with the codes they stand behind',
        params: z.object({ id: z.string().max(26) }),
        response: RepDetail,
      },
      async ({ actor, params: { id } }) => {
        const [found] = await kit.db.read.all<{ accountId: string }>(
          `SELECT accountId FROM staff WHERE id = ?`,
          [id],
        );
        if (!found) throw new NotFound();
        requireAccount(actor, found.accountId);
        const [row] = await readReps(kit, {
          ...{ accountId: found.accountId, since: kit.clock.business() - month },
          ...{ where: 'x.id = ?', values: [id] },
        });
        if (!row) throw new NotFound();
        return { ...row, codes: codesOf(await codesBehind(kit, row.accountId), row) };
      },
    ),
  ];
}

const codesOf = (codes: Map<string, CodeOfRep[]>, { userId }: RepRow): CodeOfRep[] =>
  codes.get(userId) ?? [];
