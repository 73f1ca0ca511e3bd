import { randomText } from '../random';
import type { World } from '../world';

export interface TagGroupRow {
  id: string;
  corpId: string;
  /** The app that made it; null for the admin console. */
  agentId: string | null;
  name: string;
  rank: number;
  createdAt: number;
  deleted: number;
}

export interface TagRow extends TagGroupRow {
  groupId: string;
}

export function tagOf(world: World, id: string): TagRow | undefined {
  return world.store.sql<TagRow>('SELECT * FROM wecom_tag WHERE id = ?').get(id);
}

export function groupOf(world: World, id: string): TagGroupRow | undefined {
  return world.store.sql<TagGroupRow>('SELECT * FROM wecom_tag_group WHERE id = ?').get(id);
}

export function groupByName(world: World, corpId: string, name: string): TagGroupRow | undefined {
  return world.store
    .sql<TagGroupRow>('SELECT * FROM wecom_tag_group WHERE corpId = ? AND name = ? AND deleted = 0')
    .get(corpId, name);
}

export function liveTags(world: World, groupId: string): TagRow[] {
  return world.store
    .sql<TagRow>('SELECT * FROM wecom_tag WHERE groupId = ? AND deleted = 0 ORDER BY rank DESC, id')
    .all(groupId);
}

/** Inside a work: tags in a group that exists, or in one made for them. */
export function addTags(
  world: World,
  owner: { corpId: string; agentId: string | null },
  group: TagGroupRow | { name: string; rank: number },
  tags: readonly { name: string; rank: number }[],
  now: number,
): { group: TagGroupRow; tags: TagRow[] } {
  const home = 'id' in group ? group : addGroup(world, owner, group, now);
  const made = tags.map(({ name, rank }): TagRow => {
    const id = `et${randomText(30)}`;
    world.store
      .sql(
        'INSERT INTO wecom_tag (id, groupId, corpId, agentId, name, rank, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(id, home.id, owner.corpId, owner.agentId, name, rank, now);
    return { id, groupId: home.id, ...owner, name, rank, createdAt: now, deleted: 0 };
  });
  return { group: home, tags: made };
}

function addGroup(
  world: World,
  owner: { corpId: string; agentId: string | null },
  { name, rank }: { name: string; rank: number },
  now: number,
): TagGroupRow {
  const id = `et${randomText(30)}`;
  world.store
    .sql(
      'INSERT INTO wecom_tag_group (id, corpId, agentId, name, rank, createdAt) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(id, owner.corpId, owner.agentId, name, rank, now);
  return { id, ...owner, name, rank, createdAt: now, deleted: 0 };
}

/** Inside a work. A group that loses its last tag goes with it. */
export function removeTag(world: World, tag: TagRow): void {
  world.store.sql('UPDATE wecom_tag SET deleted = 1 WHERE id = ?').run(tag.id);
  world.store.sql('DELETE FROM wecom_relation_tag WHERE tagId = ?').run(tag.id);
  if (liveTags(world, tag.groupId).length === 0)
    world.store.sql('UPDATE wecom_tag_group SET deleted = 1 WHERE id = ?').run(tag.groupId);
}

/** Inside a work. */
export function removeGroup(world: World, group: TagGroupRow): void {
  for (const tag of liveTags(world, group.id)) removeTag(world, tag);
  world.store.sql('UPDATE wecom_tag_group SET deleted = 1 WHERE id = ?').run(group.id);
}
