import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { requireAccount } from '../kernel/access';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';

/** How long what WeChat told is kept after people left, and for how many it has gone. */
export function retentionOperation(kit: Kit, book: AccountBook): Operation {
  return operation(
    {
      method: 'GET',
      path: '/api/v1/accounts/{id}/retention',
      permission: 'accounts.read',
      summary: 'Whose profile was deleted because they left long ago: how many, and when last',
      params: z.object({ id: z.string().max(26) }),
      response: z.object({
        days: z.number(),
        people: z.number(),
        lastAt: z.string().nullable(),
      }),
    },
    async ({ actor, params }) => {
      requireAccount(actor, params.id);
      const { id } = book.getOrThrow(params.id);
      const [row] = await kit.db.read.all<{ people: number; lastAt: number | null }>(
        `SELECT COUNT(*) AS people, MAX(at) AS lastAt FROM cleared_profile
         WHERE accountId = ? AND hadAny = 1`,
        [id],
      );
      return {
        days: kit.settings.retentionUnfollowedDays,
        people: row?.people ?? 0,
        lastAt: row?.lastAt ? new Date(row.lastAt).toISOString() : null,
      };
    },
  );
}
