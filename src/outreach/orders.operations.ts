import { z } from 'zod';
import type { Scalar } from '../kernel/database';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { hurryJobs } from '../kernel/work';
import { decideUnknown } from './decide-unknown';
import { jobs, visibleOutreach, type OrderRow } from './outreach-kit';
import { DecideBody, OrderView, RecipientView, RemindBody, RemindedView } from './outreach.schema';
import { mayRemind, remindersToday, remindReps } from './remind-reps';
import { quoted, recipientStates, type RecipientState } from './states';

const byId = z.object({ id: z.string().max(26) });
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

type ShownOrder = OrderRow & {
  name: string | null;
  sent: number | string;
  failed: number | string;
};
type ShownRecipient = {
  identityId: string;
  personId: string;
  name: string | null;
  userId: string | null;
  rep: string | null;
  state: RecipientState;
  reason: string | null;
  sentAt: number | null;
  likedAt: number | null;
  commentedAt: number | null;
};

/** Rep by rep and customer by customer, and what can be done about those who have not confirmed. */
export function orderOperations(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/outreach/{id}/orders',
        permission: 'campaigns.read',
        summary: 'Who has confirmed and who has not, rep by rep',
        params: byId,
        query: pageQuery.extend({ state: z.enum(['open', 'confirmed', 'unknown']).optional() }),
        response: pageOf(OrderView),
      },
      async ({ actor, params: { id }, query }) => {
        await visibleOutreach(kit, actor, id);
        const parts: string[] = [];
        const values: Scalar[] = [id];
        if (query.state === 'open') parts.push(`o.state = 'ordered' AND o.confirmedAt IS NULL`);
        if (query.state === 'confirmed') parts.push(`o.confirmedAt IS NOT NULL`);
        if (query.state === 'unknown') parts.push(`o.state IN ('unknown', 'unclear')`);
        if (query.cursor) {
          const [userId = '', part = 0] = decodeCursor(query.cursor, ['string', 'number']);
          parts.push('(o.userId > ? OR (o.userId = ? AND o.part > ?))');
          values.push(userId, userId, part);
        }
        const rows = await kit.db.read.all<ShownOrder>(
          `SELECT o.*, s.name,
             (SELECT COUNT(*) FROM outreach_recipient r
               WHERE r.orderId = o.id AND r.state = 'sent') AS sent,
             (SELECT COUNT(*) FROM outreach_recipient r WHERE r.orderId = o.id
               AND r.state IN ('not-a-friend', 'capped', 'refused', 'undelivered')) AS failed
           FROM outreach_order o
           LEFT JOIN staff s ON s.accountId = o.accountId AND s.userId = o.userId
           WHERE o.outreachId = ?${parts.map((part) => ` AND ${part}`).join('')}
           ORDER BY o.userId, o.part LIMIT ${query.limit + 1}`,
          values,
        );
        const now = kit.clock.business();
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.userId, row.part],
          (row) => ({
            ...{ id: row.id, state: row.state, reason: row.reason, people: row.people },
            rep: { userId: row.userId, name: row.name ?? row.userId },
            ...{ sent: Number(row.sent), failed: Number(row.failed) },
            orderedAt: row.messageId === null ? null : iso(row.askedAt),
            confirmedAt: iso(row.confirmedAt),
            remindersToday: remindersToday(row, now),
            mayRemind: row.confirmedAt === null && mayRemind(row, now),
          }),
        );
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/outreach/{id}/recipients',
        permission: 'campaigns.read',
        summary: 'Whom a message is for, each with what became of it',
        params: byId,
        query: pageQuery.extend({
          state: z.enum(recipientStates).optional(),
          userId: z.string().max(64).optional(),
        }),
        response: pageOf(RecipientView),
      },
      async ({ actor, params: { id }, query }) => {
        await visibleOutreach(kit, actor, id);
        const [after = ''] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const rows = await kit.db.read.all<ShownRecipient>(
          `SELECT r.identityId, i.personId, COALESCE(p.displayName, c.name) AS name, r.userId,
             s.name AS rep, r.state, r.reason, r.sentAt, r.likedAt, r.commentedAt
           FROM outreach_recipient r JOIN identity i ON i.id = r.identityId
           LEFT JOIN person p ON p.id = i.personId
           LEFT JOIN contact_profile c ON c.identityId = r.identityId
           LEFT JOIN staff s ON s.accountId = r.accountId AND s.userId = r.userId
           WHERE r.outreachId = ? AND r.identityId > ?
             ${query.state ? 'AND r.state = ?' : ''} ${query.userId ? 'AND r.userId = ?' : ''}
           ORDER BY r.identityId LIMIT ${query.limit + 1}`,
          [
            ...[id, after, ...(query.state ? [query.state] : [])],
            ...(query.userId ? [query.userId] : []),
          ],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.identityId],
          ({ userId, rep, sentAt, likedAt, commentedAt, ...row }) => ({
            ...row,
            rep: userId === null ? null : { userId, name: rep ?? userId },
            ...{ sentAt: iso(sentAt), likedAt: iso(likedAt), commentedAt: iso(commentedAt) },
          }),
        );
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/outreach/{id}/remind',
        permission: 'campaigns.send',
        summary: 'Remind one rep, or all who have not confirmed; three times a day at most',
        params: byId,
        body: RemindBody,
        response: RemindedView,
      },
      ({ actor, params: { id }, body }) => remindReps(kit, actor, id, body.userId),
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/outreach/{id}/refresh',
        permission: 'campaigns.send',
        summary: 'Ask WeCom now who has confirmed, instead of at the next round',
        params: byId,
        response: z.object({ asked: z.number() }),
      },
      async ({ actor, params: { id } }) => {
        const { kind } = await visibleOutreach(kit, actor, id);
        // Likes come for days after a rep's part of a moment is done.
        const states = kind === 'moment' ? (['ordered', 'done'] as const) : (['ordered'] as const);
        const open = await kit.db.read.all<{ id: string; confirmedAt: number | null }>(
          `SELECT id, confirmedAt FROM outreach_order
           WHERE outreachId = ? AND state IN (${quoted(states)}) LIMIT 500`,
          [id],
        );
        const now = kit.clock.business();
        const keys = open.map((order) => order.id);
        const asked = await kit.db.transact(async (tx) => {
          if (kind === 'message') return hurryJobs(tx, jobs.poll, keys, now);
          const isAsked = (await hurryJobs(tx, jobs.pollMoment, [id], now)) > 0;
          const silent = open.filter(({ confirmedAt }) => confirmedAt === null).length;
          return (await hurryJobs(tx, jobs.readMoment, keys, now)) + (isAsked ? silent : 0);
        });
        kit.work.ring();
        return { asked };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/outreach/{id}/orders/{orderId}/decide',
        permission: 'campaigns.send',
        summary: 'An order whose answer got lost: look once more, order it, or leave it',
        params: byId.extend({ orderId: z.string().max(26) }),
        body: DecideBody,
        response: z.object({ ok: z.literal(true) }),
      },
      async ({ actor, params: { id, orderId }, body }) => {
        await decideUnknown(kit, actor, { id, orderId, choice: body.choice });
        return { ok: true as const };
      },
    ),
  ];
}
