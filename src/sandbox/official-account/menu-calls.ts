import { isObject, list, text, type Fields } from '../wire/body';
import { json, ok, type Call, type Endpoints } from './endpoint';
import { defaultMenuId, personalMenus } from './personal-menus';
import { refuse } from './refusal';

const withKey = [
  'click',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
];
const withMedia = ['media_id', 'view_limited'];
const withArticle = ['article_id', 'article_view_limited'];

/** The default menu at the foot of the chat; `personal-menu-calls.ts` has those for followers of a tag. */
export const menuCalls: Endpoints = {
  '/cgi-bin/menu/create': {
    where: 'menu',
    quota: 'menu-create',
    method: 'POST',
    run: (world, call) => {
      world.accounts.setMenu(call.account, JSON.stringify({ button: buttonsIn(call) }));
      return ok();
    },
  },
  '/cgi-bin/menu/get': {
    where: 'menu',
    quota: 'menu-get',
    method: 'both',
    run: (world, call) => {
      const { menu } = call.account;
      if (menu === null) return refuse(46003);
      const personal = personalMenus(world, call.account.appId).map((one) => ({
        ...(JSON.parse(one.menu) as Fields),
        matchrule: { tag_id: String(one.tagId) },
        menuid: one.menuId,
      }));
      return json({
        menu: { ...(JSON.parse(menu) as Fields), menuid: defaultMenuId },
        ...(personal.length > 0 ? { conditionalmenu: personal } : {}),
      });
    },
  },
  '/cgi-bin/menu/delete': {
    where: 'menu',
    quota: 'menu-delete',
    method: 'both',
    run: (world, call) => {
      world.accounts.setMenu(call.account, null);
      world.store.sql('DELETE FROM personal_menu WHERE appId = ?').run(call.account.appId);
      return ok();
    },
  },
};

/** The checked buttons of a call. */
export function buttonsIn(call: Call): unknown[] {
  if (/\\u[0-9a-f]{4}/i.test(call.raw.toString())) refuse(40033);
  const buttons = list(call.body, 'button');
  if (buttons.length < 1 || buttons.length > 3) refuse(40016);
  for (const button of buttons) checkTop(button);
  return buttons;
}

function checkTop(button: unknown): void {
  if (!isObject(button)) return refuse(47001);
  const name = Buffer.byteLength(text(button, 'name'));
  if (name < 1 || name > 16) refuse(40018);
  const subs = list(button, 'sub_button');
  if (subs.length === 0) {
    checkAction(button);
    return;
  }
  if (subs.length > 5) refuse(40023);
  for (const sub of subs) {
    if (!isObject(sub)) return refuse(47001);
    const length = Buffer.byteLength(text(sub, 'name'));
    if (length < 1 || length > 60) refuse(40025);
    checkAction(sub);
  }
}

function checkAction(button: Fields): void {
  const type = text(button, 'type');
  const size = (name: string) => Buffer.byteLength(text(button, name));
  if (withKey.includes(type)) {
    if (size('key') < 1 || size('key') > 128) refuse(40019);
  } else if (type === 'view') {
    if (size('url') < 1 || size('url') > 1024) refuse(40020);
  } else if (type === 'miniprogram') {
    if (size('url') < 1 || size('appid') < 1 || size('pagepath') < 1) refuse(40020);
  } else if (withMedia.includes(type)) {
    if (size('media_id') < 1) refuse(40007);
  } else if (withArticle.includes(type)) {
    if (size('article_id') < 1) refuse(40007);
  } else {
    refuse(40119);
  }
}
