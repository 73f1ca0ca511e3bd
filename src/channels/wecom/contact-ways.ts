import { listFrom, numberFrom, objectFrom, textFrom, type JsonObject } from '../wire/json';
import type { CallingAgent } from './account';
import { external, given, post, type Calls } from './calls';
import { pageFrom, textsFrom, type Page } from './page';

/** A code that adds one of several reps. What is behind it may change; the printed picture stays. */
export interface ContactWay {
  readonly configId: string;
  readonly qrUrl: string;
  readonly userIds: readonly string[];
  readonly departmentIds: readonly number[];
  readonly remark: string;
  readonly state: string;
  readonly skipsVerification: boolean;
  readonly isExclusive: boolean;
}

export interface NewContactWay {
  readonly userIds: readonly string[];
  readonly departmentIds?: readonly number[];
  readonly remark?: string;
  /** At most 30 characters; comes back with every adding. */
  readonly state: string;
  readonly skipsVerification?: boolean;
  /** A customer may add only one of the staff behind this code. */
  readonly isExclusive?: boolean;
  /** Several may stand behind it later, though it is one now: the platform never lets a single one grow. */
  readonly mayGrow?: boolean;
}

export async function addContactWay(
  calls: Calls,
  agent: CallingAgent,
  wanted: NewContactWay,
): Promise<{ readonly configId: string; readonly qrUrl: string }> {
  const isMany =
    wanted.mayGrow === true ||
    wanted.userIds.length !== 1 ||
    (wanted.departmentIds?.length ?? 0) > 0;
  const answer = await post(calls, agent, external('add_contact_way'), {
    type: isMany ? 2 : 1,
    scene: 2,
    ...behind(wanted),
    ...given('is_exclusive', isMany ? wanted.isExclusive : undefined),
  });
  return { configId: textFrom(answer['config_id']), qrUrl: textFrom(answer['qr_code']) };
}

/** Who is behind a code from now on: how a printed code changes hands. Lists replace what was there. */
export async function changeContactWay(
  calls: Calls,
  agent: CallingAgent,
  configId: string,
  change: Partial<NewContactWay>,
): Promise<void> {
  const body = { config_id: configId, ...behind(change) };
  await post(calls, agent, external('update_contact_way'), body);
}

export async function getContactWay(
  calls: Calls,
  agent: CallingAgent,
  configId: string,
): Promise<ContactWay> {
  const asked = { config_id: configId };
  const answer = await post(calls, agent, external('get_contact_way'), asked);
  const way = objectFrom(answer['contact_way']);
  return {
    configId: textFrom(way['config_id']),
    qrUrl: textFrom(way['qr_code']),
    userIds: textsFrom(way['user']),
    departmentIds: listFrom(way['party']).map(numberFrom),
    remark: textFrom(way['remark']),
    state: textFrom(way['state']),
    skipsVerification: way['skip_verify'] !== false,
    isExclusive: way['is_exclusive'] === true,
  };
}

/** Ids of the codes made through the API; they cannot be seen anywhere else. */
export async function listContactWays(
  calls: Calls,
  agent: CallingAgent,
  span: { readonly from?: number; readonly to?: number } = {},
  after = '',
): Promise<Page<string>> {
  const seconds = (ms: number | undefined) =>
    ms === undefined ? undefined : Math.floor(ms / 1000);
  const answer = await post(calls, agent, external('list_contact_way'), {
    ...given('start_time', seconds(span.from)),
    ...given('end_time', seconds(span.to)),
    cursor: after,
    limit: 1_000,
  });
  return pageFrom(answer, 'contact_way', (way) => textFrom(way['config_id']));
}

export async function deleteContactWay(
  calls: Calls,
  agent: CallingAgent,
  configId: string,
): Promise<void> {
  await post(calls, agent, external('del_contact_way'), { config_id: configId });
}

/** A code that brings people into one of up to five rooms. */
export interface RoomCode {
  readonly configId: string;
  readonly qrUrl: string;
  readonly roomIds: readonly string[];
  readonly state: string;
  readonly remark: string;
  /** When all are full another room is made, named `baseName` and a growing number. */
  readonly makesRooms: boolean;
  readonly baseName: string;
  readonly baseNumber: number;
}

export type NewRoomCode = Pick<RoomCode, 'roomIds' | 'state'> &
  Partial<Pick<RoomCode, 'remark' | 'makesRooms' | 'baseName' | 'baseNumber'>>;

/** The picture is not in the answer; ask with `getRoomCode`. */
export async function addRoomCode(
  calls: Calls,
  agent: CallingAgent,
  wanted: NewRoomCode,
): Promise<string> {
  const answer = await post(calls, agent, external('groupchat/add_join_way'), roomCodeBody(wanted));
  return textFrom(answer['config_id']);
}

/** Everything is overwritten: say all of it. */
export async function changeRoomCode(
  calls: Calls,
  agent: CallingAgent,
  configId: string,
  wanted: NewRoomCode,
): Promise<void> {
  const body = { config_id: configId, ...roomCodeBody(wanted) };
  await post(calls, agent, external('groupchat/update_join_way'), body);
}

export async function getRoomCode(
  calls: Calls,
  agent: CallingAgent,
  configId: string,
): Promise<RoomCode> {
  const asked = { config_id: configId };
  const answer = await post(calls, agent, external('groupchat/get_join_way'), asked);
  return roomCodeFrom(objectFrom(answer['join_way']));
}

export async function deleteRoomCode(
  calls: Calls,
  agent: CallingAgent,
  configId: string,
): Promise<void> {
  await post(calls, agent, external('groupchat/del_join_way'), { config_id: configId });
}

const behind = (way: Partial<NewContactWay>) => ({
  ...given('remark', way.remark),
  ...given('skip_verify', way.skipsVerification),
  ...given('state', way.state),
  ...given('user', way.userIds),
  ...given('party', way.departmentIds),
});

const roomCodeBody = (wanted: NewRoomCode) => ({
  scene: 2,
  ...given('remark', wanted.remark),
  auto_create_room: wanted.makesRooms === false ? 0 : 1,
  ...given('room_base_name', wanted.baseName),
  ...given('room_base_id', wanted.baseNumber),
  chat_id_list: wanted.roomIds,
  state: wanted.state,
});

function roomCodeFrom(way: JsonObject): RoomCode {
  return {
    configId: textFrom(way['config_id']),
    qrUrl: textFrom(way['qr_code']),
    roomIds: textsFrom(way['chat_id_list']),
    state: textFrom(way['state']),
    remark: textFrom(way['remark']),
    makesRooms: numberFrom(way['auto_create_room']) !== 0,
    baseName: textFrom(way['room_base_name']),
    baseNumber: numberFrom(way['room_base_id']),
  };
}
