import { z } from 'zod';
import { recordChange, type Actor } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import { operation, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { undoJoin } from './join-people';
import { PersonView } from './person.schema';

type Person = z.infer<typeof PersonView>;

/** A join that was wrong is taken back: the identity returns, with everything that belongs to it. */
export function joinOperation(
  kit: Kit,
  find: (actor: Actor, personId: string, locale?: Locale) => Promise<Person>,
): Operation {
  return operation(
    {
      method: 'POST',
      path: '/api/v1/people/{id}/joins/{joinId}/undo',
      permission: 'people.edit',
      summary: 'Take back that an identity belongs to this person',
      params: z.object({ id: z.string().max(26), joinId: z.string().max(26) }),
      response: PersonView,
    },
    async ({ actor, params: { id, joinId }, locale }) => {
      const before = await find(actor, id);
      if (!before.joins.some((join) => join.id === joinId)) throw new NotFound();
      await kit.db.transact(async (tx) => {
        await undoJoin(kit, tx, { id: joinId, personId: id }, actor.name);
        await recordChange(tx, actor, {
          id: kit.newId(),
          at: kit.clock.system(),
          action: 'person.join-undone',
          targetKind: 'person',
          targetId: id,
          before: { joinId },
        });
      });
      return find(actor, id, locale);
    },
  );
}
