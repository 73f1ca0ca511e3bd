import { randomHex } from '../../random';
import type { Fields } from '../../wire/body';
import type { World } from '../../world';
import {
  bool,
  json,
  lengthOf,
  num,
  nums,
  seconds,
  str,
  strs,
  type Call,
  type Endpoints,
} from '../endpoint';
import { limitOf, pageOfRows, afterOf } from '../paging';
import { refuse } from '../refusal';
import { roomInCall } from '../rooms';
import { departmentTree, departmentsOf, listDepartments, listStaff, repInCall } from '../staff';
import { wayOf, type WayRow } from '../ways';

const contactWay = { where: 'wecom-ways', needs: 'contact', method: 'POST' } as const;
const MOST_WAYS = 500_000;
const MOST_TEXT = 30;

export const wayCalls: Endpoints = {
  '/cgi-bin/externalcontact/add_contact_way': {
    ...contactWay,
    run: (world, call) => {
      const { body } = call;
      const type = num(body, 'type');
      const scene = num(body, 'scene');
      if (type !== 1 && type !== 2) refuse(41037);
      if (scene !== 1 && scene !== 2) refuse(41040);
      if (scene === 2 && 'style' in body) refuse(41042);
      if (bool(body, 'is_temp', false)) refuse(41040, 'temporary sessions are not for this corp');
      const spec = { type, scene, ...behind(world, call, type, undefined) };
      if (countWays(world, call) >= MOST_WAYS) refuse(41045);
      const configId = addWay(world, call, 'contact', spec);
      return json({
        config_id: configId,
        ...(scene === 2 ? { qr_code: qrOf(world, configId) } : {}),
      });
    },
  },
  '/cgi-bin/externalcontact/update_contact_way': {
    ...contactWay,
    run: (world, call) => {
      const way = ownWay(world, call, 'contact');
      const before = JSON.parse(way.spec) as Fields;
      const spec = { ...before, ...behind(world, call, Number(before.type), before) };
      saveWay(world, way, spec);
      return json();
    },
  },
  '/cgi-bin/externalcontact/get_contact_way': {
    ...contactWay,
    run: (world, call) => {
      const way = ownWay(world, call, 'contact');
      const spec = JSON.parse(way.spec) as Fields;
      const { configId } = way;
      return json({
        contact_way: { config_id: configId, ...spec, qr_code: qrOf(world, configId) },
      });
    },
  },
  '/cgi-bin/externalcontact/list_contact_way': {
    ...contactWay,
    run: (world, call) => {
      const from = num(call.body, 'start_time', seconds(call.now) - 90 * 86_400) * 1000;
      const to = num(call.body, 'end_time', seconds(call.now) + 1) * 1000;
      const { rows, next_cursor } = pageOfRows<WayRow>(
        world,
        `SELECT * FROM wecom_way WHERE corpId = ? AND kind = 'contact' AND createdAt >= ? AND createdAt <= ?`,
        [call.corp.corpId, from, to + 999],
        afterOf(call),
        limitOf(call, 100, 1_000),
      );
      return json({
        contact_way: rows.map(({ configId }) => ({ config_id: configId })),
        next_cursor,
      });
    },
  },
  '/cgi-bin/externalcontact/del_contact_way': {
    ...contactWay,
    run: (world, call) => removeWay(world, ownWay(world, call, 'contact')),
  },
  '/cgi-bin/externalcontact/groupchat/add_join_way': {
    ...contactWay,
    run: (world, call) => {
      const spec = roomSpec(world, call);
      if (countWays(world, call) >= MOST_WAYS) refuse(41045);
      return json({ config_id: addWay(world, call, 'room', spec) });
    },
  },
  '/cgi-bin/externalcontact/groupchat/get_join_way': {
    ...contactWay,
    run: (world, call) => {
      const way = ownWay(world, call, 'room');
      const spec = JSON.parse(way.spec) as Fields;
      const { configId } = way;
      return json({ join_way: { config_id: configId, ...spec, qr_code: qrOf(world, configId) } });
    },
  },
  '/cgi-bin/externalcontact/groupchat/update_join_way': {
    ...contactWay,
    run: (world, call) => {
      const way = ownWay(world, call, 'room');
      saveWay(world, way, roomSpec(world, call));
      return json();
    },
  },
  '/cgi-bin/externalcontact/groupchat/del_join_way': {
    ...contactWay,
    run: (world, call) => removeWay(world, ownWay(world, call, 'room')),
  },
};

