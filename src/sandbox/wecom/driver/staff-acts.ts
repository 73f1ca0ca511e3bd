import { z } from 'zod';
import { notFound, Problem } from '../../driver/problem';
import type { World } from '../../world';
import { endRelation, relationOf, setTag, tagIdsOf, type Relation } from '../contacts';
import type { Corp } from '../corps';
import { tell } from '../events';
import { confirmMass, massOf } from '../mass';
import { canBeSaid } from '../media';
import { partsOf, putMessage } from '../messages';
import { isFull, momentOf } from '../moments';
import { addRoom } from '../rooms';
import { departmentsOf } from '../staff';
import { tagOf } from '../tags';
import type { Acted, Rep } from './act';
import { agentOrThrow } from './find';
import { chatLine, tellOfPair } from './people-acts';
import { completeHalf } from './befriend';
import { kfActs } from './kf-acts';
import { parsed } from './parsed';
import { tellRoom } from './room-acts';

type Act = (world: World, rep: Rep, body: unknown) => Acted;

const pair = z.object({ externalUserId: z.string().min(1) });
const edit = pair.extend({
  remark: z.string().max(20).optional(),
  description: z.string().max(150).optional(),
  addTags: z.array(z.string()).default([]),
  removeTags: z.array(z.string()).default([]),
  personalTags: z.array(z.string()).optional(),
  mobiles: z.array(z.string().max(32)).max(5).optional(),
});
const saying = pair.extend({
  kind: z.string().default('text'),
  text: z.string().default(''),
  /** A link, picture or mini-program card as the sidebar's bridge gives it. */
  part: z.record(z.string(), z.json()).optional(),
});
const ordered = z.object({ msgId: z.string().min(1) });
const moment = z.object({ momentId: z.string().min(1) });
const toApp = z.object({ agentId: z.string().min(1), text: z.string().min(1) });
const tapping = z.object({
  agentId: z.string().min(1),
  event: z.string().default('click'),
  key: z.string().default(''),
});
const answering = z.object({
  agentId: z.string().min(1),
  taskId: z.string().min(1),
  key: z.string().min(1),
});
const rooming = z.object({ name: z.string().min(1).max(40) });
const renaming = z.object({ newUserId: z.string().regex(/^[\w.@-]{1,64}$/) });

