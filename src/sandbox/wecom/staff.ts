import type { World } from '../world';
import { isInRange, type Agent } from './corps';
import type { Call } from './endpoint';
import { refuse } from './refusal';

/** A member of staff. Flags are 0 or 1. */
export interface Staff {
  seq: number;
  corpId: string;
  userId: string;
  name: string;
  /** JSON list of department numbers; the first is the main one. */
  departments: string;
  position: string;
  /** 1 active, 2 disabled, 4 not activated, 5 quit. */
  status: number;
  /** Has the customer-contact function. */
  isRep: number;
  /** Real-name verified. */
  verified: number;
  /** How many customers they may have. */
  room: number;
  leftAt: number | null;
}

export interface Department {
  corpId: string;
  id: number;
  name: string;
  parentId: number;
  rank: number;
}

/** Userids are compared without regard to case. */
export function staffOf(world: World, corpId: string, userId: string): Staff | undefined {
  return world.store
    .sql<Staff>('SELECT * FROM wecom_staff WHERE corpId = ? AND userId = ? COLLATE NOCASE')
    .get(corpId, userId);
}

export function listStaff(world: World, corpId: string): Staff[] {
  return world.store
    .sql<Staff>('SELECT * FROM wecom_staff WHERE corpId = ? ORDER BY seq')
    .all(corpId);
}

export const departmentsOf = (staff: Staff): number[] => JSON.parse(staff.departments) as number[];

export function listDepartments(world: World, corpId: string): Department[] {
  return world.store
    .sql<Department>('SELECT * FROM wecom_department WHERE corpId = ? ORDER BY id')
    .all(corpId);
}

/** The department and all below it. */
export function departmentTree(world: World, corpId: string, root: number): Set<number> {
  const all = listDepartments(world, corpId);
  const found = new Set([root]);
  let size: number;
  do {
    size = found.size;
    for (const { id, parentId } of all) if (found.has(parentId)) found.add(id);
  } while (found.size > size);
  return found;
}

/** Somebody here whom the app can see; 60111 for everybody else. */
export function staffInCall(call: Call, world: World, userId: string): Staff {
  const staff = userId === '' ? refuse(41009) : staffOf(world, call.corp.corpId, userId);
  if (!staff || staff.leftAt !== null || !isInRange(call.agent, staff.userId)) return refuse(60111);
  return staff;
}

/** Somebody who may have customers; 84074 for those without the function. */
export function repInCall(call: Call, world: World, userId: string): Staff {
  const staff = staffInCall(call, world, userId);
  return staff.isRep === 1 ? staff : refuse(84074);
}

export function repsOf(world: World, agent: Agent): Staff[] {
  return listStaff(world, agent.corpId).filter(
    (staff) => staff.leftAt === null && staff.isRep === 1 && isInRange(agent, staff.userId),
  );
}