/** Who is behind a code: checked for number, range, function and verification. What is not said stays as it was. */
function behind(world: World, call: Call, type: number, before: Fields | undefined): Fields {
  const { body } = call;
  const user = 'user' in body || !before ? strs(body, 'user') : strs(before, 'user');
  const party = 'party' in body || !before ? nums(body, 'party') : nums(before, 'party');
  if (type === 1 && (user.length !== 1 || party.length > 0)) refuse(40058);
  if (user.length + party.length === 0) refuse(40063);
  const known = listDepartments(world, call.corp.corpId).map(({ id }) => id);
  if (party.some((id) => !known.includes(id))) refuse(60003);
  const reps = user.map((userId) => repInCall(call, world, userId));
  for (const staff of reps) {
    if (staff.status !== 1) refuse(41054);
    if (staff.verified !== 1) refuse(40098);
  }
  if (new Set([...user, ...peopleIn(world, call, party)]).size > 100) refuse(41041);
  const [state, remark] = [str(body, 'state'), str(body, 'remark')];
  if (lengthOf(state) > MOST_TEXT || lengthOf(remark) > MOST_TEXT) refuse(40058);
  const or = <Value>(name: string, usual: Value, given: Value): Value =>
    name in body ? given : ((before?.[name] as Value | undefined) ?? usual);
  return {
    user: reps.map((staff) => staff.userId),
    party,
    state: or('state', '', state),
    remark: or('remark', '', remark),
    skip_verify: or('skip_verify', true, bool(body, 'skip_verify', true)),
    is_exclusive: or('is_exclusive', false, bool(body, 'is_exclusive', false)),
    mark_source: or('mark_source', true, bool(body, 'mark_source', true)),
  };
}

function peopleIn(world: World, call: Call, party: number[]): string[] {
  const trees = party.map((id) => departmentTree(world, call.corp.corpId, id));
  return listStaff(world, call.corp.corpId)
    .filter((staff) => trees.some((tree) => departmentsOf(staff).some((id) => tree.has(id))))
    .map((staff) => staff.userId);
}

function roomSpec(world: World, call: Call): Fields {
  const { body } = call;
  const scene = num(body, 'scene');
  const rooms = strs(body, 'chat_id_list');
  if (scene !== 1 && scene !== 2) refuse(41040);
  if (rooms.length === 0) refuse(40063);
  if (rooms.length > 5) refuse(41091);
  for (const roomId of rooms) roomInCall(call, world, roomId);
  if (lengthOf(str(body, 'state')) > MOST_TEXT || lengthOf(str(body, 'room_base_name')) > 40)
    refuse(40058);
  return {
    scene,
    // A longer remark is cut without a word.
    remark: Array.from(str(body, 'remark')).slice(0, MOST_TEXT).join(''),
    auto_create_room: num(body, 'auto_create_room', 1),
    room_base_name: str(body, 'room_base_name'),
    room_base_id: num(body, 'room_base_id', 1),
    chat_id_list: rooms,
    state: str(body, 'state'),
    mark_source: bool(body, 'mark_source', true),
  };
}

function ownWay(world: World, call: Call, kind: 'contact' | 'room'): WayRow {
  const way = wayOf(world, str(call.body, 'config_id'));
  return way?.corpId === call.corp.corpId && way.kind === kind ? way : refuse(41044);
}

function addWay(world: World, call: Call, kind: 'contact' | 'room', spec: Fields): string {
  const configId = randomHex(16);
  world.store
    .sql(
      'INSERT INTO wecom_way (configId, corpId, agentId, kind, spec, createdAt) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(configId, call.corp.corpId, call.agent.agentId, kind, JSON.stringify(spec), call.now);
  return configId;
}

function saveWay(world: World, way: WayRow, spec: Fields): void {
  world.store.sql('UPDATE wecom_way SET spec = ? WHERE seq = ?').run(JSON.stringify(spec), way.seq);
}

function removeWay(world: World, way: WayRow) {
  world.store.sql('DELETE FROM wecom_way WHERE seq = ?').run(way.seq);
  return json();
}

const countWays = (world: World, call: Call) =>
  world.store
    .sql<{ n: number }>('SELECT count(*) AS n FROM wecom_way WHERE corpId = ?')
    .get(call.corp.corpId)?.n ?? 0;

const qrOf = (world: World, configId: string) =>
  `${world.options.baseUrl}/sandbox/wecom/qr/${configId}`;
