import { z } from 'zod';
import type { AccountBook } from '../../accounts';
import { recordChange, refuseIfChanged, requireAccount, type Actor } from '../../kernel/access';
import { marksFor, type Tx } from '../../kernel/database';
import { InvalidInput, NotFound } from '../../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { presentRoomCodes, roomCodeStatistics } from './present-room-codes';
import { roomCodeById, type StoredRoomCode } from './read-room-code';
import { RoomCodeForm, RoomCodePatch, RoomCodeStatistics, RoomCodeView } from './room-code.schema';
import { addRoomCode, changeRoomCode, removeRoomCode } from './save-room-code';

const path = '/api/v1/room-codes';
const one = `${path}/{id}`;
const params = z.object({ id: z.string().max(26) });

/** Codes that bring people into rooms: which rooms, what happens when they are full, and who came. */
export function roomCodeOperations(kit: Kit, book: AccountBook): Operation[] {
  const find = async (actor: Actor, id: string): Promise<StoredRoomCode> => {
    const code = await roomCodeById(kit.db.read, id);
    if (!code || code.removedAt !== null) throw new NotFound();
    requireAccount(actor, code.accountId);
    return code;
  };
  const shown = async (id: string) => {
    const code = await roomCodeById(kit.db.read, id);
    const [view] = code ? await presentRoomCodes(kit.db, [code]) : [];
    if (!view) throw new NotFound();
    return view;
  };
  const audit = (tx: Tx, actor: Actor, action: string, id: string, values: object) =>
    recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action },
      ...{ targetKind: 'room-code', targetId: id, ...values },
    });

  return [
    operation(
      {
        method: 'GET',
        path,
        permission: 'people.read',
        summary: 'Codes that bring people into rooms, newest first',
        query: pageQuery.extend({ accountId: z.string().max(26).optional() }),
        response: pageOf(RoomCodeView),
      },
      async ({ actor, query }) => {
        const { accountId, limit, cursor } = query;
        if (accountId !== undefined) requireAccount(actor, accountId);
        const ids = accountId === undefined ? actor.accountIds : [accountId];
        if (ids !== 'all' && ids.length === 0) return { items: [], nextCursor: null };
        const [before = '~'] = cursor ? decodeCursor(cursor, ['string']) : [];
        const rows = await kit.db.read.all<StoredRoomCode>(
          `SELECT * FROM room_code WHERE removedAt IS NULL AND id < ?
           ${ids === 'all' ? '' : `AND accountId IN (${marksFor(ids)})`}
           ORDER BY id DESC LIMIT ${limit + 1}`,
          [before, ...(ids === 'all' ? [] : ids)],
        );
        const page = pageFrom(
          rows,
          limit,
          (row) => [row.id],
          (row) => row,
        );
        return { ...page, items: await presentRoomCodes(kit.db, page.items) };
      },
    ),
    operation(
      {
        method: 'POST',
        path,
        permission: 'people.edit',
        summary: 'Make a code for up to five rooms; WeCom is asked for it at once',
        body: RoomCodeForm,
        response: RoomCodeView,
        status: 201,
      },
      async ({ actor, body }) => {
        requireAccount(actor, body.accountId);
        book.weComOrThrow(body.accountId);
        const roomIds = await platformIds(kit, body.accountId, body.roomIds);
        const id = await kit.db.transact(async (tx) => {
          const made = await addRoomCode(kit, tx, body, roomIds);
          await audit(tx, actor, 'room-code.created', made, { after: body });
          return made;
        });
        kit.work.ring();
        return shown(id);
      },
    ),
    operation(
      {
        method: 'GET',
        path: one,
        permission: 'people.read',
        summary: 'One code for rooms',
        params,
        response: RoomCodeView,
      },
      async ({ actor, params: { id } }) => {
        await find(actor, id);
        return shown(id);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: one,
        permission: 'people.edit',
        summary: 'Change the rooms behind a code; the picture stays',
        params,
        body: RoomCodePatch,
        response: RoomCodeView,
      },
      async ({ actor, params: { id }, body: { version: seen, ...body } }) => {
        const code = await find(actor, id);
        const roomIds = await platformIds(kit, code.accountId, body.roomIds);
        const [before] = await presentRoomCodes(kit.db, [code]);
        await kit.db.transact(async (tx) => {
          const place = { table: 'room_code', targetKind: 'room-code', id };
          await refuseIfChanged(tx, place, seen);
          await changeRoomCode(kit, tx, code, body, roomIds);
          await audit(tx, actor, 'room-code.changed', id, { before, after: body });
        });
        kit.work.ring();
        return shown(id);
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/remove`,
        permission: 'people.edit',
        summary: 'Take a code for rooms away for good: printed pictures of it stop working',
        params,
        response: z.object({ removed: z.literal(true) }),
      },
      async ({ actor, params: { id } }) => {
        const code = await find(actor, id);
        await kit.db.transact(async (tx) => {
          await removeRoomCode(kit, tx, code);
          await audit(tx, actor, 'room-code.removed', id, { before: { name: code.name } });
        });
        kit.work.ring();
        return { removed: true as const };
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${one}/statistics`,
        permission: 'people.read',
        summary: 'Who came into rooms by a code and who left again, day by day',
        params,
        query: z.object({ days: z.coerce.number().int().min(1).max(90).default(30) }),
        response: RoomCodeStatistics,
      },
      async ({ actor, params: { id }, query: { days } }) => {
        const code = await find(actor, id);
        const place = { now: kit.clock.business(), zone: kit.settings.orgZone, days };
        return roomCodeStatistics(kit.db, code, place);
      },
    ),
  ];
}

/** What WeCom calls these rooms of the corp, in the order they were named. */
async function platformIds(
  kit: Pick<Kit, 'db'>,
  accountId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rooms = await kit.db.read.all<{ id: string; roomId: string }>(
    `SELECT id, roomId FROM room
     WHERE accountId = ? AND state <> 'dismissed' AND id IN (${marksFor(ids)})`,
    [accountId, ...ids],
  );
  return ids.map((id) => {
    const known = rooms.find((room) => room.id === id);
    if (known) return known.roomId;
    throw new InvalidInput('input_invalid', {
      errors: [{ path: 'roomIds', code: 'room_unknown' }],
    });
  });
}
