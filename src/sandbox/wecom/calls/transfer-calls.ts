import type { World } from '../../world';
import { isInRange } from '../corps';
import { contactOf, relationOf } from '../contacts';
import { json, lengthOf, num, seconds, str, strs, type Call, type Endpoints } from '../endpoint';
import { afterOf, limitOf, pageOfRows } from '../paging';
import { refuse } from '../refusal';
import { addMember, roomOf, type RoomRow } from '../rooms';
import { repInCall, staffOf, type Staff } from '../staff';
import { customersOf, pendingTransfer, type TransferRow } from '../transfers';

type Way = 'on-job' | 'resigned';

const shared = { where: 'wecom-transfer', needs: 'contact', method: 'POST' } as const;
const DAY = 86_400_000;
const SPELL = 90 * DAY;
const path = (name: string) => `/cgi-bin/externalcontact/${name}`;

export const transferCalls: Endpoints = {
  [path('transfer_customer')]: { ...shared, run: (world, call) => transfer(world, call, 'on-job') },
  [path('resigned/transfer_customer')]: {
    ...shared,
    run: (world, call) => transfer(world, call, 'resigned'),
  },
  [path('transfer_result')]: { ...shared, run: (world, call) => results(world, call, 'on-job') },
  [path('resigned/transfer_result')]: {
    ...shared,
    run: (world, call) => results(world, call, 'resigned'),
  },
  [path('get_unassigned_list')]: {
    ...shared,
    run: (world, call) => {
      const size = Math.min(num(call.body, 'page_size', 1_000), 1_000);
      const { rows, next_cursor } = pageOfRows<{
        seq: number;
        userId: string;
        externalUserId: string;
        leftAt: number;
      }>(
        world,
        `SELECT * FROM (SELECT r.seq AS seq, r.userId AS userId, r.externalUserId AS externalUserId, s.leftAt AS leftAt FROM wecom_relation r
         JOIN wecom_staff s ON s.corpId = r.corpId AND s.userId = r.userId WHERE r.corpId = ? AND s.leftAt IS NOT NULL
         AND r.status IN ('friends', 'one-sided')) WHERE 1 = 1`,
        [call.corp.corpId],
        afterOf(call),
        size,
      );
      return json({
        info: rows.map((row) => ({
          handover_userid: row.userId,
          external_userid: row.externalUserId,
          dimission_time: seconds(row.leftAt),
        })),
        is_last: next_cursor === '',
        next_cursor,
      });
    },
  },
  [path('groupchat/onjob_transfer')]: {
    ...shared,
    run: (world, call) => transferRooms(world, call, 'on-job'),
  },
  [path('groupchat/transfer')]: {
    ...shared,
    run: (world, call) => transferRooms(world, call, 'resigned'),
  },
};

function giverInCall(world: World, call: Call, way: Way): Staff {
  const giver = staffOf(world, call.corp.corpId, str(call.body, 'handover_userid'));
  if (!giver || !isInRange(call.agent, giver.userId)) return refuse(60111);
  const hasLeft = giver.leftAt !== null;
  if (way === 'resigned' && !hasLeft) refuse(40097);
  if (way === 'on-job' && hasLeft) refuse(60111);
  return giver;
}

