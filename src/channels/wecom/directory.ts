import { listFrom, numberFrom, objectFrom, textFrom, type JsonObject } from '../wire/json';
import type { CallingAgent } from './account';
import { get, type Calls } from './calls';

export interface Department {
  /** The root is 1. */
  readonly id: number;
  readonly name: string;
  readonly parentId: number;
  readonly order: number;
  readonly leaderIds: readonly string[];
}

/** What an app made since 2022 is told of a member: no avatar, phone or mail. */
export interface StaffMember {
  readonly userId: string;
  readonly name: string;
  readonly departmentIds: readonly number[];
  readonly mainDepartmentId?: number;
  readonly position: string;
  readonly alias: string;
  readonly status: 'active' | 'disabled' | 'not-activated' | 'quit' | 'unknown';
  readonly leaderIds: readonly string[];
}

const statuses: Readonly<Record<number, StaffMember['status']>> = {
  1: 'active',
  2: 'disabled',
  4: 'not-activated',
  5: 'quit',
};

/** The department and everything below it that the app may see; all of it when none is named. */
export async function listDepartments(
  calls: Calls,
  agent: CallingAgent,
  below?: number,
): Promise<readonly Department[]> {
  const query: Record<string, string> = below === undefined ? {} : { id: String(below) };
  const answer = await get(calls, agent, '/cgi-bin/department/list', query);
  return listFrom(answer['department']).map((one) => {
    const body = objectFrom(one);
    return {
      id: numberFrom(body['id']),
      name: textFrom(body['name']),
      parentId: numberFrom(body['parentid']),
      order: numberFrom(body['order']),
      leaderIds: listFrom(body['department_leader']).map(textFrom),
    };
  });
}

/** Members of one department, or of all below it too. */
export async function listStaff(
  calls: Calls,
  agent: CallingAgent,
  departmentId: number,
  withBelow = false,
): Promise<readonly StaffMember[]> {
  const answer = await get(calls, agent, '/cgi-bin/user/list', {
    department_id: String(departmentId),
    fetch_child: withBelow ? '1' : '0',
  });
  return listFrom(answer['userlist']).map((one) => memberFrom(objectFrom(one)));
}

export async function getStaffMember(
  calls: Calls,
  agent: CallingAgent,
  userId: string,
): Promise<StaffMember> {
  return memberFrom(await get(calls, agent, '/cgi-bin/user/get', { userid: userId }));
}

function memberFrom(body: JsonObject): StaffMember {
  const main = numberFrom(body['main_department']);
  return {
    userId: textFrom(body['userid']),
    name: textFrom(body['name']),
    departmentIds: listFrom(body['department']).map(numberFrom),
    ...(main > 0 && { mainDepartmentId: main }),
    position: textFrom(body['position']),
    alias: textFrom(body['alias']),
    status: statuses[numberFrom(body['status'])] ?? 'unknown',
    leaderIds: listFrom(body['direct_leader']).map(textFrom),
  };
}
