import { z } from 'zod';
import { notFound, Problem } from '../../driver/problem';
import type { World } from '../../world';
import { endRelation, ensureContact, relationOf, type Contact, type Relation } from '../contacts';
import type { Corp } from '../corps';
import { tell } from '../events';
import { addKfItem, chatOf, grantCode, kfOf, saveChat, visitorWrote, tokenFor } from '../kf';
import { putMessage, type NewWeComMessage } from '../messages';
import { failTransfer, pendingTransfer } from '../transfers';
import { specOf } from '../ways';
import type { Acted } from './act';
import { addRep, addRepForm } from './befriend';
import { parsed } from './parsed';
import { roomOrThrow, type PersonRow } from './find';
import { joinRoom, leaveRoom } from './room-acts';
import { roomCodeOrThrow, roomForScan } from './scan-room-code';

export interface Actor {
  corp: Corp;
  person: PersonRow;
}

type Act = (world: World, actor: Actor, body: unknown) => Acted;

const rep = z.object({ userId: z.string().min(1) });
const words = z.object({ text: z.string().min(1).max(4_000) });
const reaction = z.object({
  momentId: z.string(),
  userId: z.string(),
  kind: z.enum(['like', 'comment']),
});
const joining = z.object({
  roomId: z.string().optional(),
  configId: z.string().optional(),
  state: z.string().optional(),
  invitedBy: z.string().optional(),
});
const kfEntering = z.object({
  kfId: z.string(),
  scene: z.string().default(''),
  sceneParam: z.string().default(''),
});
const kfSaying = z.object({
  kfId: z.string(),
  text: z.string().min(1),
  menuId: z.string().optional(),
  times: z.number().int().min(1).max(10_000).default(1),
});

/** What a customer can do with their thumb. Every act runs inside a work. */
export const personActs: Record<string, Act> = {
  'add-rep': (world, { corp, person }, body) =>
    addRep(world, corp, person, parsed(addRepForm, body)),

  'delete-rep': (world, actor, body) => {
    const relation = friendOf(world, actor, parsed(rep, body).userId);
    endRelation(world, relation, 'one-sided', world.clock.now());
    return { events: tellOfPair(world, relation, 'del_follow_user') };
  },

  say: (world, actor, body) => {
    const { userId, text } = parsed(rep.extend(words.shape), body);
    const relation = friendOf(world, actor, userId);
    const now = world.clock.now();
    const isFirst = relation.chattedAt === null;
    world.store.sql('UPDATE wecom_relation SET chattedAt = ? WHERE seq = ?').run(now, relation.seq);
    putMessage(world, { ...chatLine(relation, text), direction: 'out' }, now);
    // What is said never reaches an app; that a customer of a link began to talk does.
    return {
      events:
        isFirst && relation.linkId !== null
          ? tellOfPair(world, relation, 'customer_start_chat', 'customer_acquisition')
          : [],
    };
  },

  'agree-to-archive': (world, actor, body) => ({
    events: tellOfPair(
      world,
      friendOf(world, actor, parsed(rep, body).userId),
      'msg_audit_approved',
    ),
  }),

  'refuse-transfer': (world, actor) => {
    const contact = contactOfActor(world, actor);
    const transfer = pendingTransfer(world, contact.corpId, contact.externalUserId);
    if (!transfer) return notFound('hand-over');
    return { events: failTransfer(world, transfer, 3, world.clock.now()) };
  },

  'join-room': (world, actor, body) => {
    const { roomId, configId, state, invitedBy } = parsed(joining, body);
    const member = { memberId: contactOfActor(world, actor).externalUserId, kind: 2 };
    if (roomId !== undefined) {
      const room = roomOrThrow(world, roomId);
      return joinRoom(world, actor.corp, room, { ...member, joinedBy: 1, invitedBy });
    }
    const way = roomCodeOrThrow(world, actor.corp, { configId, state });
    const { room, events } = roomForScan(world, actor.corp, way);
    const carried = String(specOf(way).state);
    const joined = joinRoom(world, actor.corp, room, { ...member, joinedBy: 3, state: carried });
    return { ...joined, events: [...events, ...joined.events] };
  },

  'leave-room': (world, actor, body) => {
    const room = roomOrThrow(world, parsed(joining, body).roomId ?? '');
    return leaveRoom(world, room, contactOfActor(world, actor).externalUserId, 0);
  },

  'react-to-moment': (world, actor, body) => {
    const { momentId, userId, kind } = parsed(reaction, body);
    const { externalUserId } = contactOfActor(world, actor);
    const { changes } = world.store
      .sql(
        `UPDATE wecom_moment_customer SET ${kind === 'like' ? 'likedAt' : 'commentedAt'} = ?
         WHERE momentId = ? AND userId = ? AND externalUserId = ? AND deliveredAt IS NOT NULL`,
      )
      .run(world.clock.now(), momentId, userId, externalUserId);
    return changes === 1 ? { events: [] } : notFound('moment on this phone');
  },

  'kf-enter': (world, actor, body) => {
    const { kfId, scene, sceneParam } = parsed(kfEntering, body);
    kfOfActor(world, actor, kfId);
    const now = world.clock.now();
    const { externalUserId } = contactOfActor(world, actor);
    const before = chatOf(world, kfId, externalUserId);
    const last = Math.max(before?.wroteAt ?? 0, before?.welcomedAt ?? 0);
    const chat = before ?? {
      ...{ kfId, externalUserId, state: 0, servicer: null, wroteAt: null, left: 0 },
      welcomedAt: null,
    };
    saveChat(world, chat);
    // Greeted within two days means not again.
    const greets = now - last > 172_800_000;
    const code = greets ? { welcome_code: grantCode(world, chat, 'welcome', null, now) } : {};
    const part = { event_type: 'enter_session', scene, scene_param: sceneParam, ...code };
    addKfItem(world, { kfId, externalUserId, origin: 4, msgtype: 'event', part }, now);
    return { events: ringKf(world, actor.corp, kfId) };
  },

  /** `times` lets a flood of messages ring once. */
  'kf-say': (world, actor, body) => {
    const { kfId, text, menuId, times } = parsed(kfSaying, body);
    kfOfActor(world, actor, kfId);
    const now = world.clock.now();
    const { externalUserId, corpId } = contactOfActor(world, actor);
    visitorWrote(world, kfId, externalUserId, now);
    const part = { content: text, ...(menuId === undefined ? {} : { menu_id: menuId }) };
    for (let turn = 0; turn < times; turn += 1) {
      const said = { kfId, externalUserId, origin: 3, msgtype: 'text', part } as const;
      const ref = addKfItem(world, said, now);
      putMessage(
        world,
        {
          ...{ corpId, via: 'kf', direction: 'out', kind: 'text', body: { text } },
          ...{ externalUserId, kfId, ref },
        },
        now,
      );
    }
    return { events: ringKf(world, actor.corp, kfId) };
  },
};

