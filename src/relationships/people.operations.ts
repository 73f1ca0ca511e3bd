import { z } from 'zod';
import type { AccountBook } from '../accounts';
import { recordChange, type Actor } from '../kernel/access';
import { execute, insertRows, marksFor, type Tx } from '../kernel/database';
import { Conflict, InvalidInput, NotFound } from '../kernel/errors';
import { decodeCursor, encodeCursor, operation, pageQuery, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { tagIdsOf } from './commit-changes';
import { queueTagPush } from './corp-tags';
import { setFields } from './fields';
import { isErased } from './follower-state';
import { countPeople, listAnchors, presentPeople } from './people.queries';
import { joinOperation } from './joins.operations';
import { onePersonOperations } from './one-person/one-person.operations';
import { byId, PersonView, tagName } from './person.schema';
import { timelineOperation } from './timeline.operations';

export type PeopleParts = {
  book: AccountBook;
  /** Red-packet money that these identities really received; the money ledger answers. */
  receivedFen: (identityIds: string[]) => Promise<Map<string, number>>;
};

const PeopleQuery = pageQuery.extend({
  q: z.string().trim().min(1).max(64).optional(),
  accountId: z.string().max(26).optional(),
  state: z.enum(['following', 'unfollowed', 'unknown']).optional(),
  tag: z.string().max(32).optional(),
  source: z.string().max(64).optional(),
  openid: z.string().max(64).optional(),
  externalUserId: z.string().max(64).optional(),
  activeWithinDays: z.coerce.number().int().min(1).max(3_650).optional(),
});

export function peopleOperations(kit: Kit, parts: PeopleParts): Operation[] {
  const { book } = parts;
  const show = (actor: Actor, ids: readonly string[], locale: Locale) =>
    presentPeople(kit.db, book, actor, ids, parts.receivedFen, locale);
  const one = async (actor: Actor, id: string, locale: Locale = 'zh-CN') => {
    const [person] = await show(actor, [id], locale);
    if (!person) throw new NotFound();
    return person;
  };
  /** Nothing is written about somebody who was erased, and nobody becomes them. */
  const living = async (actor: Actor, id: string, locale?: Locale) => {
    const person = await one(actor, id, locale);
    const known = [
      ...person.followers.map(({ openid }) => openid),
      ...person.contacts.map(({ externalUserId }) => externalUserId),
    ];
    if (known.length > 0 && known.every(isErased)) throw new Conflict('person_erased');
    return person;
  };

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/people',
        permission: 'people.read',
        summary: 'People, most recently active first; `total` on the first page',
        query: PeopleQuery,
        response: z.object({
          items: z.array(PersonView),
          nextCursor: z.string().nullable(),
          total: z.number().optional(),
        }),
      },
      async ({ actor, query, locale }) => {
        const { limit, cursor, activeWithinDays, ...filter } = query;
        const wanted = {
          ...filter,
          activeAfter:
            activeWithinDays === undefined
              ? undefined
              : kit.clock.business() - activeWithinDays * 86_400_000,
        };
        const keys = cursor ? decodeCursor(cursor, ['number', 'string']) : undefined;
        const after = keys ? { lastActiveAt: Number(keys[0]), id: String(keys[1]) } : undefined;
        const anchors = await listAnchors(kit.db, actor, wanted, { limit, after });
        const shown = anchors.slice(0, limit);
        const last = shown.at(-1);
        const ids = [...new Set(shown.map((anchor) => anchor.personId))];
        return {
          items: await show(actor, ids, locale),
          nextCursor:
            anchors.length > limit && last
              ? encodeCursor([last.lastActiveAt, last.identityId])
              : null,
          ...(cursor ? {} : { total: await countPeople(kit.db, actor, wanted) }),
        };
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/people/{id}',
        permission: 'people.read',
        summary: 'One person with every identity',
        params: byId,
        response: PersonView,
      },
      ({ actor, params, locale }) => one(actor, params.id, locale),
    ),
    operation(
      {
        method: 'PATCH',
        path: '/api/v1/people/{id}',
        permission: 'people.edit',
        summary: 'The name we use for them, and custom fields',
        params: byId,
        body: z.strictObject({
          remark: z.string().trim().max(64).nullable().optional(),
          fields: z
            .record(z.string().max(32), z.union([z.string().max(255), z.number(), z.null()]))
            .optional(),
        }),
        response: PersonView,
      },
      async ({ actor, params, body, locale }) => {
        const before = await living(actor, params.id);
        await kit.db.transact(async (tx) => {
          if (body.remark !== undefined) {
            await execute(tx, `UPDATE person SET displayName = ? WHERE id = ?`, [
              body.remark === '' ? null : body.remark,
              params.id,
            ]);
          }
          if (body.fields) {
            await setFields(
              kit,
              tx,
              identitiesOf(before).map((one) => one.identityId),
              body.fields,
            );
          }
          await recordPerson(
            kit,
            tx,
            actor,
            'person.changed',
            params.id,
            valuesOf(before, body),
            body,
          );
        });
        return one(actor, params.id, locale);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/people/{id}/tags',
        permission: 'people.edit',
        summary: 'Add and remove tags by name',
        params: byId,
        body: z.strictObject({
          add: z.array(tagName).max(20).default([]),
          remove: z.array(tagName).max(20).default([]),
        }),
        response: PersonView,
      },
      async ({ actor, params, body, locale }) => {
        const person = await living(actor, params.id);
        const identities = identitiesOf(person);
        if (identities.length === 0) throw new InvalidInput('person_without_identity');
        await kit.db.transact(async (tx) => {
          const at = kit.clock.business();
          const world = { newId: kit.newId, systemNow: kit.clock.system() };
          const tagIds = await tagIdsOf(tx, world, body.add);
          const had = new Set(person.tags.map((tag) => tag.name));
          const ids = identities.map((identity) => identity.identityId);
          await insertRows(
            tx,
            'identity_tag',
            ids.flatMap((identityId) =>
              tagIds.map((tagId) => ({ identityId, tagId, addedBy: actor.name, at })),
            ),
            { onConflict: ['identityId', 'tagId'] },
          );
          if (body.remove.length > 0) {
            await execute(
              tx,
              `DELETE FROM identity_tag WHERE identityId IN (${marksFor(ids)})
               AND tagId IN (SELECT id FROM tag WHERE name IN (${marksFor(body.remove)}))`,
              [...ids, ...body.remove],
            );
          }
          await queueTagPush(tx, world, ids);
          const [anchor] = identities;
          const entries = [
            ...body.add.filter((name) => !had.has(name)).map((name) => ['tagged', name] as const),
            ...body.remove
              .filter((name) => had.has(name))
              .map((name) => ['untagged', name] as const),
          ];
          await insertRows(
            tx,
            'timeline_entry',
            entries.map(([kind, name]) => ({
              id: kit.newId(),
              identityId: anchor?.identityId ?? '',
              accountId: anchor?.accountId ?? '',
              at,
              kind,
              params: JSON.stringify({ tag: name, by: actor.name }),
              refKind: null,
              refId: null,
            })),
          );
          await recordPerson(kit, tx, actor, 'person.tagged', params.id, [...had], body);
        });
        kit.work.ring();
        return one(actor, params.id, locale);
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/people/{id}/notes',
        permission: 'people.edit',
        summary: 'Write a note on the timeline',
        params: byId,
        body: z.strictObject({ text: z.string().trim().min(1).max(2_000) }),
        response: z.object({ id: z.string() }),
        status: 201,
      },
      async ({ actor, params, body }) => {
        const person = await living(actor, params.id);
        const [anchor] = identitiesOf(person);
        if (!anchor) throw new InvalidInput('person_without_identity');
        const id = kit.newId();
        await kit.db.transact((tx) =>
          insertRows(tx, 'timeline_entry', [
            {
              id,
              identityId: anchor.identityId,
              accountId: anchor.accountId,
              at: kit.clock.business(),
              kind: 'note',
              params: JSON.stringify({ text: body.text, by: actor.name }),
              refKind: null,
              refId: null,
            },
          ]),
        );
        return { id };
      },
    ),
    joinOperation(kit, one),
    ...onePersonOperations(kit, { find: living, receivedFen: parts.receivedFen }),
    timelineOperation(kit, (actor, id) => one(actor, id)),
  ];
}

type Anchored = { identityId: string; accountId: string };

const identitiesOf = (person: { followers: Anchored[]; contacts: Anchored[] }): Anchored[] => [
  ...person.followers,
  ...person.contacts,
];

/** What a change replaces, field by field. */
const valuesOf = (
  person: { name: string; named: boolean; fields: Record<string, unknown> },
  changed: { remark?: unknown; fields?: Record<string, unknown> | undefined },
) => ({
  ...(changed.remark === undefined ? {} : { remark: person.named ? person.name : null }),
  ...(changed.fields && {
    fields: Object.fromEntries(
      Object.keys(changed.fields).map((key) => [key, person.fields[key] ?? null]),
    ),
  }),
});

function recordPerson(
  kit: Kit,
  tx: Tx,
  actor: Actor,
  action: string,
  targetId: string,
  before: unknown,
  after: unknown,
): Promise<void> {
  return recordChange(tx, actor, {
    id: kit.newId(),
    at: kit.clock.system(),
    action,
    targetKind: 'person',
    targetId,
    before,
    after,
  });
}
