import { randomText } from '../random';
import type { World } from '../world';
import { isInRange } from './corps';
import type { Call } from './endpoint';
import { tellLookers } from './messages';
import { refuse } from './refusal';

/** One person as one corp knows them. Another corp knows the same person by another id. */
export interface Contact {
  seq: number;
  corpId: string;
  externalUserId: string;
  personId: string;
  /** 1 WeChat, 2 a person of another corp. */
  kind: number;
  gender: number;
  company: string;
}

/**
 * `half`: the customer came, the rep is not theirs yet. `one-sided`: the customer left, the rep still sees
 * them. `ended`: the rep deleted them, or somebody else took over.
 */
export type RelationStatus = 'half' | 'friends' | 'one-sided' | 'ended';

export interface Relation {
  seq: number;
  corpId: string;
  userId: string;
  externalUserId: string;
  status: RelationStatus;
  remark: string;
  description: string;
  company: string;
  mobiles: string;
  personalTags: string;
  addWay: number;
  state: string;
  operator: string;
  linkId: string | null;
  addedAt: number;
  endedAt: number | null;
  /** When the customer last wrote, and when anybody last did. */
  chattedAt: number | null;
  repliedAt: number | null;
  welcomedAt: number | null;
}

export function contactOf(world: World, externalUserId: string): Contact | undefined {
  return world.store
    .sql<Contact>('SELECT * FROM wecom_contact WHERE externalUserId = ?')
    .get(externalUserId);
}

/** Inside a work: the person's record in a corp, made when missing. */
export function ensureContact(
  world: World,
  corpId: string,
  personId: string,
  more: { kind?: number; gender?: number; company?: string } = {},
): Contact {
  const find = () =>
    world.store
      .sql<Contact>('SELECT * FROM wecom_contact WHERE corpId = ? AND personId = ?')
      .get(corpId, personId);
  const known = find();
  if (known) return known;
  const { kind = 1, gender = 0, company = '' } = more;
  const externalUserId = `${kind === 2 ? 'wo' : 'wm'}${randomText(30)}`;
  world.store
    .sql(
      'INSERT INTO wecom_contact (corpId, externalUserId, personId, kind, gender, company) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(corpId, externalUserId, personId, kind, gender, company);
  const made = find();
  if (!made) throw new Error('the contact was not written');
  return made;
}

export function relationOf(
  world: World,
  corpId: string,
  userId: string,
  externalUserId: string,
): Relation | undefined {
  return world.store
    .sql<Relation>(
      'SELECT * FROM wecom_relation WHERE corpId = ? AND userId = ? AND externalUserId = ?',
    )
    .get(corpId, userId, externalUserId);
}

export function relationsOf(world: World, externalUserId: string): Relation[] {
  return world.store
    .sql<Relation>('SELECT * FROM wecom_relation WHERE externalUserId = ? ORDER BY addedAt, seq')
    .all(externalUserId);
}

/** Whether the API sees a relation: half ones and ended ones are none, and a fresh one may not be there yet. */
export function isReadable(call: Call, relation: Relation): boolean {
  const isThere = relation.status === 'friends' || relation.status === 'one-sided';
  return isThere && call.now >= relation.addedAt + call.corp.settings.staleMs;
}

/** The contact a call names; 40096 for anything that is not one of this corp. */
export function contactInCall(call: Call, world: World, externalUserId: string): Contact {
  if (externalUserId === '') refuse(41035);
  const contact = contactOf(world, externalUserId);
  return contact?.corpId === call.corp.corpId ? contact : refuse(40096);
}

/** The pair a call names; 84061 when they are not connected, or not yet. */
export function relationInCall(
  call: Call,
  world: World,
  userId: string,
  externalUserId: string,
): Relation {
  const contact = contactInCall(call, world, externalUserId);
  if (userId === '') refuse(41009);
  if (!isInRange(call.agent, userId)) refuse(60011);
  const relation = relationOf(world, contact.corpId, userId, externalUserId);
  return relation && isReadable(call, relation) ? relation : refuse(84061);
}

export function tagIdsOf(world: World, relation: Relation): string[] {
  return world.store
    .sql<{ tagId: string }>(
      'SELECT tagId FROM wecom_relation_tag WHERE corpId = ? AND userId = ? AND externalUserId = ? ORDER BY tagId',
    )
    .all(relation.corpId, relation.userId, relation.externalUserId)
    .map(({ tagId }) => tagId);
}

/** Inside a work. */
export function setTag(world: World, relation: Relation, tagId: string, isOn: boolean): void {
  const key = [relation.corpId, relation.userId, relation.externalUserId, tagId];
  world.store
    .sql(
      isOn
        ? 'INSERT OR IGNORE INTO wecom_relation_tag (corpId, userId, externalUserId, tagId) VALUES (?, ?, ?, ?)'
        : 'DELETE FROM wecom_relation_tag WHERE corpId = ? AND userId = ? AND externalUserId = ? AND tagId = ?',
    )
    .run(...key);
}

/** Inside a work: the relation begins, or begins again with nothing left of what was noted before. */
export function beginRelation(
  world: World,
  contact: Contact,
  userId: string,
  how: {
    status: 'half' | 'friends';
    addWay: number;
    state: string;
    operator: string;
    linkId?: string | null;
    /** A hand-over keeps remark, description and tags. */
    keeps?: Relation;
  },
  now: number,
): Relation {
  const { corpId, externalUserId } = contact;
  const before = relationOf(world, corpId, userId, externalUserId);
  const { keeps } = how;
  if (before) world.store.sql('DELETE FROM wecom_relation WHERE seq = ?').run(before.seq);
  world.store
    .sql('DELETE FROM wecom_relation_tag WHERE corpId = ? AND userId = ? AND externalUserId = ?')
    .run(corpId, userId, externalUserId);
  world.store
    .sql(
      `INSERT INTO wecom_relation (corpId, userId, externalUserId, status, remark, description, company, mobiles, addWay, state, operator, linkId, addedAt,
         chattedAt, repliedAt, welcomedAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[corpId, userId, externalUserId, how.status],
      ...[keeps?.remark ?? '', keeps?.description ?? '', keeps?.company ?? ''],
      ...[keeps?.mobiles ?? '[]', how.addWay, how.state, how.operator, how.linkId ?? null, now],
      // What was said before is remembered by both phones, and a greeting while half is a greeting.
      ...[before?.chattedAt ?? null, before?.repliedAt ?? null],
      before?.status === 'half' ? before.welcomedAt : null,
    );
  const made = relationOf(world, corpId, userId, externalUserId);
  if (!made) throw new Error('the relation was not written');
  if (keeps) for (const tagId of tagIdsOf(world, keeps)) setTag(world, made, tagId, true);
  tellLookers(world, { corpId, userId, externalUserId });
  return made;
}

/** Inside a work. */
export function endRelation(
  world: World,
  relation: Relation,
  status: 'one-sided' | 'ended',
  now: number,
): void {
  world.store
    .sql('UPDATE wecom_relation SET status = ?, endedAt = ? WHERE seq = ?')
    .run(status, now, relation.seq);
  const { corpId, userId, externalUserId } = relation;
  tellLookers(world, { corpId, userId, externalUserId });
}
