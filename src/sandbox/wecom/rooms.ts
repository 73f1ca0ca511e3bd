import { randomHex, randomText } from '../random';
import type { World } from '../world';
import type { Call } from './endpoint';
import { isInRange } from './corps';
import { refuse } from './refusal';

export interface RoomRow {
  seq: number;
  roomId: string;
  corpId: string;
  name: string;
  owner: string;
  notice: string;
  version: string;
  /** 0 normal, 1 the owner left, 2 being handed over, 3 handed over. */
  state: number;
  admins: string;
  createdAt: number;
  dismissedAt: number | null;
}

export interface RoomMemberRow {
  roomId: string;
  memberId: string;
  /** 1 staff, 2 outside. */
  kind: number;
  joinedAt: number;
  /** 1 invited, 2 by an invite link, 3 by a code. */
  joinedBy: number;
  invitedBy: string | null;
  state: string | null;
}

export function roomOf(world: World, roomId: string): RoomRow | undefined {
  return world.store.sql<RoomRow>('SELECT * FROM wecom_room WHERE roomId = ?').get(roomId);
}

export function membersOf(world: World, roomId: string): RoomMemberRow[] {
  return world.store
    .sql<RoomMemberRow>(
      'SELECT * FROM wecom_room_member WHERE roomId = ? ORDER BY joinedAt, memberId',
    )
    .all(roomId);
}

/** A living room of the corp whose owner the app can see. */
export function roomInCall(call: Call, world: World, roomId: string): RoomRow {
  const room = roomOf(world, roomId);
  if (room?.corpId !== call.corp.corpId) return refuse(90501);
  if (room.dismissedAt !== null) refuse(49008);
  return isInRange(call.agent, room.owner) ? room : refuse(60011);
}

/** Inside a work. */
export function addRoom(
  world: World,
  wanted: { corpId: string; name: string; owner: string },
  now: number,
): RoomRow {
  const roomId = `wr${randomText(30)}`;
  world.store
    .sql(
      'INSERT INTO wecom_room (roomId, corpId, name, owner, version, createdAt) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(roomId, wanted.corpId, wanted.name, wanted.owner, randomHex(16), now);
  addMember(world, { roomId, memberId: wanted.owner, kind: 1, joinedBy: 1 }, now);
  const room = roomOf(world, roomId);
  if (!room) throw new Error('the room was not written');
  return room;
}

/** Inside a work. */
export function addMember(
  world: World,
  member: Pick<RoomMemberRow, 'roomId' | 'memberId' | 'kind' | 'joinedBy'> &
    Partial<Pick<RoomMemberRow, 'invitedBy' | 'state'>>,
  now: number,
): void {
  world.store
    .sql(
      'INSERT OR REPLACE INTO wecom_room_member (roomId, memberId, kind, joinedAt, joinedBy, invitedBy, state) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      ...[member.roomId, member.memberId, member.kind, now, member.joinedBy],
      ...[member.invitedBy ?? null, member.state ?? null],
    );
}

/** Inside a work: the member list has a new version; both are told. */
export function turnVersion(world: World, room: RoomRow): { before: string; after: string } {
  const after = randomHex(16);
  world.store.sql('UPDATE wecom_room SET version = ? WHERE roomId = ?').run(after, room.roomId);
  return { before: room.version, after };
}
