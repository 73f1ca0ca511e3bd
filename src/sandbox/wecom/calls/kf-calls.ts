import { randomText } from '../../random';
import type { Fields } from '../../wire/body';
import type { World } from '../../world';
import { contactInCall, contactOf } from '../contacts';
import { json, lengthOf, num, str, strs, type Call, type Endpoints } from '../endpoint';
import {
  addKf,
  chatOf,
  grantCode,
  isToken,
  kfInCall,
  kfsOf,
  saveChat,
  type KfChat,
  type KfCode,
} from '../kf';
import { kfContentOf } from '../kf-content';
import { putMessage } from '../messages';
import { refuse } from '../refusal';
import { staffInCall } from '../staff';
import { personOf } from './contact-calls';

const shared = { where: 'wecom-kf', needs: 'kf', method: 'POST' } as const;
const WINDOW = 172_800_000;
const THREE_DAYS = 259_200_000;
const path = (name: string) => `/cgi-bin/kf/${name}`;
/** From which state to which: the sandbox's table of the sheet. */
const moves: Record<number, number[]> = {
  0: [1, 2, 3, 4],
  1: [2, 3, 4],
  2: [3, 4],
  3: [3, 4],
  4: [],
};

export const kfCalls: Endpoints = {
  [path('account/add')]: {
    ...shared,
    run: (world, call) => {
      const name = str(call.body, 'name');
      if (name === '' || lengthOf(name) > 16) refuse(95006);
      return json({ open_kfid: addKf(world, call.corp.corpId, name, call.now) });
    },
  },
  [path('account/list')]: {
    ...shared,
    run: (world, call) => {
      const rows = kfsOf(world, call.corp.corpId).filter(
        (kf) => kf.managedBy === null || kf.managedBy === call.agent.agentId,
      );
      const offset = num(call.body, 'offset');
      const page = rows.slice(offset, offset + num(call.body, 'limit', 100));
      return json({
        account_list: page.map((kf) => ({
          ...{ open_kfid: kf.kfId, name: kf.name, avatar: '', manage_privilege: true },
        })),
      });
    },
  },
  [path('add_contact_way')]: {
    ...shared,
    run: (world, call) => {
      const kf = kfInCall(call, world, str(call.body, 'open_kfid'));
      const scene = str(call.body, 'scene');
      if (!/^[\w-]{0,32}$/.test(scene)) refuse(40058);
      const url = `https://work.weixin.qq.com/kfid/${kf.kfId}?enc_scene=${scene}`;
      return json({ url });
    },
  },
  [path('servicer/list')]: {
    ...shared,
    method: 'both',
    run: (world, call) => {
      const kf = kfInCall(call, world, call.query.get('open_kfid') ?? '');
      const rows = world.store
        .sql<{ userId: string; serving: number }>('SELECT * FROM wecom_kf_servicer WHERE kfId = ?')
        .all(kf.kfId);
      return json({
        servicer_list: rows.map((row) => ({
          ...{ userid: row.userId, status: row.serving === 1 ? 0 : 1 },
        })),
      });
    },
  },
  [path('servicer/add')]: { ...shared, run: (world, call) => setServicers(world, call, true) },
  [path('servicer/del')]: { ...shared, run: (world, call) => setServicers(world, call, false) },
  [path('customer/batchget')]: {
    ...shared,
    run: (world, call) => {
      const ids = strs(call.body, 'external_userid_list');
      if (ids.length === 0 || ids.length > 100) refuse(40058);
      const known = ids.filter((id) => contactOf(world, id)?.corpId === call.corp.corpId);
      return json({
        customer_list: known.map((id) => {
          const contact = contactInCall(call, world, id);
          const person = personOf(world, contact.personId);
          const isBound = call.corp.settings.openPlatform && person.unionid !== null;
          return {
            external_userid: id,
            nickname: person.name,
            avatar: person.avatar ?? '',
            gender: contact.gender,
            ...(isBound ? { unionid: person.unionid } : {}),
          };
        }),
        invalid_external_userid: ids.filter((id) => !known.includes(id)),
      });
    },
  },
  [path('sync_msg')]: {
    ...shared,
    run: (world, call) => {
      const kf = kfInCall(call, world, str(call.body, 'open_kfid'));
      const token = str(call.body, 'token');
      if (token !== '' && !isToken(token, kf.kfId, call.now)) refuse(95007);
      const cursor = Number(str(call.body, 'cursor').replace(/^kf/, '') || '0');
      if (!Number.isSafeInteger(cursor)) refuse(40058);
      const limit = Math.min(num(call.body, 'limit', 1_000) || 1_000, 1_000);
      const rows = world.store
        .sql<{ seq: number; body: string }>(
          'SELECT seq, body FROM wecom_kf_message WHERE kfId = ? AND seq > ? AND at > ? ORDER BY seq LIMIT ?',
        )
        .all(kf.kfId, cursor, call.now - THREE_DAYS, limit + 1);
      const page = rows.slice(0, limit);
      return json({
        next_cursor: `kf${page[page.length - 1]?.seq ?? cursor}`,
        has_more: rows.length > limit ? 1 : 0,
        msg_list: page.map((row) => JSON.parse(row.body) as Fields),
      });
    },
  },
  [path('send_msg')]: {
    ...shared,
    run: (world, call) => {
      const { body, now } = call;
      const kf = kfInCall(call, world, str(body, 'open_kfid'));
      const visitor = contactInCall(call, world, str(body, 'touser')).externalUserId;
      const chat = chatOf(world, kf.kfId, visitor);
      const own = str(body, 'msgid');
      if (!/^[\w-]{0,32}$/.test(own)) refuse(40058);
      if (own !== '' && isSaid(world, kf.kfId, own)) return json({ msgid: own });
      if (!chat || chat.wroteAt === null || now > chat.wroteAt + WINDOW) return refuse(95002);
      if (chat.left <= 0) refuse(95001);
      if (chat.state === 4) refuse(95013);
      if (chat.state > 1) refuse(95018);
      const said = kfContentOf(world, call);
      saveChat(world, { ...chat, left: chat.left - 1 });
      return json({ msgid: say(world, call, chat, said, own) });
    },
  },
  [path('send_msg_on_event')]: {
    ...shared,
    run: (world, call) => {
      const row = world.store
        .sql<KfCode>('SELECT * FROM wecom_kf_code WHERE code = ?')
        .get(str(call.body, 'code'));
      const chat = row && chatOf(world, row.kfId, row.externalUserId);
      if (!row || !chat || row.usedAt !== null || call.now > row.expiresAt) return refuse(95007);
      kfInCall(call, world, row.kfId);
      if (row.state !== null && row.state !== chat.state) refuse(95007);
      const type = str(call.body, 'msgtype');
      const types = row.kind === 'welcome' || row.kind === 'ended' ? ['text', 'msgmenu'] : ['text'];
      if (!types.includes(type)) refuse(40008);
      const said = kfContentOf(world, call);
      world.store.sql('UPDATE wecom_kf_code SET usedAt = ? WHERE code = ?').run(call.now, row.code);
      if (row.kind === 'welcome') saveChat(world, { ...chat, welcomedAt: call.now });
      return json({ msgid: say(world, call, chat, said, str(call.body, 'msgid')) });
    },
  },
  [path('service_state/get')]: {
    ...shared,
    run: (world, call) => {
      const chat = chatInCall(world, call);
      return json({
        service_state: chat.state,
        ...(chat.servicer === null ? {} : { servicer_userid: chat.servicer }),
      });
    },
  },
  [path('service_state/trans')]: { ...shared, run: move },
};

