import { z } from 'zod';
import { recordChange } from '../kernel/access';
import { Forbidden, NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { missedRuns, permissionFor } from './missed-runs';

/** Schedules that ask when their time was missed: the questions, and what somebody answers. */
export function missedRunOperations(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/schedules/missed',
        permission: 'overview.read',
        summary: 'Runs whose time was missed and that wait for a decision, oldest first',
        response: z.object({
          items: z.array(
            z.object({
              scheduleId: z.string(),
              kind: z.string(),
              ownerId: z.string(),
              name: z.string(),
              dueAt: z.string(),
              href: z.string(),
            }),
          ),
          nextCursor: z.null(),
        }),
      },
      async ({ actor }) => ({
        items: (await missedRuns(kit, actor)).map((run) => ({
          ...run,
          dueAt: new Date(run.dueAt).toISOString(),
        })),
        nextCursor: null,
      }),
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/schedules/{id}/missed',
        permission: 'overview.read',
        summary:
          'Make up for a missed run, or leave it out; needs the right to send the campaign or to pay',
        params: z.object({ id: z.string().max(26) }),
        body: z.strictObject({ dueAt: z.iso.datetime(), decision: z.enum(['run', 'skip']) }),
        movesMoney: true,
      },
      async ({ actor, params, body }) => {
        const dueAt = Date.parse(body.dueAt);
        const run = (await missedRuns(kit, actor)).find(
          (one) => one.scheduleId === params.id && one.dueAt === dueAt,
        );
        if (!run) throw new NotFound();
        const permission = permissionFor(run.kind);
        if (!permission || !actor.permissions.has(permission)) {
          throw new Forbidden('forbidden', { permission });
        }
        await kit.db.transact(async (tx) => {
          await kit.schedules.answer(tx, run, body.decision);
          await recordChange(tx, actor, {
            id: kit.newId(),
            at: kit.clock.system(),
            action: body.decision === 'run' ? 'schedule.made-up' : 'schedule.left-out',
            targetKind: run.kind,
            targetId: run.ownerId,
            after: { dueAt: body.dueAt },
          });
        });
        kit.work.ring();
        return undefined;
      },
    ),
  ];
}
