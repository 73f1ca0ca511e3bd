import { z } from 'zod';
import { notFound, Problem } from '../../driver/problem';
import { randomText } from '../../random';
import type { World } from '../../world';
import {
  beginRelation,
  ensureContact,
  relationOf,
  relationsOf,
  type Contact,
  type Relation,
} from '../contacts';
import type { Agent, Corp } from '../corps';
import { tell } from '../events';
import { tellLookers } from '../messages';
import type { Staff } from '../staff';
import { customersOf } from '../transfers';
import { chooseRep, linkOf, specOf, wayOf, type WayRow } from '../ways';
import type { Acted } from './act';
import { staffOrThrow, type PersonRow } from './find';

export const addRepForm = z.object({
  corpId: z.string().optional(),
  /** A code, by its id or by what it carries; or a link; or simply a rep. */
  configId: z.string().optional(),
  state: z.string().optional(),
  linkId: z.string().optional(),
  /** Appended to the link's address; comes back as the state. */
  customerChannel: z.string().optional(),
  userId: z.string().optional(),
  /** By the platform's number; otherwise what is right for a code, a link, or a rep's own card. */
  addWay: z.number().int().min(0).max(202).optional(),
  /** The rep asked, not the customer. */
  byRep: z.boolean().default(false),
  /** Stops half-way: the rep is not theirs yet. */
  half: z.boolean().default(false),
});
type AddRep = z.infer<typeof addRepForm>;

interface Meeting {
  staff: Staff;
  state: string;
  addWay: number;
  linkId: string | null;
}

/** Inside a work: a person becomes a rep's friend, or half of one; every app that may hear it gets a code of its own. */
export function addRep(world: World, corp: Corp, person: PersonRow, wanted: AddRep): Acted {
  const now = world.clock.now();
  const contact = ensureContact(world, corp.corpId, person.id);
  const { staff, state, addWay, linkId } = meetingOf(world, corp, contact, wanted);
  const { corpId, externalUserId } = contact;
  const who = { userId: staff.userId, externalUserId };
  const before = relationOf(world, corpId, staff.userId, externalUserId);
  if (before?.status === 'friends')
    return { events: [], more: { ...who, note: 'already a friend' } };
  if (customersOf(world, corpId, staff.userId) >= staff.room)
    throw new Problem(409, 'rep_full', 'this rep cannot take another customer');
  if (linkId !== null) {
    if (corp.settings.acquisitionBalance === 0)
      throw new Problem(409, 'balance_exhausted', 'the corp has no uses of its links left');
    world.wecom.corps.spendAcquisition(corp);
  }
  const warned = linkId === null ? [] : tellOfBalance(world, corp);
  const status = wanted.half ? 'half' : 'friends';
  const operator = wanted.byRep ? staff.userId : externalUserId;
  const how = { status, addWay, state, operator, linkId } as const;
  const relation = beginRelation(world, contact, staff.userId, how, now);
  const greets = mayGreet(corp, contact, staff.userId, before);
  const changeType = wanted.half ? 'add_half_external_contact' : 'add_external_contact';
  const events = [...tellArrival(world, corp, relation, changeType, greets), ...warned];
  return { events, more: who };
}

/** Below 20 uses, and when there are none left. */
function tellOfBalance(world: World, corp: Corp): number[] {
  const left = corp.settings.acquisitionBalance;
  if (left !== 19 && left !== 0) return [];
  return tell(world, {
    ...{ corpId: corp.corpId, to: 'contact', event: 'customer_acquisition', lane: 'acquisition' },
    ...{ changeType: left === 0 ? 'balance_exhausted' : 'balance_low', fields: {} },
  });
}

/** Inside a work: the rep answers somebody who came half-way. */
export function completeHalf(world: World, corp: Corp, relation: Relation): Acted {
  if (relation.status !== 'half')
    throw new Problem(409, 'not_half', 'there is nothing to complete');
  world.store.sql(`UPDATE wecom_relation SET status = 'friends' WHERE seq = ?`).run(relation.seq);
  const { corpId, userId, externalUserId } = relation;
  tellLookers(world, { corpId, userId, externalUserId });
  // A code that greeted half a friend is the only one there is.
  const isNative = corp.settings.nativeWelcome.includes(relation.userId);
  const greets = relation.welcomedAt === null && !isNative;
  return { events: tellArrival(world, corp, relation, 'add_external_contact', greets) };
}

