import { z } from 'zod';
import type { Actor } from '../../kernel/access';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { roomHandoverStates, type RoomHandoverState } from './handover.entity';

type Row = {
  room: string;
  name: string;
  customers: number;
  state: RoomHandoverState;
  reason: string | null;
  changedAt: number;
};

/** `see` throws for whoever may not see the hand-over. */
export function roomsOperation(
  kit: Kit,
  see: (actor: Actor, id: string) => Promise<unknown>,
): Operation {
  return operation(
    {
      method: 'GET',
      path: '/api/v1/handovers/{id}/rooms',
      permission: 'people.read',
      summary: 'Rooms of a hand-over, each with how it stands',
      params: z.object({ id: z.string().max(26) }),
      query: pageQuery,
      response: pageOf(
        z.object({
          id: z.string(),
          name: z.string(),
          customers: z.number(),
          state: z.enum(roomHandoverStates),
          /** Our word for WeCom's reason. */
          reason: z.string().nullable(),
          changedAt: z.string(),
        }),
      ),
    },
    async ({ actor, params: { id }, query }) => {
      await see(actor, id);
      const [after = ''] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
      const rows = await kit.db.read.all<Row>(
        `SELECT h.room, h.state, h.reason, h.changedAt, r.name, r.customers FROM handover_room h
         JOIN room r ON r.id = h.room WHERE h.handoverId = ? AND h.room > ?
         ORDER BY h.room LIMIT ${query.limit + 1}`,
        [id, after],
      );
      return pageFrom(
        rows,
        query.limit,
        (row) => [row.room],
        ({ room, changedAt, ...row }) => ({
          ...{ id: room, ...row, changedAt: new Date(changedAt).toISOString() },
        }),
      );
    },
  );
}