/** Inside a work. */
export function contactOfActor(world: World, { corp, person }: Actor): Contact {
  return ensureContact(world, corp.corpId, person.id);
}

function friendOf(world: World, actor: Actor, userId: string): Relation {
  const { corpId, externalUserId } = contactOfActor(world, actor);
  const relation = relationOf(world, corpId, userId, externalUserId);
  if (relation?.status === 'friends') return relation;
  throw new Problem(409, 'not_friends', 'these two are no friends');
}

export function tellOfPair(
  world: World,
  relation: Relation,
  changeType: string,
  event = 'change_external_contact',
): number[] {
  const { corpId, userId, externalUserId } = relation;
  return tell(world, {
    ...{ corpId, to: 'contact', event, changeType, userId, externalUserId },
    ...{ fields: { UserID: userId, ExternalUserID: externalUserId }, lane: externalUserId },
  });
}

export const chatLine = (relation: Relation, text: string): Omit<NewWeComMessage, 'direction'> => ({
  ...{ corpId: relation.corpId, kind: 'text', body: { text } },
  ...{ userId: relation.userId, externalUserId: relation.externalUserId },
  via: 'chat',
});

function kfOfActor(world: World, { corp }: Actor, kfId: string): void {
  if (kfOf(world, kfId)?.corpId !== corp.corpId) notFound('customer-service account');
}

/** The bell: it has no sender, and says only that something waits. */
export function ringKf(world: World, corp: Corp, kfId: string): number[] {
  const kf = kfOf(world, kfId) ?? notFound('customer-service account');
  const of = (to: Parameters<typeof tell>[1]['to']) =>
    tell(world, {
      ...{ corpId: corp.corpId, to, event: 'kf_msg_or_event', from: null, lane: kfId },
      fields: { Token: tokenFor(kfId, world.clock.now()), OpenKfId: kfId },
    });
  return kf.managedBy === null ? of('kf') : [];
}
