import { listFrom, numberFrom, objectFrom, textFrom, type JsonObject } from '../wire/json';
import type { CallingAgent } from './account';
import { external, post, type Calls } from './calls';
import { instantFrom, pageFrom, type Page } from './page';

/** Whose room it is when the owner leaves the corp: everything but `normal` waits for a new one. */
export type RoomState = 'normal' | 'owner-left' | 'in-transfer' | 'transferred';

export interface RoomMember {
  readonly id: string;
  readonly kind: 'staff' | 'external';
  readonly unionid?: string;
  readonly joinedAt?: number;
  readonly joinedBy: 'invited' | 'invite-link' | 'qr-code' | 'unknown';
  readonly invitedBy?: string;
  /** Of the code that brought them, when it had one. */
  readonly state?: string;
  readonly name: string;
  readonly nickname: string;
}

export interface Room {
  readonly roomId: string;
  readonly name: string;
  readonly owner: string;
  readonly createdAt?: number;
  readonly notice: string;
  /** Changes with every joining and leaving. */
  readonly version: string;
  readonly members: readonly RoomMember[];
  readonly adminIds: readonly string[];
}

const states: readonly RoomState[] = ['normal', 'owner-left', 'in-transfer', 'transferred'];
const joins = ['unknown', 'invited', 'invite-link', 'qr-code'] as const;

/** One page of rooms, of all owners or of up to 100 named ones. */
export async function listRooms(
  calls: Calls,
  agent: CallingAgent,
  owners: readonly string[] = [],
  after = '',
): Promise<Page<{ roomId: string; state: RoomState }>> {
  const answer = await post(calls, agent, external('groupchat/list'), {
    status_filter: 0,
    ...(owners.length > 0 && { owner_filter: { userid_list: owners } }),
    cursor: after,
    limit: 1_000,
  });
  return pageFrom(answer, 'group_chat_list', (item) => ({
    roomId: textFrom(item['chat_id']),
    state: states[numberFrom(item['status'])] ?? 'normal',
  }));
}

export async function getRoom(calls: Calls, agent: CallingAgent, roomId: string): Promise<Room> {
  const asked = { chat_id: roomId, need_name: 1 };
  const answer = await post(calls, agent, external('groupchat/get'), asked);
  const room = objectFrom(answer['group_chat']);
  return {
    roomId: textFrom(room['chat_id']),
    name: textFrom(room['name']),
    owner: textFrom(room['owner']),
    ...instantFrom('createdAt', numberFrom(room['create_time'])),
    notice: textFrom(room['notice']),
    version: textFrom(room['member_version']),
    members: listFrom(room['member_list']).map((member) => memberFrom(objectFrom(member))),
    adminIds: listFrom(room['admin_list']).map((admin) => textFrom(objectFrom(admin)['userid'])),
  };
}

export interface RoomStatistics {
  readonly owner: string;
  readonly newRooms: number;
  readonly rooms: number;
  readonly roomsWithMessages: number;
  readonly newMembers: number;
  readonly members: number;
  readonly activeMembers: number;
  readonly messages: number;
}

/** Sums by owner over whole days, yesterday at the latest; `next` is the offset of the next page. */
export async function roomStatistics(
  calls: Calls,
  agent: CallingAgent,
  owners: readonly string[],
  days: { readonly from: number; readonly to?: number },
  offset = 0,
): Promise<{ readonly items: readonly RoomStatistics[]; readonly next?: number }> {
  const answer = await post(calls, agent, external('groupchat/statistic'), {
    day_begin_time: Math.floor(days.from / 1000),
    ...(days.to !== undefined && { day_end_time: Math.floor(days.to / 1000) }),
    owner_filter: { userid_list: owners },
    offset,
    limit: 500,
  });
  const next = numberFrom(answer['next_offset']);
  const items = listFrom(answer['items']).map((item) => statisticsFrom(objectFrom(item)));
  return { items, ...(next > offset && next < numberFrom(answer['total']) && { next }) };
}

/** The id of one of our rooms from the one a mini program is told. */
export async function roomIdOf(
  calls: Calls,
  agent: CallingAgent,
  openGid: string,
): Promise<string> {
  const answer = await post(calls, agent, external('opengid_to_chatid'), { opengid: openGid });
  return textFrom(answer['chat_id']);
}

function memberFrom(body: JsonObject): RoomMember {
  const unionid = textFrom(body['unionid']);
  const state = textFrom(body['state']);
  const invitedBy = textFrom(objectFrom(body['invitor'])['userid']);
  return {
    id: textFrom(body['userid']),
    kind: numberFrom(body['type']) === 1 ? 'staff' : 'external',
    ...(unionid !== '' && { unionid }),
    ...instantFrom('joinedAt', numberFrom(body['join_time'])),
    joinedBy: joins[numberFrom(body['join_scene'])] ?? 'unknown',
    ...(invitedBy !== '' && { invitedBy }),
    ...(state !== '' && { state }),
    name: textFrom(body['name']),
    nickname: textFrom(body['group_nickname']),
  };
}

function statisticsFrom(body: JsonObject): RoomStatistics {
  const data = objectFrom(body['data']);
  return {
    owner: textFrom(body['owner']),
    newRooms: numberFrom(data['new_chat_cnt']),
    rooms: numberFrom(data['chat_total']),
    roomsWithMessages: numberFrom(data['chat_has_msg']),
    newMembers: numberFrom(data['new_member_cnt']),
    members: numberFrom(data['member_total']),
    activeMembers: numberFrom(data['member_has_msg']),
    messages: numberFrom(data['msg_total']),
  };
}
