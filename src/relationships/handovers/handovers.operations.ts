import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { recordChange, requireAccount, type Actor } from '../../kernel/access';
import { marksFor, type Scalar } from '../../kernel/database';
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
import {
  handoverStates,
  roomHandoverStates,
  type Handover,
  type HandoverItem,
} from './handover.entity';
import { roomsOperation } from './rooms-of-handover.operations';
import { orderHandover } from './order-handover';

const byId = z.object({ id: z.string().max(26) });
const way = z.enum(['on-job', 'resigned']);
const Rep = z.object({ userId: z.string(), name: z.string() });
const states = z.enum(handoverStates);

const HandoverView = z.object({
  id: z.string(),
  accountId: z.string(),
  way,
  from: Rep,
  to: Rep,
  message: z.string().nullable(),
  orderedBy: z.string(),
  orderedAt: z.string(),
  endedAt: z.string().nullable(),
  total: z.number(),
  counts: z.record(states, z.number()),
  /** Rooms whose owner changes with it, by how they stand. */
  rooms: z.record(z.enum(roomHandoverStates), z.number()),
});

const ItemView = z.object({
  identityId: z.string(),
  personId: z.string(),
  name: z.string().nullable(),
  state: states,
  /** Our word for WeCom's reason. */
  reason: z.string().nullable(),
  settlesAt: z.string().nullable(),
  changedAt: z.string(),
});

type Row = Handover & { fromName: string | null; toName: string | null };
type ItemRow = HandoverItem & { personId: string; name: string | null };

