import type { World } from '../../world';
import { isInRange } from '../corps';
import { contactOf } from '../contacts';
import { json, num, obj, seconds, str, strs, type Call, type Endpoints } from '../endpoint';
import { afterOf, limitOf, pageOfRows } from '../paging';
import { refuse } from '../refusal';
import { membersOf, roomInCall, roomOf, type RoomMemberRow, type RoomRow } from '../rooms';
import { staffOf } from '../staff';
import { personOf } from './contact-calls';

const shared = { where: 'wecom-rooms', needs: 'contact', method: 'POST' } as const;

export const roomCalls: Endpoints = {
  '/cgi-bin/externalcontact/groupchat/list': {
    ...shared,
    run: (world, call) => {
      if (!('limit' in call.body)) refuse(40058);
      const filter = obj(call.body, 'owner_filter');
      const owners = filter ? strs(filter, 'userid_list') : [];
      if (owners.length > 100) refuse(40058);
      const status = num(call.body, 'status_filter');
      const { rows, next_cursor } = pageOfRows<RoomRow>(
        world,
        `SELECT * FROM wecom_room WHERE corpId = ? AND dismissedAt IS NULL AND (? = 0 OR state = ?)
         AND (? = '[]' OR owner IN (SELECT value FROM json_each(?)))`,
        [call.corp.corpId, status, status, JSON.stringify(owners), JSON.stringify(owners)],
        afterOf(call),
        limitOf(call, 100, 1_000),
      );
      const seen = rows.filter((room) => isInRange(call.agent, room.owner));
      return json({
        group_chat_list: seen.map((room) => ({ chat_id: room.roomId, status: room.state })),
        next_cursor,
      });
    },
  },
  '/cgi-bin/externalcontact/groupchat/get': {
    ...shared,
    run: (world, call) => {
      const room = roomInCall(call, world, str(call.body, 'chat_id'));
      const needsName = num(call.body, 'need_name') === 1;
      const members = membersOf(world, room.roomId);
      return json({
        group_chat: {
          chat_id: room.roomId,
          name: room.name,
          owner: room.owner,
          create_time: seconds(room.createdAt),
          notice: room.notice,
          member_version: room.version,
          member_list: members.map((member) => showMember(world, call, member, needsName)),
          admin_list: (JSON.parse(room.admins) as string[]).map((userid) => ({ userid })),
        },
      });
    },
  },
  '/cgi-bin/externalcontact/groupchat/statistic': {
    ...shared,
    run: (world, call) => {
      const filter = obj(call.body, 'owner_filter');
      const owners = filter ? strs(filter, 'userid_list') : [];
      const begin = num(call.body, 'day_begin_time') * 1000;
      if (owners.length === 0 || owners.length > 100 || begin <= 0) refuse(40058);
      if (begin > call.now || begin < call.now - 180 * 86_400_000) refuse(40058);
      const end = num(call.body, 'day_end_time', seconds(call.now)) * 1000 + 86_400_000;
      const offset = num(call.body, 'offset');
      const limit = limitOf(call, 500, 1_000);
      const page = owners.slice(offset, offset + limit);
      return json({
        total: owners.length,
        next_offset: offset + page.length,
        items: page.map((owner) => ({ owner, data: statisticsOf(world, call, owner, begin, end) })),
      });
    },
  },
  '/cgi-bin/externalcontact/opengid_to_chatid': {
    ...shared,
    run: (world, call) => {
      // The sandbox's opengid is its room id with another beginning.
      const room = roomOf(world, str(call.body, 'opengid').replace(/^og/, 'wr'));
      if (room?.corpId !== call.corp.corpId) return refuse(90511);
      return json({ chat_id: room.roomId });
    },
  },
};

function showMember(
  world: World,
  call: Call,
  member: RoomMemberRow,
  needsName: boolean,
): Record<string, unknown> {
  const contact = member.kind === 2 ? contactOf(world, member.memberId) : undefined;
  const person = contact && personOf(world, contact.personId);
  const name = person?.name ?? staffOf(world, call.corp.corpId, member.memberId)?.name ?? '';
  const unionid = call.corp.settings.openPlatform ? person?.unionid : null;
  return {
    userid: member.memberId,
    type: member.kind,
    join_time: seconds(member.joinedAt),
    join_scene: member.joinedBy,
    ...(member.invitedBy === null ? {} : { invitor: { userid: member.invitedBy } }),
    ...(member.state === null || member.state === '' ? {} : { state: member.state }),
    ...(unionid ? { unionid } : {}),
    group_nickname: '',
    ...(needsName ? { name } : {}),
  };
}

function statisticsOf(world: World, call: Call, owner: string, begin: number, end: number) {
  const rooms = world.store
    .sql<RoomRow>('SELECT * FROM wecom_room WHERE corpId = ? AND owner = ? AND dismissedAt IS NULL')
    .all(call.corp.corpId, owner);
  const within = (at: number) => at >= begin && at < end;
  const members = rooms.flatMap((room) => membersOf(world, room.roomId));
  const messages = world.store
    .sql<{ roomId: string; n: number }>(
      'SELECT roomId, count(*) AS n FROM wecom_message WHERE corpId = ? AND roomId IS NOT NULL AND at >= ? AND at < ? GROUP BY roomId',
    )
    .all(call.corp.corpId, begin, end)
    .filter(({ roomId }) => rooms.some((room) => room.roomId === roomId));
  const talkers = world.store
    .sql<{ roomId: string; who: string }>(
      `SELECT DISTINCT roomId, coalesce(userId, externalUserId) AS who FROM wecom_message
       WHERE corpId = ? AND roomId IS NOT NULL AND at >= ? AND at < ?`,
    )
    .all(call.corp.corpId, begin, end)
    .filter(({ roomId }) => rooms.some((room) => room.roomId === roomId));
  return {
    new_chat_cnt: rooms.filter((room) => within(room.createdAt)).length,
    chat_total: rooms.length,
    chat_has_msg: messages.length,
    new_member_cnt: members.filter((member) => within(member.joinedAt)).length,
    member_total: members.length,
    member_has_msg: talkers.length,
    msg_total: messages.reduce((sum, { n }) => sum + n, 0),
  };
}