function transfer(world: World, call: Call, way: Way) {
  const { body, corp, now } = call;
  const ids = strs(body, 'external_userid');
  if (ids.length === 0) refuse(40063);
  if (ids.length > 100) refuse(40058);
  if (lengthOf(str(body, 'transfer_success_msg')) > 200) refuse(40058);
  const giver = giverInCall(world, call, way);
  const taker = repInCall(call, world, str(body, 'takeover_userid'));
  if (taker.verified !== 1) refuse(40098);
  const customer = ids.map((id) => {
    const errcode = judge(world, call, way, giver, taker, id);
    if (errcode === 0)
      world.store
        .sql(
          'INSERT INTO wecom_transfer (corpId, way, giver, taker, externalUserId, startedAt, dueAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(corp.corpId, way, giver.userId, taker.userId, id, now, now + DAY);
    return { external_userid: id, errcode };
  });
  return json({ customer });
}

function judge(world: World, call: Call, way: Way, giver: Staff, taker: Staff, id: string): number {
  const { corpId } = call.corp;
  if (contactOf(world, id)?.corpId !== corpId) return 40096;
  if (giver.userId === taker.userId) return 40130;
  const relation = relationOf(world, corpId, giver.userId, id);
  if (!relation || relation.status === 'ended' || relation.status === 'half') return 40131;
  if (pendingTransfer(world, corpId, id)) return 40129;
  const before =
    world.store
      .sql<{ n: number }>(
        `SELECT count(*) AS n FROM wecom_transfer WHERE corpId = ? AND externalUserId = ? AND way = 'on-job' AND status = 1 AND startedAt > ?`,
      )
      .get(corpId, id, call.now - SPELL)?.n ?? 0;
  if (way === 'on-job' && before >= 2) return 40128;
  return customersOf(world, corpId, taker.userId) >= taker.room ? 40099 : 0;
}

function results(world: World, call: Call, way: Way) {
  const [giver, taker] = [str(call.body, 'handover_userid'), str(call.body, 'takeover_userid')];
  if (giver === '' || taker === '') refuse(41009);
  const { rows, next_cursor } = pageOfRows<TransferRow>(
    world,
    'SELECT * FROM wecom_transfer WHERE corpId = ? AND way = ? AND giver = ? AND taker = ?',
    [call.corp.corpId, way, giver, taker],
    afterOf(call),
    limitOf(call, 1_000, 1_000),
  );
  return json({
    customer: rows.map((row) => ({
      external_userid: row.externalUserId,
      status: row.status,
      takeover_time: seconds(row.endedAt ?? row.dueAt),
    })),
    next_cursor,
  });
}

/** At once, and without a word to the apps: the API did it. */
function transferRooms(world: World, call: Call, way: Way) {
  const ids = strs(call.body, 'chat_id_list');
  if (ids.length === 0 || ids.length > 100) refuse(40058);
  const owner = repInCall(call, world, str(call.body, 'new_owner'));
  const failed = ids.flatMap((roomId) => {
    const errcode = judgeRoom(world, call, way, owner, roomId);
    const room = errcode === 0 ? roomOf(world, roomId) : undefined;
    if (room) moveRoom(world, room, owner, way, call.now);
    return errcode === 0 ? [] : [{ chat_id: roomId, errcode, errmsg: 'transfer failed' }];
  });
  return json({ failed_chat_list: failed });
}

function judgeRoom(world: World, call: Call, way: Way, owner: Staff, roomId: string): number {
  const room = roomOf(world, roomId);
  if (room?.corpId !== call.corp.corpId) return 90501;
  if (room.dismissedAt !== null) return 49008;
  if (room.owner === owner.userId) return 90504;
  const hasLeft = staffOf(world, room.corpId, room.owner)?.leftAt !== null;
  if (way === 'resigned') return hasLeft ? 0 : 90500;
  if (hasLeft) return 90502;
  const moves = world.store
    .sql<{ n: number }>('SELECT count(*) AS n FROM wecom_room_transfer WHERE roomId = ? AND at > ?')
    .get(roomId, call.now - SPELL);
  return (moves?.n ?? 0) >= 2 ? 40128 : 0;
}

function moveRoom(world: World, room: RoomRow, owner: Staff, way: Way, now: number): void {
  world.store
    .sql('UPDATE wecom_room SET owner = ?, state = ? WHERE roomId = ?')
    .run(owner.userId, way === 'resigned' ? 3 : room.state, room.roomId);
  addMember(
    world,
    { roomId: room.roomId, memberId: owner.userId, kind: 1, joinedBy: 1, invitedBy: room.owner },
    now,
  );
  world.store
    .sql('INSERT INTO wecom_room_transfer (roomId, at, newOwner) VALUES (?, ?, ?)')
    .run(room.roomId, now, owner.userId);
}
