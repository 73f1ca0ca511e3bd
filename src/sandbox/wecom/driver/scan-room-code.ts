import { notFound, Problem } from '../../driver/problem';
import type { World } from '../../world';
import type { Corp } from '../corps';
import { addRoom, membersOf, roomOf, type RoomRow } from '../rooms';
import { specOf, wayOf, type WayRow } from '../ways';
import { tellRoom } from './room-acts';

const MOST_ROOMS = 5;

/** A code by what it is called, or by the state it carries. */
export function roomCodeOrThrow(
  world: World,
  corp: Corp,
  wanted: { configId?: string | undefined; state?: string | undefined },
): WayRow {
  const { configId, state } = wanted;
  const byId = configId === undefined ? undefined : wayOf(world, configId);
  const way =
    byId ??
    world.store
      .sql<WayRow>(`SELECT * FROM wecom_way WHERE corpId = ? AND kind = 'room'`)
      .all(corp.corpId)
      .find((one) => specOf(one).state === state);
  return way?.kind === 'room' ? way : notFound('code');
}

/**
 * Inside a work: the first of the code's rooms that has a place. Are all full, WeCom makes another,
 * when the code says so, and puts it behind the code.
 */
export function roomForScan(
  world: World,
  corp: Corp,
  way: WayRow,
): { room: RoomRow; events: number[] } {
  const spec = specOf(way);
  const rooms = (spec.chat_id_list as string[])
    .map((roomId) => roomOf(world, roomId))
    .filter((room) => room !== undefined && room.dismissedAt === null) as RoomRow[];
  const open = rooms.find((room) => membersOf(world, room.roomId).length < corp.settings.roomSize);
  if (open) return { room: open, events: [] };
  const owner = rooms[0]?.owner;
  if (owner === undefined) return notFound('room');
  if (spec.auto_create_room !== 1) throw new Problem(409, 'room_full', 'all rooms are full');
  const number = Number(spec.room_base_id);
  const name = `${String(spec.room_base_name)}${number}`;
  const room = addRoom(world, { corpId: corp.corpId, name, owner }, world.clock.now());
  const next = {
    ...spec,
    room_base_id: number + 1,
    chat_id_list: [...(spec.chat_id_list as string[]), room.roomId].slice(-MOST_ROOMS),
  };
  world.store.sql('UPDATE wecom_way SET spec = ? WHERE seq = ?').run(JSON.stringify(next), way.seq);
  return { room, events: tellRoom(world, room, 'create', {}) };
}
