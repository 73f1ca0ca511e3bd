import { z } from 'zod';
import { recordChange, type Actor } from '../kernel/access';
import { Conflict, NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { copyPerson } from './copy-person';
import { countPerson } from './count-person';
import { orderErasure } from './order-erasure';

const byId = z.object({ id: z.string().max(26) });

const CountsView = z.object({
  messages: z.number(),
  media: z.number(),
  notes: z.number(),
  tasks: z.number(),
  tags: z.number(),
  fields: z.number(),
  phones: z.number(),
  conversations: z.number(),
  stays: z.object({
    episodes: z.number(),
    deliveries: z.number(),
    payouts: z.number(),
    paidFen: z.number(),
  }),
});

/** Erasing a person on request, and the copy of their data they may ask for. */
export function erasureOperations(kit: Kit): Operation[] {
  /** Whoever decides sees the whole of them: nothing out of sight goes. */
  const whole = async (actor: Actor, personId: string): Promise<string[]> => {
    const rows = await kit.db.read.all<{ id: string; accountId: string }>(
      `SELECT id, accountId FROM identity WHERE personId = ? ORDER BY id`,
      [personId],
    );
    const { accountIds } = actor;
    const seen = rows.filter((row) => accountIds === 'all' || accountIds.includes(row.accountId));
    if (seen.length === 0) throw new NotFound();
    if (seen.length < rows.length) throw new Conflict('person_out_of_sight');
    return rows.map(({ id }) => id);
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/people/{id}/erasure',
        permission: 'people.erase',
        summary: 'What would go and what would stay if this person were erased, in numbers',
        params: byId,
        response: CountsView,
      },
      async ({ actor, params }) => countPerson(kit.db, await whole(actor, params.id)),
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/people/{id}/erasure',
        permission: 'people.erase',
        summary: 'Erase this person for ever; episodes and money stay under a pseudonym',
        params: byId,
        response: z.object({ progressId: z.string() }),
        status: 202,
      },
      async ({ actor, params }) => {
        const ids = await whole(actor, params.id);
        const counts = await countPerson(kit.db, ids);
        return { progressId: await orderErasure(kit, actor, params.id, counts) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/people/{id}/copy',
        permission: 'people.erase',
        summary: 'Everything we hold about this person, table by table',
        params: byId,
        response: z.object({
          personId: z.string(),
          madeAt: z.string(),
          tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
        }),
      },
      async ({ actor, params }) => {
        await whole(actor, params.id);
        await kit.db.transact((tx) =>
          recordChange(tx, actor, {
            ...{ id: kit.newId(), at: kit.clock.system(), action: 'person.copied' },
            ...{ targetKind: 'person', targetId: params.id },
          }),
        );
        const tables = await copyPerson(kit, params.id);
        const madeAt = new Date(kit.clock.business()).toISOString();
        return { personId: params.id, madeAt, tables };
      },
    ),
  ];
}
