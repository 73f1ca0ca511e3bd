import { z } from 'zod';
import { requireAccount } from '../kernel/access';
import { asBusiness } from '../kernel/clock';
import { marksFor } from '../kernel/database';
import { idsQuery, operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { iso, instant } from './views';

/** For the console: when reps were last in the sidebar. The latest session of each stays, expired, ended or not. */
export function lastSeenOperation(kit: Kit): Operation {
  return operation(
    {
      method: 'GET',
      path: '/api/v1/accounts/{id}/rep-sessions',
      permission: 'people.read',
      summary: 'When reps last came into the sidebar',
      params: z.object({ id: z.string().max(26) }),
      query: z.object({ userIds: idsQuery }),
      response: z.object({
        items: z.array(z.object({ userId: z.string(), signedInAt: instant, seenAt: instant })),
      }),
    },
    async ({ actor, params: { id }, query: { userIds } }) => {
      requireAccount(actor, id);
      const rows = await kit.db.read.all<{ userId: string; signedInAt: number; seenAt: number }>(
        `SELECT userId, MAX(createdAt) AS signedInAt, MAX(lastSeenAt) AS seenAt
         FROM sidebar_session WHERE accountId = ? AND userId IN (${marksFor(userIds)})
         GROUP BY userId`,
        [id, ...userIds],
      );
      const shown = (at: number) => iso(asBusiness(kit.clock, at));
      const items = rows.map(({ userId, signedInAt, seenAt }) => ({
        ...{ userId, signedInAt: shown(signedInAt), seenAt: shown(seenAt) },
      }));
      return { items };
    },
  );
}
