import { isObject, list, text, type Fields } from '../wire/body';
import { json, ok, type Endpoints } from './endpoint';
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

/** The default menu at the foot of the chat. Personalised menus are not modelled. */
export const menuCalls: Endpoints = {
  '/cgi-bin/menu/create': {
    where: 'menu',
    quota: 'menu-create',
    method: 'POST',
    run: (world, call) => {
      if (/\\u[0-9a-f]{4}/i.test(call.raw.toString())) refuse(40033);
      const buttons = list(call.body, 'button');
      if (buttons.length < 1 || buttons.length > 3) refuse(40016);
      for (const button of buttons) checkTop(button);
      world.accounts.setMenu(call.account, JSON.stringify({ button: buttons }));
      return ok();
    },
  },
  '/cgi-bin/menu/get': {
    where: 'menu',
    quota: 'menu-get',
    method: 'both',
    run: (_world, call) => {
      const { menu } = call.account;
      if (menu === null) return refuse(46003);
      return json({ menu: JSON.parse(menu) as unknown });
    },
  },
  '/cgi-bin/menu/delete': {
    where: 'menu',
    quota: 'menu-delete',
    method: 'both',
    run: (world, call) => {
      world.accounts.setMenu(call.account, null);
      return ok();
    },
  },
};

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
