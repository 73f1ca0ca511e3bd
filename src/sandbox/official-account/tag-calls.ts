import { list, object, text } from '../wire/body';
import type { World } from '../world';
import { json, ok, type Call, type Endpoints } from './endpoint';
import { followerInCall, type Follower } from './followers';
import { refuse } from './refusal';

const MOST_TAGS = 100;
const MOST_TAGS_EACH = 20;
const MOST_OPENIDS = 50;

interface Tag {
  id: number;
  name: string;
}

/** WeChat's own tags of followers, with their limits. Ids 0, 1 and 2 belong to the system. */
export const tagCalls: Endpoints = {
  '/cgi-bin/tags/create': {
    where: 'tags',
    method: 'POST',
    run: (world, call) => {
      const name = text(object(call.body, 'tag'), 'name');
      const tags = tagsOf(world, call);
      checkName(name, tags);
      if (tags.length >= MOST_TAGS) refuse(45056);
      const id = Math.max(99, ...tags.map((tag) => tag.id)) + 1;
      world.store
        .sql('INSERT INTO tag (appId, id, name, createdAt) VALUES (?, ?, ?, ?)')
        .run(call.account.appId, id, name, call.now);
      return json({ tag: { id, name } });
    },
  },
  '/cgi-bin/tags/get': {
    where: 'tags',
    method: 'both',
    run: (world, call) => {
      const tags = world.store
        .sql<Tag & { count: number }>(
          `SELECT id, name, (SELECT count(*) FROM follower_tag f WHERE f.appId = t.appId AND f.tagId = t.id) AS count
           FROM tag t WHERE appId = ? ORDER BY id`,
        )
        .all(call.account.appId);
      return json({ tags });
    },
  },
  '/cgi-bin/tags/update': {
    where: 'tags',
    method: 'POST',
    run: (world, call) => {
      const wanted = object(call.body, 'tag');
      const tag = tagInCall(world, call, text(wanted, 'id'));
      const name = text(wanted, 'name');
      checkName(
        name,
        tagsOf(world, call).filter((other) => other.id !== tag.id),
      );
      world.store
        .sql('UPDATE tag SET name = ? WHERE appId = ? AND id = ?')
        .run(name, call.account.appId, tag.id);
      return ok();
    },
  },
  '/cgi-bin/tags/delete': {
    where: 'tags',
    method: 'POST',
    run: (world, call) => {
      const tag = tagInCall(world, call, text(object(call.body, 'tag'), 'id'));
      const { appId } = call.account;
      const holders = world.store
        .sql<{ n: number }>('SELECT count(*) AS n FROM follower_tag WHERE appId = ? AND tagId = ?')
        .get(appId, tag.id);
      if ((holders?.n ?? 0) > 100_000) refuse(45057);
      world.store.sql('DELETE FROM tag WHERE appId = ? AND id = ?').run(appId, tag.id);
      world.store
        .sql(
          'DELETE FROM tagging WHERE tagId = ? AND openid IN (SELECT openid FROM follower WHERE appId = ?)',
        )
        .run(tag.id, appId);
      world.store.sql('DELETE FROM follower_tag WHERE appId = ? AND tagId = ?').run(appId, tag.id);
      return ok();
    },
  },
  '/cgi-bin/user/tag/get': {
    where: 'tags',
    method: 'both',
    run: (world, call) => {
      const tag = tagInCall(world, call, text(call.body, 'tagid'));
      const from = text(call.body, 'next_openid');
      const after = from === '' ? 0 : followerInCall(world, call.account.appId, from).seq;
      const page = world.store
        .sql<{ openid: string }>(
          'SELECT openid FROM follower_tag WHERE appId = ? AND tagId = ? AND seq > ? ORDER BY seq LIMIT 10000',
        )
        .all(call.account.appId, tag.id, after)
        .map((row) => row.openid);
      const last = page[page.length - 1];
      if (last === undefined) return json({ count: 0, next_openid: '' });
      return json({ count: page.length, data: { openid: page }, next_openid: last });
    },
  },
  '/cgi-bin/tags/getidlist': {
    where: 'tags',
    method: 'POST',
    run: (world, call) => {
      const follower = followerInCall(world, call.account.appId, text(call.body, 'openid'));
      const rows = world.store
        .sql<{ tagId: number }>('SELECT tagId FROM follower_tag WHERE openid = ? ORDER BY tagId')
        .all(follower.openid);
      return json({ tagid_list: rows.map((row) => row.tagId) });
    },
  },
  '/cgi-bin/tags/members/batchtagging': {
    where: 'tags',
    method: 'POST',
    run: (world, call) => {
      const tag = tagInCall(world, call, text(call.body, 'tagid'));
      const followers = followersInCall(world, call);
      for (const follower of followers) {
        const has = world.store
          .sql<{ n: number }>(
            'SELECT count(*) AS n FROM follower_tag WHERE openid = ? AND tagId <> ?',
          )
          .get(follower.openid, tag.id);
        if ((has?.n ?? 0) >= MOST_TAGS_EACH) refuse(45059);
      }
      for (const follower of followers) {
        world.store
          .sql('INSERT OR IGNORE INTO follower_tag (openid, tagId, appId, seq) VALUES (?, ?, ?, ?)')
          .run(follower.openid, tag.id, follower.appId, follower.seq);
        noteTagging(world, follower.openid, tag.id);
      }
      return ok();
    },
  },
  '/cgi-bin/tags/members/batchuntagging': {
    where: 'tags',
    method: 'POST',
    run: (world, call) => {
      const tag = tagInCall(world, call, text(call.body, 'tagid'));
      for (const follower of followersInCall(world, call)) {
        world.store
          .sql('DELETE FROM follower_tag WHERE openid = ? AND tagId = ?')
          .run(follower.openid, tag.id);
        world.store
          .sql('DELETE FROM tagging WHERE openid = ? AND tagId = ?')
          .run(follower.openid, tag.id);
      }
      return ok();
    },
  },
};

/** In which order a follower got their tags decides about personalised menus. */
function noteTagging(world: World, openid: string, tagId: number): void {
  world.store.sql('INSERT OR IGNORE INTO tagging (openid, tagId) VALUES (?, ?)').run(openid, tagId);
}

function tagsOf(world: World, call: Call): Tag[] {
  return world.store
    .sql<Tag>('SELECT id, name FROM tag WHERE appId = ? ORDER BY id')
    .all(call.account.appId);
}

function tagInCall(world: World, call: Call, id: string): Tag {
  if (['0', '1', '2'].includes(id)) refuse(45058);
  return tagsOf(world, call).find((tag) => String(tag.id) === id) ?? refuse(45159);
}

function checkName(name: string, others: Tag[]): void {
  if (name === '' || others.some((tag) => tag.name === name)) refuse(45157);
  if (Buffer.byteLength(name) > 30) refuse(45158);
}

function followersInCall(world: World, call: Call): Follower[] {
  const openids = list(call.body, 'openid_list').filter(
    (one): one is string => typeof one === 'string',
  );
  if (openids.length === 0) refuse(40031);
  if (openids.length > MOST_OPENIDS) refuse(40032);
  return openids.map((openid) => {
    const follower = world.store
      .sql<Follower>('SELECT * FROM follower WHERE openid = ?')
      .get(openid);
    if (!follower) return refuse(40003);
    return follower.appId === call.account.appId ? follower : refuse(49003);
  });
}
