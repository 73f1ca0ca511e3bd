import { z } from 'zod';
import { notFound, Problem } from '../../driver/problem';
import type { Writable } from '../../wire/xml';
import type { World } from '../../world';
import type { Corp } from '../corps';
import { tell } from '../events';
import { putMessage } from '../messages';
import { addMember, membersOf, turnVersion, type RoomMemberRow, type RoomRow } from '../rooms';
import type { Acted } from './act';
import { parsed } from './parsed';
import { staffOrThrow } from './find';

type Act = (world: World, corp: Corp, room: RoomRow, body: unknown) => Acted;

const naming = z.object({ name: z.string().min(1).max(40) });
const noticing = z.object({ notice: z.string().max(2_000) });
const owning = z.object({ userId: z.string().min(1) });
const removing = z.object({ memberId: z.string().min(1) });
const speaking = z.object({ memberId: z.string().min(1), text: z.string().min(1) });

/** What happens in a room by hand. Every act runs inside a work. */
export const roomActs: Record<string, Act> = {
  rename: (world, _corp, room, body) => {
    set(world, room, 'name', parsed(naming, body).name);
    return { events: tellOfRoom(world, room, 'change_name') };
  },
  notice: (world, _corp, room, body) => {
    set(world, room, 'notice', parsed(noticing, body).notice);
    return { events: tellOfRoom(world, room, 'change_notice') };
  },
  'change-owner': (world, corp, room, body) => {
    const { userId } = staffOrThrow(world, corp.corpId, parsed(owning, body).userId);
    set(world, room, 'owner', userId);
    if (!membersOf(world, room.roomId).some((member) => member.memberId === userId))
      addMember(
        world,
        { roomId: room.roomId, memberId: userId, kind: 1, joinedBy: 1 },
        world.clock.now(),
      );
    return { events: tellOfRoom(world, { ...room, owner: userId }, 'change_owner') };
  },
  invite: (world, corp, room, body) => {
    const { userId } = staffOrThrow(world, corp.corpId, parsed(owning, body).userId);
    return joinRoom(world, corp, room, {
      memberId: userId,
      kind: 1,
      joinedBy: 1,
      invitedBy: room.owner,
    });
  },
  remove: (world, _corp, room, body) => leaveRoom(world, room, parsed(removing, body).memberId, 1),
  say: (world, _corp, room, body) => {
    const { memberId, text } = parsed(speaking, body);
    const { corpId, roomId } = room;
    const isStaff = membersOf(world, roomId).find((one) => one.memberId === memberId)?.kind === 1;
    const who = isStaff ? { userId: memberId } : { externalUserId: memberId };
    putMessage(
      world,
      { corpId, roomId, via: 'room', direction: 'out', kind: 'text', body: { text }, ...who },
      world.clock.now(),
    );
    return { events: [] };
  },
  dismiss: (world, _corp, room) => {
    world.store
      .sql('UPDATE wecom_room SET dismissedAt = ? WHERE roomId = ?')
      .run(world.clock.now(), room.roomId);
    return { events: tellRoom(world, room, 'dismiss', {}) };
  },
};

/** Inside a work: somebody joins; a full room takes nobody. */
export function joinRoom(
  world: World,
  corp: Corp,
  room: RoomRow,
  member: Pick<RoomMemberRow, 'memberId' | 'kind' | 'joinedBy'> & {
    invitedBy?: string | undefined;
    state?: string | undefined;
  },
): Acted {
  const members = membersOf(world, room.roomId);
  const more = { roomId: room.roomId };
  if (members.some((one) => one.memberId === member.memberId))
    return { events: [], more: { ...more, note: 'in the room already' } };
  if (members.length >= corp.settings.roomSize)
    throw new Problem(409, 'room_full', 'the room is full');
  const { invitedBy = null, state = null, ...rest } = member;
  addMember(world, { roomId: room.roomId, ...rest, invitedBy, state }, world.clock.now());
  const joinScene = member.joinedBy === 3 ? 3 : 0;
  return { events: tellOfMembers(world, room, 'add_member', joinScene, 0, member.memberId), more };
}

/** Inside a work: `quitScene` 0 by themselves, 1 removed. */
export function leaveRoom(world: World, room: RoomRow, memberId: string, quitScene: 0 | 1): Acted {
  const { changes } = world.store
    .sql('DELETE FROM wecom_room_member WHERE roomId = ? AND memberId = ?')
    .run(room.roomId, memberId);
  if (changes === 0) return notFound('member of this room');
  return { events: tellOfMembers(world, room, 'del_member', 0, quitScene, memberId) };
}

export function tellRoom(
  world: World,
  room: RoomRow,
  changeType: string,
  fields: Record<string, Writable>,
): number[] {
  const { corpId, roomId, owner } = room;
  return tell(world, {
    ...{ corpId, to: 'contact', event: 'change_external_chat', changeType, userId: owner },
    ...{ fields: { ChatId: roomId, ...fields }, lane: roomId },
  });
}

const tellOfRoom = (world: World, room: RoomRow, detail: string) =>
  tellRoom(world, room, 'update', {
    UpdateDetail: detail,
    JoinScene: 0,
    QuitScene: 0,
    MemChangeCnt: 0,
  });

function tellOfMembers(
  world: World,
  room: RoomRow,
  detail: string,
  joinScene: number,
  quitScene: number,
  memberId: string,
): number[] {
  const { before, after } = turnVersion(world, room);
  return tellRoom(world, room, 'update', {
    UpdateDetail: detail,
    JoinScene: joinScene,
    QuitScene: quitScene,
    MemChangeCnt: 1,
    MemChangeList: { Item: memberId },
    LastMemVer: before,
    CurMemVer: after,
  });
}

function set(world: World, room: RoomRow, column: 'name' | 'notice' | 'owner', text: string): void {
  world.store.sql(`UPDATE wecom_room SET ${column} = ? WHERE roomId = ?`).run(text, room.roomId);
}