/** What a member of staff does in their own WeCom. Every act runs inside a work. */
export const staffActs: Record<string, Act> = {
  ...kfActs,
  'accept-contact': (world, rep, body) =>
    completeHalf(world, rep.corp, relationWith(world, rep, parsed(pair, body).externalUserId)),

  'delete-contact': (world, rep, body) => {
    const relation = relationWith(world, rep, parsed(pair, body).externalUserId);
    endRelation(world, relation, 'ended', world.clock.now());
    return { events: tellOfPair(world, relation, 'del_external_contact') };
  },

  'edit-contact': (world, rep, body) => {
    const { externalUserId, ...change } = parsed(edit, body);
    const relation = relationWith(world, rep, externalUserId);
    for (const id of [...change.addTags, ...change.removeTags])
      if (tagOf(world, id)?.corpId !== rep.corp.corpId) notFound('tag');
    for (const id of change.addTags) setTag(world, relation, id, true);
    for (const id of change.removeTags) setTag(world, relation, id, false);
    world.store
      .sql(
        'UPDATE wecom_relation SET remark = ?, description = ?, personalTags = ?, mobiles = ? WHERE seq = ?',
      )
      .run(
        change.remark ?? relation.remark,
        change.description ?? relation.description,
        change.personalTags ? JSON.stringify(change.personalTags) : relation.personalTags,
        change.mobiles ? JSON.stringify(change.mobiles) : relation.mobiles,
        relation.seq,
      );
    return {
      events: tellOfPair(world, relation, 'edit_external_contact'),
      more: { tagIds: tagIdsOf(world, relation) },
    };
  },

  /** Also what the sidebar's bridge does with sendChatMessage. Nothing of it is told to any app. */
  say: (world, rep, body) => {
    const { externalUserId, kind, text, part } = parsed(saying, body);
    const relation = relationWith(world, rep, externalUserId);
    if (relation.status !== 'friends')
      throw new Problem(409, 'not_friends', 'the customer has left');
    const isFile = ['image', 'video', 'file'].includes(kind);
    if (isFile && !canBeSaid(world, rep.corp.corpId, kind, part))
      throw new Problem(422, 'media_invalid', 'no such file of the last three days');
    const now = world.clock.now();
    world.store.sql('UPDATE wecom_relation SET repliedAt = ? WHERE seq = ?').run(now, relation.seq);
    const shown = { text, ...(part === undefined ? {} : { [kind]: part }) };
    const id = putMessage(
      world,
      { ...chatLine(relation, text), direction: 'in', kind, body: shown },
      now,
    );
    return { events: [], more: { messageId: String(id) } };
  },

  'confirm-mass': (world, { corp, staff }, body) => {
    const mass = massOf(world, parsed(ordered, body).msgId);
    const task = world.store
      .sql<{ status: number }>('SELECT status FROM wecom_mass_task WHERE msgId = ? AND userId = ?')
      .get(mass?.msgId ?? '', staff.userId);
    if (!mass || !task) return notFound('order for this rep');
    if (mass.cancelledAt !== null) throw new Problem(409, 'cancelled', 'the order was cancelled');
    if (task.status !== 0) return { events: [], more: { note: 'confirmed already' } };
    const now = world.clock.now();
    return { events: [], more: confirmMass(world, mass, staff.userId, corp.settings.massCap, now) };
  },

  'confirm-moment': (world, { staff }, body) => {
    const found = momentOf(world, parsed(moment, body).momentId) ?? notFound('moment');
    if (found.cancelledAt !== null) throw new Problem(409, 'cancelled', 'the moment was cancelled');
    const now = world.clock.now();
    const { changes } = world.store
      .sql(
        'UPDATE wecom_moment_task SET publishedAt = coalesce(publishedAt, ?) WHERE momentId = ? AND userId = ?',
      )
      .run(now, found.momentId, staff.userId);
    if (changes === 0) return notFound('moment for this rep');
    return { events: [], more: { delivered: deliverMoment(world, found, staff.userId, now) } };
  },

  'tell-app': (world, rep, body) => {
    const { agentId, text } = parsed(toApp, body);
    const happening = { event: 'text', isMessage: true, fields: { Content: text } } as const;
    return { events: tellApp(world, rep, agentId, happening) };
  },

  tap: (world, rep, body) => {
    const { agentId, event, key } = parsed(tapping, body);
    return { events: tellApp(world, rep, agentId, { event, fields: { EventKey: key } }) };
  },

  'answer-card': (world, rep, body) => {
    const { agentId, taskId, key } = parsed(answering, body);
    const card = world.store
      .sql<{ responseCode: string }>(
        'SELECT responseCode FROM wecom_card WHERE corpId = ? AND agentId = ? AND taskId = ? AND usedAt IS NULL',
      )
      .get(rep.corp.corpId, agentId, taskId);
    if (!card) return notFound('card');
    // From the event on the code lives for three days.
    world.store
      .sql('UPDATE wecom_card SET expiresAt = ? WHERE responseCode = ?')
      .run(world.clock.now() + 3 * 86_400_000, card.responseCode);
    const fields = {
      ...{ EventKey: key, TaskId: taskId, CardType: 'button_interaction' },
      ResponseCode: card.responseCode,
    };
    return { events: tellApp(world, rep, agentId, { event: 'template_card_event', fields }) };
  },

  'create-room': (world, { corp, staff }, body) => {
    const { name } = parsed(rooming, body);
    const { corpId } = corp;
    const room = addRoom(world, { corpId, name, owner: staff.userId }, world.clock.now());
    return { events: tellRoom(world, room, 'create', {}), more: { roomId: room.roomId } };
  },

  /** Their customers and rooms wait for somebody to take over. */
  leave: (world, { corp, staff }) => {
    const now = world.clock.now();
    world.store
      .sql('UPDATE wecom_staff SET leftAt = ?, status = 5 WHERE seq = ?')
      .run(now, staff.seq);
    world.store
      .sql('UPDATE wecom_room SET state = 1 WHERE corpId = ? AND owner = ? AND dismissedAt IS NULL')
      .run(corp.corpId, staff.userId);
    return { events: tellOfStaff(world, corp, 'delete_user', { UserID: staff.userId }) };
  },

  rename: (world, { corp, staff }, body) => {
    const { newUserId } = parsed(renaming, body);
    renameEverywhere(world, corp.corpId, staff.userId, newUserId);
    const fields = {
      ...{ UserID: staff.userId, NewUserID: newUserId },
      Department: departmentsOf(staff).join(','),
    };
    return { events: tellOfStaff(world, corp, 'update_user', fields) };
  },
};

