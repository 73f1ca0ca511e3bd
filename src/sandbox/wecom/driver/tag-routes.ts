import type { Router } from '@koa/router';
import { z } from 'zod';
import { bodyOf } from '../../driver/input';
import { notFound } from '../../driver/problem';
import type { World } from '../../world';
import { tell } from '../events';
import { addTags, groupByName, groupOf, liveTags, removeGroup, removeTag, tagOf } from '../tags';
import { perform } from './act';
import { corpOrThrow } from './find';

const newTags = z.object({
  group: z.string().min(1).max(30),
  names: z.array(z.string().min(1).max(30)).min(1),
});
const renaming = z.object({ name: z.string().min(1).max(30) });

/** Corp tags as an admin makes them in the console: unlike those of the API, these are told. */
export function tagRoutes(router: Router, world: World): void {
  router.get('/wecom/corps/:corpId/tags', (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const groups = world.store
      .sql<{ id: string; name: string }>(
        'SELECT id, name FROM wecom_tag_group WHERE corpId = ? AND deleted = 0 ORDER BY createdAt',
      )
      .all(corpId);
    const items = groups.map((group) => ({
      ...group,
      tags: liveTags(world, group.id).map(({ id, name }) => ({ id, name })),
    }));
    ctx.body = { items, nextCursor: null };
  });

  router.post('/wecom/corps/:corpId/tags', async (ctx) => {
    const { corpId } = corpOrThrow(world, ctx.params.corpId);
    const { group, names } = await bodyOf(ctx, newTags);
    ctx.body = await perform(world, undefined, 0, () => {
      const known = groupByName(world, corpId, group);
      const made = addTags(
        world,
        { corpId, agentId: null },
        known ?? { name: group, rank: 0 },
        names.map((name) => ({ name, rank: 0 })),
        world.clock.now(),
      );
      const events = [
        ...(known ? [] : tellOfTag(world, corpId, 'create', 'tag_group', made.group.id)),
        ...made.tags.flatMap((tag) => tellOfTag(world, corpId, 'create', 'tag', tag.id)),
      ];
      const tags = made.tags.map(({ id, name }) => ({ id, name }));
      return { events, more: { groupId: made.group.id, tags } };
    });
    ctx.status = 201;
  });

  router.patch('/wecom/tags/:id', async (ctx) => {
    const id = ctx.params.id ?? '';
    const { name } = await bodyOf(ctx, renaming);
    ctx.body = await perform(world, undefined, 0, () => {
      const tag = tagOf(world, id);
      const found = tag ?? groupOf(world, id) ?? notFound('tag');
      const table = tag ? 'wecom_tag' : 'wecom_tag_group';
      world.store.sql(`UPDATE ${table} SET name = ? WHERE id = ?`).run(name, id);
      const type = tag ? 'tag' : 'tag_group';
      return { events: tellOfTag(world, found.corpId, 'update', type, id) };
    });
  });

  router.delete('/wecom/tags/:id', async (ctx) => {
    const id = ctx.params.id ?? '';
    ctx.body = await perform(world, undefined, 0, () => {
      const tag = tagOf(world, id);
      if (tag) {
        removeTag(world, tag);
        return { events: tellOfTag(world, tag.corpId, 'delete', 'tag', id) };
      }
      // A group is told once, not tag by tag.
      const group = groupOf(world, id) ?? notFound('tag');
      removeGroup(world, group);
      return { events: tellOfTag(world, group.corpId, 'delete', 'tag_group', id) };
    });
  });
}

const tellOfTag = (world: World, corpId: string, changeType: string, type: string, id: string) =>
  tell(world, {
    ...{ corpId, to: 'contact', event: 'change_external_tag', changeType },
    ...{ fields: { Id: id, TagType: type }, lane: 'tags' },
  });