function setServicers(world: World, call: Call, isOn: boolean) {
  const kf = kfInCall(call, world, str(call.body, 'open_kfid'));
  const users = strs(call.body, 'userid_list');
  if (users.length === 0 || users.length > 100) refuse(40058);
  const staff = users.map((userId) => staffInCall(call, world, userId).userId);
  for (const userId of staff)
    world.store
      .sql(
        isOn
          ? 'INSERT OR IGNORE INTO wecom_kf_servicer (kfId, userId) VALUES (?, ?)'
          : 'DELETE FROM wecom_kf_servicer WHERE kfId = ? AND userId = ?',
      )
      .run(kf.kfId, userId);
  return json({ result_list: staff.map((userid) => ({ userid, errcode: 0, errmsg: 'success' })) });
}

function chatInCall(world: World, call: Call): KfChat {
  const kf = kfInCall(call, world, str(call.body, 'open_kfid'));
  const visitor = contactInCall(call, world, str(call.body, 'external_userid')).externalUserId;
  const none = { kfId: kf.kfId, externalUserId: visitor, state: 4, servicer: null };
  return chatOf(world, kf.kfId, visitor) ?? { ...none, wroteAt: null, left: 0, welcomedAt: null };
}

function move(world: World, call: Call) {
  const chat = chatInCall(world, call);
  const to = num(call.body, 'service_state', -1);
  const servicer = str(call.body, 'servicer_userid');
  const isSamePerson = to === 3 && chat.state === 3 && chat.servicer === servicer;
  if (!(moves[chat.state] ?? []).includes(to) || isSamePerson) refuse(95016);
  if (to === 3) {
    const serving = world.store
      .sql<{ serving: number }>(
        'SELECT serving FROM wecom_kf_servicer WHERE kfId = ? AND userId = ?',
      )
      .get(chat.kfId, servicer);
    if (!serving) return refuse(95014);
    if (serving.serving !== 1) refuse(95019);
  }
  saveChat(world, { ...chat, state: to, servicer: to === 3 ? servicer : null });
  const kind = to === 2 ? 'pool' : to === 3 ? 'taken' : to === 4 ? 'ended' : undefined;
  return json(kind ? { msg_code: grantCode(world, chat, kind, to, call.now) } : {});
}

/** The same id of ours again is the same message. */
function isSaid(world: World, kfId: string, msgId: string): boolean {
  return (
    world.store
      .sql<{ msgId: string }>('SELECT msgId FROM wecom_kf_sent WHERE kfId = ? AND msgId = ?')
      .get(kfId, msgId) !== undefined
  );
}

function say(
  world: World,
  call: Call,
  chat: KfChat,
  said: { kind: string; body: Record<string, unknown> },
  own: string,
): string {
  const msgId = own === '' ? randomText(32) : own;
  world.store
    .sql('INSERT OR IGNORE INTO wecom_kf_sent (kfId, msgId) VALUES (?, ?)')
    .run(chat.kfId, msgId);
  putMessage(
    world,
    {
      ...{ corpId: call.corp.corpId, via: 'kf', direction: 'in', kfId: chat.kfId, ref: msgId },
      ...{ externalUserId: chat.externalUserId, agentId: call.agent.agentId, ...said },
    },
    call.now,
  );
  return msgId;
}
