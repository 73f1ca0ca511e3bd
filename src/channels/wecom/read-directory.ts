import type { DirectoryEvent } from '../wecom-event';
import { numberOf, optional, textOf, type XmlTree } from '../wire/xml-tree';
import { isId, namesOf, type Reader } from './reading';

type StaffFacts = Extract<DirectoryEvent, { kind: 'staff-changed' }>;
type DepartmentFacts = Extract<DirectoryEvent, { kind: 'department-changed' }>;

const statuses: Readonly<Record<string, NonNullable<StaffFacts['status']>>> = {
  '1': 'active',
  '2': 'disabled',
  '4': 'not-activated',
  '5': 'quit',
};

/** `change_contact` by its ChangeType. The app's rights decide which fields come at all. */
export const directoryReaders: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['create_user', staff('joined')],
  ['update_user', staff('updated')],
  ['delete_user', staff('left')],
  ['create_party', department('created')],
  ['update_party', department('updated')],
  ['delete_party', department('deleted')],
  ['update_tag', staffTag],
]);

function staff(change: StaffFacts['change']): Reader {
  return (fields) => {
    const userId = textOf(fields, 'UserID');
    if (!isId(userId)) return undefined;
    const departmentIds = namesOf(fields, 'Department');
    const status = statuses[textOf(fields, 'Status')];
    return {
      lane: `staff:${userId}`,
      facts: {
        kind: 'staff-changed',
        change,
        userId,
        ...optional(fields, 'NewUserID', 'newUserId'),
        ...optional(fields, 'Name', 'name'),
        ...(departmentIds.length > 0 && { departmentIds }),
        ...optional(fields, 'MainDepartment', 'mainDepartmentId'),
        ...optional(fields, 'Position', 'position'),
        ...(status && { status }),
      },
    };
  };
}

function department(change: DepartmentFacts['change']): Reader {
  return (fields) => {
    const departmentId = textOf(fields, 'Id');
    if (!/^\d{1,10}$/.test(departmentId)) return undefined;
    return {
      lane: 'departments',
      facts: {
        kind: 'department-changed',
        change,
        departmentId,
        ...optional(fields, 'Name', 'name'),
        ...optional(fields, 'ParentId', 'parentId'),
        ...(textOf(fields, 'Order') !== '' && { order: numberOf(fields, 'Order') }),
      },
    };
  };
}

function staffTag(fields: XmlTree): ReturnType<Reader> {
  const staffTagId = textOf(fields, 'TagId');
  if (!/^\d{1,10}$/.test(staffTagId)) return undefined;
  return {
    lane: 'departments',
    facts: {
      kind: 'staff-tag-changed',
      staffTagId,
      addedUserIds: namesOf(fields, 'AddUserItems'),
      removedUserIds: namesOf(fields, 'DelUserItems'),
      addedDepartmentIds: namesOf(fields, 'AddPartyItems'),
      removedDepartmentIds: namesOf(fields, 'DelPartyItems'),
    },
  };
}