function tellArrival(
  world: World,
  corp: Corp,
  relation: Relation,
  changeType: string,
  greets: boolean,
): number[] {
  const { corpId, userId, externalUserId, state } = relation;
  return tell(world, {
    ...{ corpId, to: 'contact', event: 'change_external_contact', changeType },
    fields: (agent) => ({
      UserID: userId,
      ExternalUserID: externalUserId,
      ...(state === '' ? {} : { State: state }),
      ...(greets ? { WelcomeCode: welcomeCode(world, corp, agent, relation) } : {}),
    }),
    ...{ userId, externalUserId, lane: externalUserId },
  });
}

function welcomeCode(world: World, corp: Corp, agent: Agent, relation: Relation): string {
  const code = `WC_${randomText(40)}`;
  world.store
    .sql(
      'INSERT INTO wecom_welcome (code, corpId, agentId, userId, externalUserId, issuedAt) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(
      ...[code, corp.corpId, agent.agentId, relation.userId],
      ...[relation.externalUserId, world.clock.now()],
    );
  return code;
}

/** No code where the corp greets by itself, where the two have talked before, and for people of other corps. */
function mayGreet(
  corp: Corp,
  contact: Contact,
  userId: string,
  before: Relation | undefined,
): boolean {
  if (contact.kind !== 1 || corp.settings.nativeWelcome.includes(userId)) return false;
  const hasTalked = before !== undefined && (before.chattedAt ?? before.repliedAt) !== null;
  const isGreeted = before?.status === 'half' && before.welcomedAt !== null;
  return !hasTalked && !isGreeted;
}

function meetingOf(world: World, corp: Corp, contact: Contact, wanted: AddRep): Meeting {
  if (wanted.linkId !== undefined) {
    const link = linkOf(world, wanted.linkId) ?? notFound('link');
    const staff = behind(world, corp, specOf(link), contact);
    const state = cut(wanted.customerChannel ?? '', 64);
    return { staff, state, addWay: wanted.addWay ?? 16, linkId: link.linkId };
  }
  const isCode = wanted.configId !== undefined || wanted.userId === undefined;
  if (isCode) {
    const way = wayFor(world, corp, wanted);
    const spec = specOf(way);
    const exclusive = spec.is_exclusive === true ? heldBy(world, contact, spec) : undefined;
    const staff = exclusive ?? behind(world, corp, spec, contact);
    const state = typeof spec.state === 'string' ? spec.state : '';
    return { staff, state, addWay: wanted.addWay ?? 1, linkId: null };
  }
  const staff = staffOrThrow(world, corp.corpId, wanted.userId ?? '');
  return { staff, state: wanted.state ?? '', addWay: wanted.addWay ?? 1, linkId: null };
}

function wayFor(world: World, corp: Corp, { configId, state }: AddRep): WayRow {
  if (configId !== undefined) {
    const way = wayOf(world, configId);
    return way?.corpId === corp.corpId && way.kind === 'contact' ? way : notFound('code');
  }
  const way = world.store
    .sql<WayRow>(
      `SELECT * FROM wecom_way WHERE corpId = ? AND kind = 'contact' AND json_extract(spec, '$.state') = ? ORDER BY seq DESC LIMIT 1`,
    )
    .get(corp.corpId, state ?? '');
  return way ?? notFound('code with this state');
}

function behind(world: World, corp: Corp, spec: Record<string, unknown>, contact: Contact): Staff {
  const staff = chooseRep(
    world,
    corp.corpId,
    { user: spec.user as string[], party: spec.party as number[] },
    `${contact.externalUserId} ${JSON.stringify(spec.user)}`,
  );
  return staff ?? notFound('active rep behind this code');
}

/** Behind an exclusive code a customer has one rep and no second. */
function heldBy(world: World, contact: Contact, spec: Record<string, unknown>): Staff | undefined {
  const reps = spec.user as string[];
  const held = relationsOf(world, contact.externalUserId).find(
    (relation) => relation.status !== 'ended' && reps.includes(relation.userId),
  );
  return held && staffOrThrow(world, contact.corpId, held.userId);
}

/** Cut to bytes, never inside a character. */
function cut(text: string, bytes: number): string {
  let kept = '';
  for (const letter of text) {
    if (Buffer.byteLength(kept + letter) > bytes) break;
    kept += letter;
  }
  return kept;
}
