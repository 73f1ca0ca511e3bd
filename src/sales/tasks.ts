import { execute, insertRows, select, type Scalar, type Tx } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import type { SalesTask, TaskState } from './task.entity';
import { taskReminder } from './tell-rep';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
type Doer = { accountId: string; userId: string; agentId: string };
export type NewTask = { title: string; dueAt: number | null; identityId: string | null };
export type TaskChange = { title?: string; dueAt?: number | null; state?: TaskState };

/** With the customer it is for, if any. */
export type ShownTask = SalesTask & { externalUserId: string | null; name: string | null };

const shown = `SELECT t.*, i.externalId AS externalUserId, COALESCE(p.displayName, c.name) AS name
  FROM sales_task t LEFT JOIN identity i ON i.id = t.identityId
  LEFT JOIN person p ON p.id = i.personId LEFT JOIN contact_profile c ON c.identityId = i.id`;

/** One rep's tasks: those with a time first, the soonest first. */
export function listTasks(
  { db }: Pick<Kit, 'db'>,
  { accountId, userId }: Pick<Doer, 'accountId' | 'userId'>,
  wanted: { state: TaskState; dueBefore?: number; identityId?: string; limit: number },
): Promise<ShownTask[]> {
  const { state, dueBefore, identityId, limit } = wanted;
  const due = dueBefore === undefined ? '' : ' AND t.dueAt < ?';
  const whose = identityId === undefined ? '' : ' AND t.identityId = ?';
  const params: Scalar[] = [accountId, userId, state];
  if (dueBefore !== undefined) params.push(dueBefore);
  if (identityId !== undefined) params.push(identityId);
  return db.read.all<ShownTask>(
    `${shown} WHERE t.accountId = ? AND t.userId = ? AND t.state = ?${due}${whose}
     ORDER BY CASE WHEN t.dueAt IS NULL THEN 1 ELSE 0 END, t.dueAt, t.id LIMIT ${limit}`,
    params,
  );
}

export async function taskOf(
  { db }: Pick<Kit, 'db'>,
  { accountId, userId }: Pick<Doer, 'accountId' | 'userId'>,
  id: string,
): Promise<ShownTask> {
  const [task] = await db.read.all<ShownTask>(
    `${shown} WHERE t.id = ? AND t.accountId = ? AND t.userId = ?`,
    [id, accountId, userId],
  );
  if (!task) throw new NotFound();
  return task;
}

export async function addTask(kit: Part, doer: Doer, task: NewTask): Promise<string> {
  const id = kit.newId();
  const { accountId, userId, agentId } = doer;
  await kit.db.transact(async (tx) => {
    await insertRows(tx, 'sales_task', [
      {
        ...{ id, accountId, userId, agentId, ...task, state: 'open' },
        ...{ remindedAt: null, doneAt: null, createdAt: kit.clock.business() },
      },
    ]);
    await remindAt(kit, tx, accountId, id, task.dueAt);
  });
  kit.work.ring();
  return id;
}

/** A new time asks for a new reminder; the old one finds its time gone and says nothing. */
export async function changeTask(
  kit: Part,
  doer: Doer,
  id: string,
  change: TaskChange,
): Promise<void> {
  await kit.db.transact(async (tx) => {
    const [known] = await select<SalesTask>(
      tx,
      `SELECT * FROM sales_task WHERE id = ? AND accountId = ? AND userId = ?`,
      [id, doer.accountId, doer.userId],
    );
    if (!known) throw new NotFound();
    const now = kit.clock.business();
    const { title = known.title, state = known.state } = change;
    const dueAt = change.dueAt === undefined ? known.dueAt : change.dueAt;
    const isMoved = dueAt !== known.dueAt || (state === 'open' && known.state !== 'open');
    const doneAt = state === 'done' ? (known.doneAt ?? now) : null;
    await execute(
      tx,
      `UPDATE sales_task SET title = ?, state = ?, dueAt = ?, doneAt = ?, remindedAt = ? WHERE id = ?`,
      [title, state, dueAt, doneAt, isMoved ? null : known.remindedAt, id],
    );
    if (isMoved && state === 'open') await remindAt(kit, tx, known.accountId, id, dueAt);
    if (state === 'done' && known.state !== 'done' && known.identityId !== null) {
      await insertRows(tx, 'timeline_entry', [
        {
          ...{ id: kit.newId(), identityId: known.identityId, accountId: known.accountId, at: now },
          ...{ kind: 'task-done', params: JSON.stringify({ title }) },
          ...{ refKind: 'sales-task', refId: id },
        },
      ]);
    }
  });
  kit.work.ring();
}

async function remindAt(
  kit: Part,
  tx: Tx,
  accountId: string,
  taskId: string,
  dueAt: number | null,
): Promise<void> {
  if (dueAt === null) return;
  await enqueue(tx, [
    {
      ...{ id: kit.newId(), kind: taskReminder, dedupeKey: `${taskId}:${dueAt}`, accountId },
      ...{ payload: { taskId, dueAt }, dueAt, createdAt: kit.clock.system(), priority: 4 },
    },
  ]);
}
