import type { Department, StaffMember } from '../../channels/wecom';
import { execute, insertRows, marksFor, type Db } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;

const atOnce = 500;

/** Who is new, and who is not shown to us any more. */
export type StaffNews = { newStaff: number; goneStaff: number };

/** Writes the directory as WeCom shows it, some hundreds a transaction. Nobody is deleted: the ledger names them. */
export async function keepDirectory(
  kit: Part,
  accountId: string,
  departments: readonly Department[],
  members: readonly StaffMember[],
): Promise<StaffNews> {
  await keepDepartments(kit, accountId, departments);
  const known = await knownStaff(kit.db, accountId);
  for (let from = 0; from < members.length; from += atOnce) {
    await keepMembers(kit, accountId, members.slice(from, from + atOnce));
  }
  const shown = new Set(members.map(({ userId }) => userId));
  const gone = [...known]
    .filter(([userId, status]) => !shown.has(userId) && status !== 'quit' && status !== 'unknown')
    .map(([userId]) => userId);
  for (let from = 0; from < gone.length; from += atOnce) {
    const ids = gone.slice(from, from + atOnce);
    const sql = `UPDATE staff SET status = 'unknown' WHERE accountId = ? AND userId IN (${marksFor(ids)})`;
    await kit.db.transact((tx) => execute(tx, sql, [accountId, ...ids]));
  }
  const newStaff = members.filter(({ userId }) => !known.has(userId)).length;
  return { newStaff, goneStaff: gone.length };
}

async function knownStaff(db: Db, accountId: string): Promise<Map<string, string>> {
  const rows = await db.read.all<{ userId: string; status: string }>(
    `SELECT userId, status FROM staff WHERE accountId = ?`,
    [accountId],
  );
  return new Map(rows.map(({ userId, status }) => [userId, status]));
}

async function keepDepartments(
  kit: Part,
  accountId: string,
  departments: readonly Department[],
): Promise<void> {
  const rows = departments.map(({ id, name, parentId, order }) => ({
    ...{ accountId, departmentId: String(id), name: name.slice(0, 64) },
    ...{ parentId: parentId === 0 ? null : String(parentId), sortRank: rankOf(order) },
  }));
  await kit.db.transact(async (tx) => {
    await execute(tx, `DELETE FROM department WHERE accountId = ?`, [accountId]);
    await insertRows(tx, 'department', rows);
  });
}

async function keepMembers(
  kit: Part,
  accountId: string,
  members: readonly StaffMember[],
): Promise<void> {
  const seenAt = kit.clock.business();
  const ids = members.map(({ userId }) => userId);
  await kit.db.transact(async (tx) => {
    const rows = members.map(({ userId, name, position, status }) => ({
      ...{ id: kit.newId(), accountId, userId, name: name.slice(0, 64) },
      ...{ position: position === '' ? null : position.slice(0, 64), status, seenAt },
    }));
    await insertRows(tx, 'staff', rows, {
      ...{ onConflict: ['accountId', 'userId'], update: ['name', 'position', 'status', 'seenAt'] },
    });
    await execute(
      tx,
      `DELETE FROM staff_department WHERE accountId = ? AND userId IN (${marksFor(ids)})`,
      [accountId, ...ids],
    );
    const homes = members.flatMap(({ userId, departmentIds }) =>
      [...new Set(departmentIds)].map((id) => ({ accountId, userId, departmentId: String(id) })),
    );
    await insertRows(tx, 'staff_department', homes);
  });
}

/** The platform's numbers go beyond what a column holds. */
export const rankOf = (order: number): number =>
  Math.min(Math.max(Math.trunc(order), 0), 2_000_000_000);

/** Reps in a fixed order, after one of them: no job has to carry them all. */
export function repsAfter(reps: readonly string[], last: string | null, count: number): string[] {
  return [...reps]
    .sort()
    .filter((userId) => last === null || userId > last)
    .slice(0, count);
}
