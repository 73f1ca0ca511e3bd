import type { World } from '../../world';
import { isInRange } from '../corps';
import {
  contactInCall,
  isReadable,
  relationInCall,
  relationsOf,
  tagIdsOf,
  type Contact,
  type Relation,
} from '../contacts';
import { json, lengthOf, seconds, str, strs, type Call, type Endpoints } from '../endpoint';
import { afterOf, limitOf, pageOfRows } from '../paging';
import { refuse } from '../refusal';
import { repInCall, repsOf } from '../staff';

interface Person {
  name: string;
  unionid: string | null;
  avatar: string | null;
}

const shared = { where: 'wecom-contacts', needs: 'contact' } as const;

export const contactCalls: Endpoints = {
  '/cgi-bin/externalcontact/get_follow_user_list': {
    ...shared,
    method: 'both',
    run: (world, call) =>
      json({ follow_user: repsOf(world, call.agent).map((staff) => staff.userId) }),
  },
  '/cgi-bin/externalcontact/list': {
    ...shared,
    method: 'both',
    run: (world, call) => {
      const staff = repInCall(call, world, call.query.get('userid') ?? '');
      const rows = world.store
        .sql<Relation>(
          `SELECT * FROM wecom_relation WHERE corpId = ? AND userId = ? AND status IN ('friends', 'one-sided') ORDER BY seq`,
        )
        .all(call.corp.corpId, staff.userId)
        .filter((relation) => isReadable(call, relation));
      // Seen in life: nobody at all is answered as an error.
      if (rows.length === 0) return refuse(84061);
      return json({ external_userid: rows.map((row) => row.externalUserId) });
    },
  },
  '/cgi-bin/externalcontact/get': {
    ...shared,
    method: 'both',
    run: (world, call) => {
      const contact = contactInCall(call, world, call.query.get('external_userid') ?? '');
      const relations = relationsOf(world, contact.externalUserId).filter(
        (relation) => isReadable(call, relation) && isInRange(call.agent, relation.userId),
      );
      if (relations.length === 0) return refuse(84061);
      return json({
        external_contact: showContact(world, call, contact),
        follow_user: relations.map((relation) => ({
          ...showRelation(relation),
          tags: showTags(world, relation),
        })),
        next_cursor: '',
      });
    },
  },
  '/cgi-bin/externalcontact/batch/get_by_user': {
    ...shared,
    method: 'POST',
    run: (world, call) => {
      const users = strs(call.body, 'userid_list');
      if (users.length === 0) refuse(40063);
      if (users.length > 100) refuse(40058);
      const userIds = users.map((userId) => repInCall(call, world, userId).userId);
      // In the order of `seq`: an index on the reps would sort all of theirs for every page.
      const { rows, next_cursor } = pageOfRows<Relation>(
        world,
        `SELECT * FROM wecom_relation NOT INDEXED WHERE corpId = ? AND userId IN (SELECT value FROM json_each(?)) AND status IN ('friends', 'one-sided')`,
        [call.corp.corpId, JSON.stringify(userIds)],
        afterOf(call),
        limitOf(call, 50, 100),
      );
      return json({
        external_contact_list: rows
          .filter((relation) => isReadable(call, relation))
          .map((relation) => ({
            external_contact: showContact(
              world,
              call,
              contactInCall(call, world, relation.externalUserId),
            ),
            // Here tags are bare ids, and personal ones are not told.
            follow_info: { ...showRelation(relation), tag_id: tagIdsOf(world, relation) },
          })),
        next_cursor,
      });
    },
  },
  '/cgi-bin/externalcontact/remark': {
    ...shared,
    method: 'POST',
    run: (world, call) => {
      const { body } = call;
      const relation = relationInCall(
        call,
        world,
        str(body, 'userid'),
        str(body, 'external_userid'),
      );
      const names = ['remark', 'description', 'remark_company', 'remark_mobiles'];
      if (!names.some((name) => name in body)) refuse(40063);
      const [remark, description, company] = [
        str(body, 'remark'),
        str(body, 'description'),
        str(body, 'remark_company'),
      ];
      if (lengthOf(remark) > 20 || lengthOf(description) > 150 || lengthOf(company) > 20)
        refuse(40058);
      const mobiles = strs(body, 'remark_mobiles').filter((mobile) => mobile !== '');
      world.store
        .sql(
          'UPDATE wecom_relation SET remark = ?, description = ?, company = ?, mobiles = ? WHERE seq = ?',
        )
        .run(
          'remark' in body ? remark : relation.remark,
          'description' in body ? description : relation.description,
          'remark_company' in body ? company : relation.company,
          'remark_mobiles' in body ? JSON.stringify(mobiles) : relation.mobiles,
          relation.seq,
        );
      return json();
    },
  },
};

/** The unionid only for WeChat people, and only when the corp is bound to an open-platform account. */
export function showContact(world: World, call: Call, contact: Contact): Record<string, unknown> {
  const person = personOf(world, contact.personId);
  const isWeChat = contact.kind === 1;
  const unionid = isWeChat && call.corp.settings.openPlatform ? person.unionid : null;
  return {
    external_userid: contact.externalUserId,
    name: person.name,
    avatar: person.avatar ?? '',
    type: contact.kind,
    gender: contact.gender,
    ...(unionid === null ? {} : { unionid }),
    ...(isWeChat
      ? {}
      : { corp_name: contact.company, corp_full_name: contact.company, position: '' }),
  };
}

export function personOf(world: World, personId: string): Person {
  const person = world.store
    .sql<Person>('SELECT name, unionid, avatar FROM person WHERE id = ?')
    .get(personId);
  return person ?? { name: '', unionid: null, avatar: null };
}

const showRelation = (relation: Relation) => ({
  userid: relation.userId,
  remark: relation.remark,
  description: relation.description,
  createtime: seconds(relation.addedAt),
  add_way: relation.addWay,
  oper_userid: relation.operator,
  ...(relation.state === '' ? {} : { state: relation.state }),
  remark_corp_name: relation.company,
  remark_mobiles: JSON.parse(relation.mobiles) as string[],
});

function showTags(world: World, relation: Relation): Record<string, unknown>[] {
  const rows = world.store
    .sql<{ tagId: string; tag: string; tagGroup: string }>(
      `SELECT t.id AS tagId, t.name AS tag, g.name AS tagGroup FROM wecom_relation_tag rt JOIN wecom_tag t ON t.id = rt.tagId
       JOIN wecom_tag_group g ON g.id = t.groupId WHERE rt.corpId = ? AND rt.userId = ? AND rt.externalUserId = ? ORDER BY t.id`,
    )
    .all(relation.corpId, relation.userId, relation.externalUserId);
  const personal = JSON.parse(relation.personalTags) as string[];
  return [
    ...rows.map(({ tagId, tag, tagGroup }) => ({
      ...{ group_name: tagGroup, tag_name: tag, tag_id: tagId, type: 1 },
    })),
    ...personal.map((tag_name) => ({ group_name: '', tag_name, type: 2 })),
  ];
}
