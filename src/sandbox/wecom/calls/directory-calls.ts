import type { World } from '../../world';
import { isInRange } from '../corps';
import { json, str, type Call, type Endpoints } from '../endpoint';
import { refuse } from '../refusal';
import {
  departmentTree,
  departmentsOf,
  listDepartments,
  listStaff,
  staffInCall,
  type Staff,
} from '../staff';

const shared = { where: 'wecom-staff', method: 'both' } as const;

export const directoryCalls: Endpoints = {
  '/cgi-bin/department/list': {
    ...shared,
    run: (world, call) =>
      json({
        department: departmentsInCall(world, call).map((one) => ({
          id: one.id,
          name: one.name,
          parentid: one.parentId,
          order: one.rank,
          department_leader: call.corp.settings.leaders[String(one.id)] ?? [],
        })),
      }),
  },
  '/cgi-bin/department/simplelist': {
    ...shared,
    run: (world, call) =>
      json({
        department_id: departmentsInCall(world, call).map((one) => ({
          ...{ id: one.id, parentid: one.parentId, order: one.rank },
        })),
      }),
  },
  '/cgi-bin/user/get': {
    ...shared,
    run: (world, call) => json(showStaff(staffInCall(call, world, call.query.get('userid') ?? ''))),
  },
  '/cgi-bin/user/list': {
    ...shared,
    run: (world, call) => json({ userlist: membersInCall(world, call).map(showStaff) }),
  },
  '/cgi-bin/user/simplelist': {
    ...shared,
    run: (world, call) =>
      json({
        userlist: membersInCall(world, call).map((staff) => ({
          ...{ userid: staff.userId, name: staff.name, department: departmentsOf(staff) },
        })),
      }),
  },
  '/cgi-bin/user/convert_to_openid': {
    ...shared,
    method: 'POST',
    run: (world, call) => {
      const staff = staffInCall(call, world, str(call.body, 'userid'));
      return json({ openid: `oSTAFF_${call.corp.corpId.slice(-6)}_${staff.userId}` });
    },
  },
};

function departmentsInCall(world: World, call: Call) {
  const all = listDepartments(world, call.corp.corpId);
  const root = call.query.get('id') ?? '';
  if (root === '') return all;
  if (!all.some(({ id }) => id === Number(root))) refuse(60123);
  const tree = departmentTree(world, call.corp.corpId, Number(root));
  return all.filter(({ id }) => tree.has(id));
}

function membersInCall(world: World, call: Call): Staff[] {
  const root = Number(call.query.get('department_id') ?? '');
  const { corpId } = call.corp;
  if (!listDepartments(world, corpId).some(({ id }) => id === root)) refuse(60003);
  const fetchesBelow = call.query.get('fetch_child') === '1';
  const tree = fetchesBelow ? departmentTree(world, corpId, root) : new Set([root]);
  return listStaff(world, corpId).filter(
    (staff) =>
      staff.leftAt === null &&
      isInRange(call.agent, staff.userId) &&
      departmentsOf(staff).some((id) => tree.has(id)),
  );
}

/** What an app made since 2022 is told: no avatar, phone, mail or gender. */
const showStaff = (staff: Staff) => ({
  userid: staff.userId,
  name: staff.name,
  department: departmentsOf(staff),
  order: departmentsOf(staff).map(() => 0),
  position: staff.position,
  status: staff.status,
  main_department: departmentsOf(staff)[0] ?? 1,
  is_leader_in_dept: departmentsOf(staff).map(() => 0),
  direct_leader: [],
  alias: '',
});
