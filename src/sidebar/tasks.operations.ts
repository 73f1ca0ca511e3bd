import { DateTime } from 'luxon';
import { z } from 'zod';
import { InvalidInput } from '../kernel/errors';
import { operation, pageOf, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { addTask, changeTask, listTasks, taskOf } from '../sales';
import { friendOf } from './friend-of';
import { repOf } from './rep-of';
import { presentTask, TaskView } from './views';

const title = z.string().trim().min(1).max(200);
const dueAt = z.iso.datetime({ offset: true }).nullable();

/** Today at the earliest: of a day that is over nobody can be reminded in time. */
function instantOf(kit: Kit, due: string | null | undefined): number | null {
  if (due === null || due === undefined) return null;
  const at = Date.parse(due);
  const today = DateTime.fromMillis(kit.clock.business(), { zone: kit.settings.orgZone });
  if (at < today.startOf('day').toMillis()) throw new InvalidInput('task_due_past');
  return at;
}

export function taskOperations(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/sidebar/tasks',
        permission: 'rep',
        summary: 'This rep’s tasks, the soonest first',
        query: z.object({
          state: z.enum(['open', 'done', 'dropped']).default('open'),
          limit: z.coerce.number().int().min(1).max(200).default(100),
        }),
        response: pageOf(TaskView),
      },
      async ({ actor, query }) => {
        const rows = await listTasks(kit, repOf(actor), query);
        const now = kit.clock.business();
        return { items: rows.map((row) => presentTask(row, now)), nextCursor: null };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/sidebar/tasks',
        permission: 'rep',
        summary: 'Add a task; when it is due, WeCom reminds',
        body: z.strictObject({
          title,
          dueAt: dueAt.optional(),
          externalUserId: z.string().max(64).optional(),
        }),
        response: TaskView,
        status: 201,
      },
      async ({ actor, body }) => {
        const { externalUserId } = body;
        const identityId =
          externalUserId === undefined
            ? null
            : (await friendOf(kit, actor, externalUserId)).identityId;
        const rep = repOf(actor);
        const task = { title: body.title, dueAt: instantOf(kit, body.dueAt), identityId };
        const id = await addTask(kit, rep, task);
        return presentTask(await taskOf(kit, rep, id), kit.clock.business());
      },
    ),
    operation(
      {
        method: 'PATCH',
        path: '/api/v1/sidebar/tasks/{id}',
        permission: 'rep',
        summary: 'Change, finish or drop a task',
        params: z.object({ id: z.string().max(26) }),
        body: z.strictObject({
          title: title.optional(),
          dueAt: dueAt.optional(),
          state: z.enum(['open', 'done', 'dropped']).optional(),
        }),
        response: TaskView,
      },
      async ({ actor, params, body }) => {
        const rep = repOf(actor);
        await changeTask(kit, rep, params.id, {
          ...(body.title === undefined ? {} : { title: body.title }),
          ...(body.dueAt === undefined ? {} : { dueAt: instantOf(kit, body.dueAt) }),
          ...(body.state === undefined ? {} : { state: body.state }),
        });
        return presentTask(await taskOf(kit, rep, params.id), kit.clock.business());
      },
    ),
  ];
}
