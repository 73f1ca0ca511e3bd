import { z } from 'zod';
import { recordChange, type Actor } from '../../kernel/access';
import { execute, insertRows, select, type Tx } from '../../kernel/database';
import { Conflict, InvalidInput, NotFound } from '../../kernel/errors';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import type { Locale } from '../../kernel/text';
import { joinIdentities, joinPersons, pairOf } from '../join-people';
import { byId, PersonView } from '../person.schema';
import { maskedPhone, phoneOrThrow } from './phone';
import { planMerge } from './plan-merge';
import { likelyTheSame } from './same-person';

type Person = z.infer<typeof PersonView>;

export type OnePersonParts = {
  find: (actor: Actor, personId: string, locale?: Locale) => Promise<Person>;
  receivedFen: (identityIds: string[]) => Promise<Map<string, number>>;
};

const two = byId.extend({ otherId: z.string().max(26) });

const MergePlanView = z.object({
  other: PersonView,
  /** How many accounts, timeline entries, tags this person lacks, fields and numbers go over. */
  identities: z.number(),
  entries: z.number(),
  newTags: z.number(),
  fields: z.number(),
  phones: z.number(),
  receivedFen: z.number(),
  /** Each has a unionid, and they differ: one human with two WeChat accounts, or two humans. */
  twoWeChats: z.boolean(),
});

