import { z } from 'zod';
import { requireAccount } from '../kernel/access';
import { marksFor } from '../kernel/database';
import { idsQuery, operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';

const month = 30 * 86_400_000;

const Work = z.object({
  userId: z.string(),
  tasks: z.object({ open: z.number(), late: z.number() }),
  /** In the last 30 days: what was sent from the sidebar, and how many of those were opened. */
  sends: z.number(),
  opened: z.number(),
});

type Sum = number | string;

/** What named reps have to do, and what they sent: for a page of them. */
export function repWorkOperation(kit: Kit): Operation {
  return operation(
    {
      method: 'GET',
      path: '/api/v1/accounts/{id}/rep-work',
      permission: 'people.read',
      summary: 'Tasks of reps, and what they sent in 30 days',
      params: z.object({ id: z.string().max(26) }),
      query: z.object({ userIds: idsQuery }),
      response: z.object({ items: z.array(Work) }),
    },
    async ({ actor, params: { id }, query: { userIds } }) => {
      requireAccount(actor, id);
      const now = kit.clock.business();
      const theirs = `accountId = ? AND userId IN (${marksFor(userIds)})`;
      const [tasks, sends] = await Promise.all([
        kit.db.longRead<{ userId: string; open: Sum; late: Sum }>(
          `SELECT userId, COUNT(*) AS open, SUM(CASE WHEN dueAt <= ? THEN 1 ELSE 0 END) AS late
           FROM sales_task WHERE ${theirs} AND state = 'open' GROUP BY userId`,
          [now, id, ...userIds],
        ),
        kit.db.longRead<{ userId: string; sends: Sum; opened: Sum }>(
          `SELECT userId, COUNT(*) AS sends, SUM(CASE WHEN openCount > 0 THEN 1 ELSE 0 END) AS opened
           FROM sales_send WHERE ${theirs} AND state = 'sent' AND sentAt >= ? GROUP BY userId`,
          [id, ...userIds, now - month],
        ),
      ]);
      const items = userIds.map((userId) => {
        const task = tasks.find((one) => one.userId === userId);
        const sent = sends.find((one) => one.userId === userId);
        return {
          userId,
          tasks: { open: Number(task?.open ?? 0), late: Number(task?.late ?? 0) },
          ...{ sends: Number(sent?.sends ?? 0), opened: Number(sent?.opened ?? 0) },
        };
      });
      return { items };
    },
  );
}
