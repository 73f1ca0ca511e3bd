import { randomText } from '../../random';
import type { World } from '../../world';
import {
  bool,
  json,
  lengthOf,
  nums,
  obj,
  seconds,
  str,
  strs,
  type Call,
  type Endpoints,
} from '../endpoint';
import { afterOf, limitOf, pageOfRows } from '../paging';
import { refuse } from '../refusal';
import { repInCall } from '../staff';
import { linkOf, linkUrl, specOf, type LinkRow } from '../ways';
import type { Relation } from '../contacts';

const shared = { where: 'wecom-links', needs: 'contact', method: 'POST' } as const;
const path = (name: string) => `/cgi-bin/externalcontact/customer_acquisition/${name}`;

export const linkCalls: Endpoints = {
  [path('create_link')]: {
    ...shared,
    run: (world, call) => {
      const name = str(call.body, 'link_name');
      const spec = specIn(world, call);
      if (name === '' || lengthOf(name) > 30) refuse(40058);
      const linkId = `cawcde${randomText(20)}`;
      world.store
        .sql(
          'INSERT INTO wecom_link (linkId, corpId, agentId, name, spec, createdAt) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(linkId, call.corp.corpId, call.agent.agentId, name, JSON.stringify(spec), call.now);
      const link = linkOf(world, linkId);
      return json({ link: link ? showLink(world, link) : {} });
    },
  },
  [path('update_link')]: {
    ...shared,
    run: (world, call) => {
      const link = ownLink(world, call);
      const spec = 'range' in call.body ? specIn(world, call) : specOf(link);
      const name = str(call.body, 'link_name') || link.name;
      world.store
        .sql('UPDATE wecom_link SET name = ?, spec = ? WHERE seq = ?')
        .run(name, JSON.stringify(spec), link.seq);
      return json();
    },
  },
  [path('get')]: {
    ...shared,
    run: (world, call) => {
      const link = ownLink(world, call);
      const spec = specOf(link);
      const range = { user_list: spec.user, department_list: spec.party };
      return json({ link: showLink(world, link), range });
    },
  },
  [path('delete_link')]: {
    ...shared,
    run: (world, call) => {
      world.store.sql('DELETE FROM wecom_link WHERE seq = ?').run(ownLink(world, call).seq);
      return json();
    },
  },
  [path('list_link')]: {
    ...shared,
    run: (world, call) => {
      const { rows, next_cursor } = pageOfRows<LinkRow>(
        world,
        'SELECT * FROM wecom_link WHERE corpId = ? AND agentId = ?',
        [call.corp.corpId, call.agent.agentId],
        afterOf(call),
        limitOf(call, 100, 100),
      );
      return json({ link_id_list: rows.map((row) => row.linkId), next_cursor });
    },
  },
  [path('customer')]: {
    ...shared,
    run: (world, call) => {
      const link = ownLink(world, call);
      const { rows, next_cursor } = pageOfRows<Relation>(
        world,
        'SELECT * FROM wecom_relation WHERE corpId = ? AND linkId = ?',
        [call.corp.corpId, link.linkId],
        afterOf(call),
        limitOf(call, 1_000, 1_000),
      );
      return json({
        customer_list: rows.map((row) => ({
          external_userid: row.externalUserId,
          userid: row.userId,
          chat_status: row.chattedAt === null ? 0 : 1,
          state: row.state,
        })),
        next_cursor,
      });
    },
  },
  '/cgi-bin/externalcontact/customer_acquisition_quota': {
    ...shared,
    method: 'both',
    run: (_world, call) => {
      const balance = call.corp.settings.acquisitionBalance;
      return json({ total: balance, balance, quota_list: [] });
    },
  },
};

function specIn(world: World, call: Call) {
  const range = obj(call.body, 'range') ?? refuse(40063);
  const [user, party] = [strs(range, 'user_list'), nums(range, 'department_list')];
  if (user.length + party.length === 0) refuse(40063);
  if (user.length > 100) refuse(41041);
  const reps = user.map((userId) => repInCall(call, world, userId).userId);
  return { user: reps, party, skip_verify: bool(call.body, 'skip_verify', true) };
}

/** Each app sees only the links it made. */
function ownLink(world: World, call: Call): LinkRow {
  const link = linkOf(world, str(call.body, 'link_id'));
  const isOwn = link?.corpId === call.corp.corpId && link.agentId === call.agent.agentId;
  return isOwn ? link : refuse(40058);
}

const showLink = (world: World, link: LinkRow) => ({
  link_id: link.linkId,
  link_name: link.name,
  url: linkUrl(world, link.linkId),
  create_time: seconds(link.createdAt),
});