export function handoverOperations(kit: Kit, book: AccountBook): Operation[] {
  const read = (where: string, tail: string, params: readonly Scalar[]) =>
    kit.db.read.all<Row>(
      `SELECT h.*, f.name AS fromName, t.name AS toName FROM handover h
       LEFT JOIN staff f ON f.accountId = h.accountId AND f.userId = h.fromUserId
       LEFT JOIN staff t ON t.accountId = h.accountId AND t.userId = h.toUserId
       WHERE ${where} ${tail}`,
      params,
    );
  const show = async (rows: readonly Row[]) => {
    const ids = rows.map(({ id }) => id);
    const counts =
      ids.length === 0
        ? []
        : await kit.db.read.all<{ handoverId: string; state: string; n: number }>(
            `SELECT handoverId, state, COUNT(*) AS n FROM handover_item
             WHERE handoverId IN (${marksFor(ids)}) GROUP BY handoverId, state`,
            ids,
          );
    const rooms =
      ids.length === 0
        ? []
        : await kit.db.read.all<{ handoverId: string; state: string; n: number }>(
            `SELECT handoverId, state, COUNT(*) AS n FROM handover_room
             WHERE handoverId IN (${marksFor(ids)}) GROUP BY handoverId, state`,
            ids,
          );
    return rows.map((row) => {
      const countRooms = (state: string) =>
        rooms.find((one) => one.handoverId === row.id && one.state === state)?.n ?? 0;
      const own = counts.filter(({ handoverId }) => handoverId === row.id);
      const count = (state: string) => own.find((one) => one.state === state)?.n ?? 0;
      return {
        ...{ id: row.id, accountId: row.accountId, way: row.way, message: row.message },
        from: { userId: row.fromUserId, name: row.fromName ?? row.fromUserId },
        to: { userId: row.toUserId, name: row.toName ?? row.toUserId },
        ...{ orderedBy: row.orderedBy, orderedAt: iso(row.orderedAt) },
        endedAt: row.endedAt === null ? null : iso(row.endedAt),
        total: own.reduce((sum, { n }) => sum + n, 0),
        counts: Object.fromEntries(handoverStates.map((state) => [state, count(state)])) as Record<
          (typeof handoverStates)[number],
          number
        >,
        rooms: Object.fromEntries(
          roomHandoverStates.map((state) => [state, countRooms(state)]),
        ) as Record<(typeof roomHandoverStates)[number], number>,
      };
    });
  };
  const one = async (actor: Actor, id: string) => {
    const [row] = await read('h.id = ?', '', [id]);
    if (!row) throw new NotFound();
    requireAccount(actor, row.accountId);
    const [shown] = await show([row]);
    if (!shown) throw new NotFound();
    return shown;
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/handovers',
        permission: 'people.read',
        summary: 'Customers handed from rep to rep, the latest order first',
        query: pageQuery.extend({ accountId: z.string().max(26).optional() }),
        response: pageOf(HandoverView),
      },
      async ({ actor, query }) => {
        const parts = ['1 = 1'];
        const params: Scalar[] = [];
        if (actor.accountIds !== 'all') {
          parts.push(
            actor.accountIds.length === 0
              ? '1 = 0'
              : `h.accountId IN (${marksFor(actor.accountIds)})`,
          );
          params.push(...actor.accountIds);
        }
        if (query.accountId) {
          parts.push('h.accountId = ?');
          params.push(query.accountId);
        }
        if (query.cursor) {
          const [orderedAt, id] = decodeCursor(query.cursor, ['number', 'string']);
          parts.push('(h.orderedAt < ? OR (h.orderedAt = ? AND h.id < ?))');
          params.push(Number(orderedAt), Number(orderedAt), String(id));
        }
        const tail = `ORDER BY h.orderedAt DESC, h.id DESC LIMIT ${query.limit + 1}`;
        const rows = await read(parts.join(' AND '), tail, params);
        const { nextCursor } = pageFrom(
          rows,
          query.limit,
          (row) => [row.orderedAt, row.id],
          (row) => row,
        );
        return { items: await show(rows.slice(0, query.limit)), nextCursor };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/handovers',
        permission: 'people.edit',
        summary: 'Hand customers of one rep to another: on the job, or after the giver has left',
        body: z.strictObject({
          accountId: z.string().max(26),
          way,
          fromUserId: z.string().min(1).max(64),
          toUserId: z.string().min(1).max(64),
          /** Said to the customer, on the job only. */
          message: z.string().trim().min(1).max(200).nullable().default(null),
          /** Left out or null: all their friends; an empty list: none, only rooms. */
          identityIds: z.array(z.string().max(26)).max(1_000).nullable().default(null),
          /** The rooms they own too. */
          withRooms: z.boolean().default(false),
        }),
        response: HandoverView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAccount(actor, body.accountId);
        book.weComOrThrow(body.accountId);
        const id = await kit.db.transact(async (tx) => {
          const made = await orderHandover(kit, tx, {
            ...{ ...body, orderedBy: actor.name.slice(0, 64) },
            message: body.way === 'on-job' ? body.message : null,
          });
          await recordChange(tx, actor, {
            ...{ id: kit.newId(), at: kit.clock.system(), action: 'handover.ordered' },
            ...{ targetKind: 'handover', targetId: made, after: body },
          });
          return made;
        });
        kit.work.ring();
        return one(actor, id);
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/handovers/{id}',
        permission: 'people.read',
        summary: 'One hand-over with how many stand where',
        params: byId,
        response: HandoverView,
      },
      ({ actor, params: { id } }) => one(actor, id),
    ),
    roomsOperation(kit, one),
    operation(
      {
        method: 'GET',
        path: '/api/v1/handovers/{id}/items',
        permission: 'people.read',
        summary: 'Whom a hand-over is about, each with how it stands',
        params: byId,
        query: pageQuery.extend({ state: states.optional() }),
        response: pageOf(ItemView),
      },
      async ({ actor, params: { id }, query }) => {
        await one(actor, id);
        const [after = ''] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
        const rows = await kit.db.read.all<ItemRow>(
          `SELECT h.*, i.personId, c.name FROM handover_item h
           JOIN identity i ON i.id = h.identityId
           LEFT JOIN contact_profile c ON c.identityId = h.identityId
           WHERE h.handoverId = ? AND h.identityId > ?${query.state ? ' AND h.state = ?' : ''}
           ORDER BY h.identityId LIMIT ${query.limit + 1}`,
          [id, after, ...(query.state ? [query.state] : [])],
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.identityId],
          ({ identityId, personId, name, state, reason, settlesAt, changedAt }) => ({
            ...{ identityId, personId, name, state, reason },
            settlesAt: settlesAt === null ? null : iso(settlesAt),
            changedAt: iso(changedAt),
          }),
        );
      },
    ),
  ];
}

const iso = (at: number) => new Date(at).toISOString();
