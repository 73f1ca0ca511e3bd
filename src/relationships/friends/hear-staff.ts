import type { InboundEvent } from '../../channels/inbound-event';
import { execute, insertRows, select, type Raw } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';
import { rankOf } from './keep-staff';
import { renameJob } from './rename-staff';
import { staffLook } from './staff-look';

type Part = Pick<Kit, 'clock' | 'newId'>;
type StaffEvent = Extract<InboundEvent, { kind: 'staff-changed' }>;
type DepartmentEvent = Extract<InboundEvent, { kind: 'department-changed' }>;

/** What an event changes in the directory, in the event's own transaction; nothing for every other event. */
export function directoryNews(
  kit: Part,
  event: InboundEvent,
): ((raw: Raw) => Promise<void>) | undefined {
  if (event.kind === 'staff-changed') return (raw) => keepStaffEvent(kit, raw, event);
  if (event.kind === 'department-changed') return (raw) => keepDepartmentEvent(raw, event);
  return undefined;
}

async function keepStaffEvent(kit: Part, raw: Raw, event: StaffEvent): Promise<void> {
  const { accountId, change, userId, newUserId } = event;
  if (newUserId !== undefined && newUserId !== userId) await rename(kit, raw, event, newUserId);
  const now = newUserId ?? userId;
  if (await isTooLate(raw, event, now)) return;
  const status = change === 'left' ? 'quit' : event.status;
  const seenAt = kit.clock.business();
  await insertRows(
    raw,
    'staff',
    [
      {
        ...{ id: kit.newId(), accountId, userId: now, name: (event.name ?? now).slice(0, 64) },
        ...{ position: event.position?.slice(0, 64) ?? null, status: status ?? 'active', seenAt },
      },
    ],
    {
      onConflict: ['accountId', 'userId'],
      // An event names only what was changed, and only what the app may know.
      update: [
        ...(event.name === undefined ? [] : ['name']),
        ...(event.position === undefined ? [] : ['position']),
        ...(status === undefined ? [] : ['status']),
        'seenAt',
      ],
    },
  );
  await lookAgain(kit, raw, event, status);
  if (event.departmentIds === undefined && change !== 'left') return;
  const sql = `DELETE FROM staff_department WHERE accountId = ? AND userId = ?`;
  await execute(raw, sql, [accountId, now]);
  const homes = [...new Set(event.departmentIds ?? [])].filter((id) => /^\d{1,16}$/.test(id));
  if (change === 'left') return;
  await insertRows(
    raw,
    'staff_department',
    homes.map((departmentId) => ({ accountId, userId: now, departmentId })),
  );
}

/** Who is there is another question than what they are called. */
async function lookAgain(
  kit: Part,
  raw: Raw,
  { accountId, change, userId, newUserId: to, at }: StaffEvent,
  status: string | undefined,
): Promise<void> {
  const isRenamed = to !== undefined && to !== userId;
  if (change === 'updated' && status === undefined && !isRenamed) return;
  const look = { accountId, ...(isRenamed && { renamed: { from: userId, to } }) };
  await enqueue(raw, [staffLook(kit, look, `${userId}:${at}`)]);
}

/** Events overtake each other: what was told of a member before they left does not bring them back. */
async function isTooLate(
  raw: Raw,
  { accountId, change, status, at }: StaffEvent,
  userId: string,
): Promise<boolean> {
  if (change !== 'updated' || status === 'quit') return false;
  const [gone] = await select<{ seenAt: number }>(
    raw,
    `SELECT seenAt FROM staff WHERE accountId = ? AND userId = ? AND status = 'quit'`,
    [accountId, userId],
  );
  return gone !== undefined && at < gone.seenAt;
}

/** Few rows each: these follow in the event's own transaction. */
const namedIn = [
  ['room', 'ownerId'],
  ['handover', 'fromUserId'],
  ['handover', 'toUserId'],
  ['handover_item', 'toUserId'],
] as const;

/** The member at once; their friends, who may be thousands, by work rows. */
async function rename(
  kit: Part,
  raw: Raw,
  { accountId, userId }: StaffEvent,
  newUserId: string,
): Promise<void> {
  const [taken] = await select<{ id: string }>(
    raw,
    `SELECT id FROM staff WHERE accountId = ? AND userId = ?`,
    [accountId, newUserId],
  );
  const where = `WHERE accountId = ? AND userId = ?`;
  if (taken) await execute(raw, `DELETE FROM staff ${where}`, [accountId, userId]);
  else {
    const sql = `UPDATE staff SET userId = ? ${where}`;
    await execute(raw, sql, [newUserId, accountId, userId]);
  }
  await execute(raw, `DELETE FROM staff_department ${where}`, [accountId, userId]);
  for (const [table, column] of namedIn) {
    const sql = `UPDATE ${table} SET ${column} = ? WHERE accountId = ? AND ${column} = ?`;
    await execute(raw, sql, [newUserId, accountId, userId]);
  }
  await enqueue(raw, [renameJob(kit, { accountId, from: userId, to: newUserId })]);
}

async function keepDepartmentEvent(raw: Raw, event: DepartmentEvent): Promise<void> {
  const { accountId, departmentId, change, name, parentId, order } = event;
  if (change === 'deleted') {
    for (const table of ['department', 'staff_department']) {
      const sql = `DELETE FROM ${table} WHERE accountId = ? AND departmentId = ?`;
      await execute(raw, sql, [accountId, departmentId]);
    }
    return;
  }
  const row = {
    ...{ accountId, departmentId, name: (name ?? departmentId).slice(0, 64) },
    ...{ parentId: parentId ?? null, sortRank: rankOf(order ?? 0) },
  };
  await insertRows(raw, 'department', [row], {
    onConflict: ['accountId', 'departmentId'],
    update: [
      ...(name === undefined ? [] : ['name']),
      ...(parentId === undefined ? [] : ['parentId']),
      ...(order === undefined ? [] : ['sortRank']),
    ],
  });
}