/** Joining by an operator's word, and the telephone numbers that speak for it. */
export function onePersonOperations(kit: Kit, { find, receivedFen }: OnePersonParts): Operation[] {
  /** Whoever decides sees the whole of both: nothing out of sight moves. */
  const whole = async (actor: Actor, id: string, locale?: Locale) => {
    const person = await find(actor, id, locale);
    const ids = idsOf(person);
    const [row] = await kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM identity WHERE personId = ?`,
      [id],
    );
    if (row?.n !== ids.length) throw new Conflict('person_out_of_sight');
    return { person, ids };
  };
  const both = async (actor: Actor, id: string, otherId: string, locale?: Locale) => {
    if (id === otherId) throw new InvalidInput('same_person_already');
    return [await whole(actor, id, locale), await whole(actor, otherId, locale)] as const;
  };
  const record = (tx: Tx, actor: Actor, action: string, targetId: string, after: unknown) =>
    recordChange(tx, actor, {
      ...{ id: kit.newId(), at: kit.clock.system(), action },
      ...{ targetKind: 'person', targetId, after },
    });

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/people/{id}/same-person',
        permission: 'people.read',
        summary: 'Who may be the same person, and what speaks for it',
        params: byId,
        response: z.object({
          items: z.array(
            z.object({
              person: PersonView,
              evidence: z.array(z.object({ code: z.string(), text: z.string() })),
            }),
          ),
        }),
      },
      async ({ actor, params: { id }, locale }) => {
        const person = await find(actor, id, locale);
        const likely = await likelyTheSame(kit.db, id, idsOf(person), locale);
        const items = [];
        for (const { personId, evidence } of likely) {
          const other = await find(actor, personId, locale).catch(absentIsNone);
          if (other) items.push({ person: other, evidence });
        }
        return { items };
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/people/{id}/merge/{otherId}',
        permission: 'people.edit',
        summary: 'What a merge would bring to this person, in numbers',
        params: two,
        response: MergePlanView,
      },
      async ({ actor, params: { id, otherId }, locale }) => {
        const [target, moving] = await both(actor, id, otherId, locale);
        const plan = await planMerge(kit.db, target.ids, moving.ids, receivedFen);
        return { other: moving.person, ...plan };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/people/{id}/merge/{otherId}',
        permission: 'people.edit',
        summary: 'Make one person of two; each account can be parted again',
        params: two,
        response: PersonView,
      },
      async ({ actor, params: { id, otherId }, locale }) => {
        const [target, moving] = await both(actor, id, otherId);
        await kit.db.transact(async (tx) => {
          const moved = await joinPersons(kit, tx, otherId, id, actor.name);
          // Joined by something else meanwhile, or changed under our eyes.
          if (moved.length !== moving.ids.length) throw new Conflict('person_changed');
          if (!target.person.named) {
            await execute(
              tx,
              `UPDATE person SET displayName = (SELECT o.displayName FROM
                 (SELECT displayName FROM person WHERE id = ?) o) WHERE id = ? AND displayName IS NULL`,
              [otherId, id],
            );
          }
          await record(tx, actor, 'person.merged', id, { otherId, identities: moved });
        });
        return find(actor, id, locale);
      },
    ),
    ...(['PUT', 'DELETE'] as const).map((method) =>
      operation(
        {
          method,
          path: '/api/v1/people/{id}/not-same/{otherId}',
          permission: 'people.edit',
          summary:
            method === 'PUT'
              ? 'Say that two are not one: it is not asked again, and nothing joins them by itself'
              : 'Take back that two are not one',
          params: two,
        },
        async ({ actor, params: { id, otherId } }) => {
          await both(actor, id, otherId);
          const [onePersonId, otherPersonId] = pairOf(id, otherId);
          await kit.db.transact(async (tx) => {
            if (method === 'PUT') {
              const at = kit.clock.business();
              const row = { onePersonId, otherPersonId, decidedBy: actor.name, at };
              await insertRows(tx, 'not_same_person', [row], {
                onConflict: ['onePersonId', 'otherPersonId'],
              });
            } else {
              const sql = `DELETE FROM not_same_person WHERE onePersonId = ? AND otherPersonId = ?`;
              await execute(tx, sql, [onePersonId, otherPersonId]);
            }
            const action = method === 'PUT' ? 'person.not-same' : 'person.maybe-same';
            await record(tx, actor, action, id, { otherId });
          });
          return undefined;
        },
      ),
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/people/{id}/phones',
        permission: 'people.edit',
        summary:
          'Note a number that was checked; whoever else has it, checked too, becomes the same person. Answers with the person it is now',
        params: byId,
        body: z.strictObject({ phone: z.string().trim().min(1).max(32) }),
        response: PersonView,
        status: 201,
      },
      async ({ actor, params: { id }, body, locale }) => {
        const [identityId] = idsOf(await find(actor, id));
        if (identityId === undefined) throw new InvalidInput('person_without_identity');
        const phone = phoneOrThrow(body.phone);
        const personId = await kit.db.transact(async (tx) => {
          const at = kit.clock.business();
          const row = { id: kit.newId(), identityId, phone, heldBy: '', notedBy: actor.name, at };
          await insertRows(tx, 'identity_phone', [row], {
            onConflict: ['identityId', 'phone', 'heldBy'],
          });
          const same = await select<{ identityId: string }>(
            tx,
            `SELECT identityId FROM identity_phone WHERE phone = ? AND heldBy = '' ORDER BY id`,
            [phone],
          );
          const ids = same.map((one) => one.identityId);
          await joinIdentities(kit, tx, 'phone', ids);
          await record(tx, actor, 'person.phone-noted', id, { phone: maskedPhone(phone) });
          return personOf(tx, identityId);
        });
        return find(actor, personId, locale);
      },
    ),
    operation(
      {
        method: 'DELETE',
        path: '/api/v1/people/{id}/phones/{phoneId}',
        permission: 'people.edit',
        summary: 'Take back a number that was checked; joins it made stay until they are undone',
        params: byId.extend({ phoneId: z.string().max(26) }),
        response: PersonView,
      },
      async ({ actor, params: { id, phoneId }, locale }) => {
        const phone = (await find(actor, id)).phones.find((one) => one.id === phoneId);
        if (!phone?.checked) throw new NotFound();
        await kit.db.transact(async (tx) => {
          await execute(tx, `DELETE FROM identity_phone WHERE id = ?`, [phoneId]);
          await record(tx, actor, 'person.phone-removed', id, { phone: phone.phone });
        });
        return find(actor, id, locale);
      },
    ),
  ];
}

const idsOf = ({ followers, contacts }: Person): string[] =>
  [...followers, ...contacts].map(({ identityId }) => identityId);

function absentIsNone(error: unknown): undefined {
  if (error instanceof NotFound) return undefined;
  throw error;
}

async function personOf(tx: Tx, identityId: string): Promise<string> {
  const sql = `SELECT personId FROM identity WHERE id = ?`;
  const [row] = await select<{ personId: string }>(tx, sql, [identityId]);
  if (!row) throw new NotFound();
  return row.personId;
}
