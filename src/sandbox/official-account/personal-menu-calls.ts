import { object, text } from '../wire/body';
import type { World } from '../world';
import { json, ok, type Call, type Endpoints } from './endpoint';
import { followerInCall } from './followers';
import { buttonsIn } from './menu-calls';
import { hostsOf, menuFor, personalMenus } from './personal-menus';
import { refuse } from './refusal';

const MOST_DOMAINS = 3;
/** Attributes of people that menus may not be chosen by any more. */
const withdrawn = ['sex', 'country', 'province', 'city', 'language', 'group_id'];

/** Menus for followers with a tag. There is no call that changes one: a new one is added, the old one deleted. */
export const personalMenuCalls: Endpoints = {
  '/cgi-bin/menu/addconditional': {
    where: 'menu',
    quota: 'menu-add-personal',
    method: 'POST',
    run: (world, call) => {
      const buttons = buttonsIn(call);
      const tagId = tagIn(world, call);
      if (call.account.menu === null) refuse(65303);
      const menu = JSON.stringify({ button: buttons });
      const others = personalMenus(world, call.account.appId).map((one) => one.menu);
      const hosts = new Set([menu, ...others].flatMap(hostsOf));
      if (hosts.size > MOST_DOMAINS) refuse(65316);
      const { lastId } = world.store
        .sql(
          'INSERT INTO personal_menu (appId, tagId, platformType, menu, createdAt) VALUES (?, ?, ?, ?, ?)',
        )
        .run(call.account.appId, tagId, '', menu, call.now);
      return json({ menuid: String(lastId) });
    },
  },
  '/cgi-bin/menu/delconditional': {
    where: 'menu',
    quota: 'menu-delete-personal',
    method: 'POST',
    run: (world, call) => {
      const menuId = text(call.body, 'menuid');
      const { appId } = call.account;
      const known = personalMenus(world, appId).find((one) => String(one.menuId) === menuId);
      if (!known) return refuse(65301);
      world.store.sql('DELETE FROM personal_menu WHERE menuId = ?').run(known.menuId);
      return ok();
    },
  },
  '/cgi-bin/menu/trymatch': {
    where: 'menu',
    quota: 'menu-match',
    method: 'POST',
    run: (world, call) => {
      const { menu } = menuFor(world, call.account, wantedFollower(world, call).openid);
      return menu === null ? refuse(46003) : { body: menu };
    },
  },
};

function wantedFollower(world: World, call: Call) {
  const openid = text(call.body, 'user_id');
  const known = world.store
    .sql<{ openid: string }>('SELECT openid FROM follower WHERE openid = ? AND appId = ?')
    .get(openid, call.account.appId);
  return known ? followerInCall(world, call.account.appId, openid) : refuse(65302);
}

function tagIn(world: World, call: Call): number {
  const rule = object(call.body, 'matchrule');
  if (!rule) return refuse(65304);
  if (withdrawn.some((name) => text(rule, name) !== '')) refuse(65320);
  const tagId = text(rule, 'tag_id');
  if (tagId === '') return refuse(65304);
  const known = world.store
    .sql<{ id: number }>('SELECT id FROM tag WHERE appId = ? AND id = ?')
    .get(call.account.appId, Number(tagId));
  return known?.id ?? refuse(45159);
}
