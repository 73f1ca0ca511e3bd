import { z } from 'zod';
import { recordChange } from '../kernel/access';
import { operation, pageOf, pageQuery, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { putOff, setStage, stages } from '../sales';
import { endOf, friendOf, presentFriendOf } from './friend-of';
import type { PeopleDoor } from './people-door';
import { FieldView, fieldsOf, LineView, ProfileView, readFields, readProfile } from './profile';
import { repOf } from './rep-of';
import { byContact, presentStage, StageView, untilOf } from './views';

const one = '/api/v1/sidebar/contacts/{externalUserId}';
const tagName = z.string().trim().min(1).max(16);
const TagsView = z.array(z.object({ id: z.string(), name: z.string() }));
const hour = 3_600_000;

/** One customer: what is known, and what a rep may write down. */
export function contactOperations(kit: Kit, door: PeopleDoor): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: one,
        permission: 'rep',
        summary: 'Who this is, what happened, and what to do now',
        params: byContact,
        response: ProfileView,
      },
      async ({ actor, params, locale, ctx }) => {
        const friend = await friendOf(kit, actor, params.externalUserId);
        return readProfile(kit, door, { actor, locale, ctx }, friend);
      },
    ),
    operation(
      {
        method: 'GET',
        path: `${one}/timeline`,
        permission: 'rep',
        summary: 'Everything that happened with this customer',
        params: byContact,
        query: pageQuery.extend({ kind: z.string().max(200).optional() }),
        response: pageOf(LineView),
      },
      async ({ actor, params, query, locale, ctx }) => {
        const friend = await friendOf(kit, actor, params.externalUserId);
        return door.timeline({ actor, locale, ctx }, friend.personId, {
          ...query,
          ...untilOf(endOf(friend)),
        });
      },
    ),
    operation(
      {
        method: 'PATCH',
        path: one,
        permission: 'rep',
        summary: 'Fill in fields of this customer',
        params: byContact,
        body: z.strictObject({
          fields: z.record(
            z.string().max(32),
            z.union([z.string().max(255), z.number(), z.null()]),
          ),
        }),
        response: z.object({ fields: z.array(FieldView) }),
      },
      async ({ actor, params, body, locale, ctx }) => {
        const { personId } = await presentFriendOf(kit, actor, params.externalUserId);
        const person = await door.change({ actor, locale, ctx }, personId, { fields: body.fields });
        return { fields: fieldsOf(person, await readFields(kit)) };
      },
    ),
    operation(
      {
        method: 'PUT',
        path: `${one}/tags`,
        permission: 'rep',
        summary: 'Tag this customer',
        params: byContact,
        body: z.strictObject({
          add: z.array(tagName).max(20).default([]),
          remove: z.array(tagName).max(20).default([]),
        }),
        response: z.object({ tags: TagsView }),
      },
      async ({ actor, params, body, locale, ctx }) => {
        const { personId } = await presentFriendOf(kit, actor, params.externalUserId);
        const { tags } = await door.tag({ actor, locale, ctx }, personId, body);
        return { tags };
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/sidebar/tags',
        permission: 'rep',
        summary: 'Tags to choose from',
        response: pageOf(z.object({ id: z.string(), name: z.string() })),
      },
      async () => ({
        items: await kit.db.read.all<{ id: string; name: string }>(
          `SELECT id, name FROM tag ORDER BY name LIMIT 500`,
        ),
        nextCursor: null,
      }),
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/notes`,
        permission: 'rep',
        summary: 'Write a note about this customer',
        params: byContact,
        body: z.strictObject({ text: z.string().trim().min(1).max(2_000) }),
        response: z.object({ id: z.string() }),
        status: 201,
      },
      async ({ actor, params, body, locale, ctx }) => {
        const { personId } = await presentFriendOf(kit, actor, params.externalUserId);
        return door.note({ actor, locale, ctx }, personId, body);
      },
    ),
    operation(
      {
        method: 'PUT',
        path: `${one}/stage`,
        permission: 'rep',
        summary: 'How far this customer has come; null takes it back',
        params: byContact,
        body: z.strictObject({ stage: z.enum(stages).nullable() }),
        response: z.object({ stage: StageView.nullable() }),
      },
      async ({ actor, params, body, locale }) => {
        const { accountId } = repOf(actor);
        const { linkId, identityId } = await presentFriendOf(kit, actor, params.externalUserId);
        const { stage } = body;
        const since = await kit.db.transact(async (tx) => {
          await recordChange(tx, actor, {
            ...{ id: kit.newId(), at: kit.clock.system(), action: 'sales.stage-set' },
            ...{ targetKind: 'staff-link', targetId: linkId, after: { stage } },
          });
          return setStage(kit, tx, { linkId, identityId, accountId }, stage, actor.name);
        });
        return { stage: presentStage(locale, stage, since) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: `${one}/later`,
        permission: 'rep',
        summary: 'Propose nothing about this customer for some hours',
        params: byContact,
        body: z.strictObject({ hours: z.number().int().min(1).max(168) }),
      },
      async ({ actor, params, body }) => {
        const { linkId } = await presentFriendOf(kit, actor, params.externalUserId);
        const until = kit.clock.business() + body.hours * hour;
        await kit.db.transact((tx) => putOff(tx, linkId, until));
      },
    ),
  ];
}
