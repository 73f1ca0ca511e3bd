import { isObject, list, text, type Fields } from '../wire/body';
import type { World } from '../world';
import { json, ok, type Endpoints } from './endpoint';
import { followerInCall, type Follower } from './followers';
import { refuse } from './refusal';

const PAGE = 10_000;

/** Followers: lists, details without a nickname, remarks. */
export const userCalls: Endpoints = {
  '/cgi-bin/user/get': {
    where: 'user-get',
    quota: 'user-get',
    method: 'both',
    run: (world, call) => {
      const { appId } = call.account;
      const from = call.query.get('next_openid') ?? '';
      const after = from === '' ? 0 : followerInCall(world, appId, from).seq;
      const total =
        world.store
          .sql<{ n: number }>(
            'SELECT count(*) AS n FROM follower WHERE appId = ? AND following = 1',
          )
          .get(appId)?.n ?? 0;
      const page = world.store
        .sql<{ openid: string }>(
          'SELECT openid FROM follower WHERE appId = ? AND following = 1 AND seq > ? ORDER BY seq LIMIT ?',
        )
        .all(appId, after, PAGE)
        .map((row) => row.openid);
      const last = page[page.length - 1];
      // The page after the end has no `data` at all.
      if (last === undefined) return json({ total, count: 0, next_openid: '' });
      return json({ total, count: page.length, data: { openid: page }, next_openid: last });
    },
  },
  '/cgi-bin/user/info': {
    where: 'user-info',
    quota: 'user-info',
    method: 'both',
    run: (world, call) => {
      const openid = call.query.get('openid') ?? text(call.body, 'openid');
      return json(about(world, followerInCall(world, call.account.appId, openid)));
    },
  },
  '/cgi-bin/user/info/batchget': {
    where: 'user-info',
    quota: 'user-info',
    method: 'POST',
    run: (world, call) => {
      const wanted = list(call.body, 'user_list').filter(isObject);
      if (wanted.length === 0) refuse(40031);
      if (wanted.length > 100) refuse(40032);
      // One bad openid fails the whole call.
      const found = wanted.map((one) =>
        followerInCall(world, call.account.appId, text(one, 'openid')),
      );
      return json({ user_info_list: found.map((follower) => about(world, follower)) });
    },
  },
  '/cgi-bin/user/info/updateremark': {
    where: 'user-info',
    quota: 'remark',
    method: 'POST',
    run: (world, call) => {
      const follower = followerInCall(world, call.account.appId, text(call.body, 'openid'));
      const remark = text(call.body, 'remark');
      if (Array.from(remark).length >= 30) refuse(40035, 'invalid remark size');
      if (follower.following === 0) refuse(43004);
      world.store
        .sql('UPDATE follower SET remark = ? WHERE openid = ?')
        .run(remark, follower.openid);
      return ok();
    },
  },
};

/** Since the end of 2021 WeChat tells neither nickname nor picture nor region. */
function about(world: World, follower: Follower): Fields {
  const unionid = world.store
    .sql<{ unionid: string | null }>('SELECT unionid FROM person WHERE id = ?')
    .get(follower.personId)?.unionid;
  const union = unionid ? { unionid } : {};
  if (follower.following === 0) return { subscribe: 0, openid: follower.openid, ...union };
  const tags = world.store
    .sql<{ tagId: number }>('SELECT tagId FROM follower_tag WHERE openid = ? ORDER BY seq')
    .all(follower.openid);
  const byNumber = follower.sceneKind === 'number';
  return {
    subscribe: 1,
    openid: follower.openid,
    language: 'zh_CN',
    subscribe_time: Math.floor((follower.followedAt ?? 0) / 1000),
    ...union,
    remark: follower.remark,
    groupid: tags[0]?.tagId ?? 0,
    tagid_list: tags.map((tag) => tag.tagId),
    subscribe_scene: follower.via ?? 'ADD_SCENE_OTHERS',
    qr_scene: byNumber ? Number(follower.scene) : 0,
    qr_scene_str: byNumber ? '' : (follower.scene ?? ''),
  };
}
