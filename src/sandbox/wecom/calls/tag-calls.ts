import {
  json,
  lengthOf,
  num,
  objs,
  seconds,
  str,
  strs,
  type Call,
  type Endpoints,
} from '../endpoint';
import { relationInCall, setTag } from '../contacts';
import { refuse } from '../refusal';
import {
  addTags,
  groupByName,
  groupOf,
  liveTags,
  removeGroup,
  removeTag,
  tagOf,
  type TagGroupRow,
  type TagRow,
} from '../tags';
import type { World } from '../../world';

const shared = { where: 'wecom-tags', needs: 'contact', method: 'POST' } as const;
const MOST_TAGS = 3_000;
const MOST_NAME = 30;

export const tagCalls: Endpoints = {
  '/cgi-bin/externalcontact/get_corp_tag_list': {
    ...shared,
    run: (world, call) => {
      const groupIds = strs(call.body, 'group_id');
      const tagIds = groupIds.length > 0 ? [] : strs(call.body, 'tag_id');
      return json({ tag_group: listGroups(world, call, groupIds, tagIds) });
    },
  },
  '/cgi-bin/externalcontact/add_corp_tag': {
    ...shared,
    run: (world, call) => {
      const { body, corp } = call;
      const [groupId, groupName] = [str(body, 'group_id'), str(body, 'group_name')];
      const wanted = objs(body, 'tag').map((tag) => ({
        name: str(tag, 'name'),
        rank: num(tag, 'order'),
      }));
      if (wanted.length === 0 || (groupId === '' && groupName === '')) refuse(40063);
      for (const name of [...wanted.map((tag) => tag.name), ...(groupId === '' ? [groupName] : [])])
        if (name === '' || lengthOf(name) > MOST_NAME) refuse(40072);
      const group =
        groupId === ''
          ? groupByName(world, corp.corpId, groupName)
          : ownGroup(world, call, groupId);
      const names = group ? liveTags(world, group.id).map((tag) => tag.name) : [];
      const isTaken = wanted.some(
        ({ name }, at) =>
          names.includes(name) || wanted.findIndex((one) => one.name === name) !== at,
      );
      if (isTaken) refuse(40071);
      if (countTags(world, corp.corpId) + wanted.length > MOST_TAGS) refuse(40126);
      const made = addTags(
        world,
        { corpId: corp.corpId, agentId: call.agent.agentId },
        group ?? { name: groupName, rank: num(body, 'order') },
        wanted,
        call.now,
      );
      return json({ tag_group: { ...showGroup(made.group), tag: made.tags.map(showTag) } });
    },
  },
  '/cgi-bin/externalcontact/edit_corp_tag': {
    ...shared,
    run: (world, call) => {
      const id = str(call.body, 'id');
      const name = str(call.body, 'name');
      if (lengthOf(name) > MOST_NAME) refuse(40072);
      const tag = tagOf(world, id);
      const group = tag ? undefined : groupOf(world, id);
      const found = tag ?? group;
      if (found?.corpId !== call.corp.corpId || found.deleted === 1) return refuse(40068);
      if (found.agentId !== call.agent.agentId) refuse(60011);
      const siblings = tag ? liveTags(world, tag.groupId).filter((one) => one.id !== id) : [];
      if (name !== '' && siblings.some((one) => one.name === name)) refuse(40071);
      world.store
        .sql(`UPDATE ${tag ? 'wecom_tag' : 'wecom_tag_group'} SET name = ?, rank = ? WHERE id = ?`)
        .run(name === '' ? found.name : name, num(call.body, 'order', found.rank), id);
      return json();
    },
  },
  '/cgi-bin/externalcontact/del_corp_tag': {
    ...shared,
    run: (world, call) => {
      const [tagIds, groupIds] = [strs(call.body, 'tag_id'), strs(call.body, 'group_id')];
      if (tagIds.length + groupIds.length === 0) refuse(40063);
      const tags = tagIds.map((id) => ownTag(world, call, id));
      const groups = groupIds.map((id) => ownGroup(world, call, id));
      for (const one of [...tags, ...groups]) if (one.agentId !== call.agent.agentId) refuse(60011);
      for (const tag of tags) removeTag(world, tag);
      for (const group of groups) removeGroup(world, group);
      return json();
    },
  },
  '/cgi-bin/externalcontact/mark_tag': {
    ...shared,
    run: (world, call) => {
      const { body } = call;
      const [add, remove] = [strs(body, 'add_tag'), strs(body, 'remove_tag')];
      const relation = relationInCall(
        call,
        world,
        str(body, 'userid'),
        str(body, 'external_userid'),
      );
      if (add.length + remove.length === 0) refuse(40063);
      for (const id of [...add, ...remove]) ownTag(world, call, id);
      for (const id of add) setTag(world, relation, id, true);
      for (const id of remove) setTag(world, relation, id, false);
      return json();
    },
  },
};

function ownTag(world: World, call: Call, id: string): TagRow {
  const tag = tagOf(world, id);
  return tag?.corpId === call.corp.corpId && tag.deleted === 0 ? tag : refuse(40068);
}

function ownGroup(world: World, call: Call, id: string): TagGroupRow {
  const group = groupOf(world, id);
  return group?.corpId === call.corp.corpId && group.deleted === 0 ? group : refuse(40068);
}

const countTags = (world: World, corpId: string) =>
  world.store
    .sql<{ n: number }>('SELECT count(*) AS n FROM wecom_tag WHERE corpId = ? AND deleted = 0')
    .get(corpId)?.n ?? 0;

/** Asked by id also the deleted are told, as deleted. */
function listGroups(world: World, call: Call, groupIds: string[], tagIds: string[]) {
  const isNamed = groupIds.length + tagIds.length > 0;
  const all = world.store
    .sql<TagGroupRow>(
      'SELECT * FROM wecom_tag_group WHERE corpId = ? ORDER BY rank DESC, createdAt',
    )
    .all(call.corp.corpId);
  const tagsIn = (group: TagGroupRow) =>
    world.store
      .sql<TagRow>('SELECT * FROM wecom_tag WHERE groupId = ? ORDER BY rank DESC, createdAt, id')
      .all(group.id)
      .filter((tag) =>
        tagIds.length > 0 ? tagIds.includes(tag.id) : isNamed || tag.deleted === 0,
      );
  return all
    .filter((group) => (isNamed ? true : group.deleted === 0))
    .filter((group) => groupIds.length === 0 || groupIds.includes(group.id))
    .map((group) => ({ ...showGroup(group), tag: tagsIn(group).map(showTag) }))
    .filter((group) => tagIds.length === 0 || group.tag.length > 0);
}

const showGroup = (group: TagGroupRow) => ({
  group_id: group.id,
  group_name: group.name,
  create_time: seconds(group.createdAt),
  order: group.rank,
  ...(group.deleted === 1 && { deleted: true }),
});

const showTag = (tag: TagRow) => ({
  id: tag.id,
  name: tag.name,
  create_time: seconds(tag.createdAt),
  order: tag.rank,
  ...(tag.deleted === 1 && { deleted: true }),
});