export function tellOfStaff(
  world: World,
  { corpId }: Corp,
  changeType: string,
  fields: Parameters<typeof tell>[1]['fields'],
): number[] {
  const event = 'change_contact';
  return tell(world, { corpId, to: 'directory', event, changeType, fields, lane: 'directory' });
}

function relationWith(world: World, { corp, staff }: Rep, externalUserId: string): Relation {
  const relation = relationOf(world, corp.corpId, staff.userId, externalUserId);
  if (relation && relation.status !== 'ended') return relation;
  throw new Problem(409, 'not_friends', 'these two are no friends');
}

function tellApp(
  world: World,
  { corp, staff }: Rep,
  agentId: string,
  happening: { event: string; isMessage?: true; fields: Record<string, string> },
): number[] {
  const to = agentOrThrow(world, corp.corpId, agentId);
  return tell(world, {
    ...{ corpId: corp.corpId, to, from: staff.userId, lane: `app ${staff.userId}` },
    ...happening,
  });
}

function deliverMoment(
  world: World,
  found: NonNullable<ReturnType<typeof momentOf>>,
  userId: string,
  now: number,
): number {
  const content = JSON.parse(found.body) as Parameters<typeof partsOf>[0];
  const rows = world.store
    .sql<{ seq: number; externalUserId: string }>(
      'SELECT * FROM wecom_moment_customer WHERE momentId = ? AND userId = ? AND deliveredAt IS NULL',
    )
    .all(found.momentId, userId);
  const theirs = rows.filter(
    ({ externalUserId }) =>
      relationOf(world, found.corpId, userId, externalUserId)?.status === 'friends' &&
      !isFull(world, found, externalUserId, now),
  );
  for (const { seq, externalUserId } of theirs) {
    world.store.sql('UPDATE wecom_moment_customer SET deliveredAt = ? WHERE seq = ?').run(now, seq);
    for (const part of partsOf(content))
      putMessage(
        world,
        {
          ...{ corpId: found.corpId, via: 'moment', direction: 'in', userId, externalUserId },
          ...{ ...part, ref: found.momentId },
        },
        now,
      );
  }
  return theirs.length;
}

function renameEverywhere(world: World, corpId: string, from: string, to: string): void {
  for (const table of ['wecom_staff', 'wecom_relation', 'wecom_relation_tag', 'wecom_message'])
    world.store
      .sql(`UPDATE ${table} SET userId = ? WHERE corpId = ? AND userId = ?`)
      .run(to, corpId, from);
  world.store
    .sql('UPDATE wecom_room SET owner = ? WHERE corpId = ? AND owner = ?')
    .run(to, corpId, from);
  world.store
    .sql('UPDATE wecom_room_member SET memberId = ? WHERE kind = 1 AND memberId = ?')
    .run(to, from);
}
