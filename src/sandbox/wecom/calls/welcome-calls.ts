import { randomText } from '../../random';
import type { World } from '../../world';
import { relationOf } from '../contacts';
import { contentInCall, checkPart, textIn } from '../content';
import { json, str, type Call, type Endpoints } from '../endpoint';
import { partsOf, putMessage } from '../messages';
import { refuse } from '../refusal';

const CODE_LIFE = 20_000;
const MOST_TEMPLATES = 100;
const parts = ['image', 'link', 'miniprogram', 'file', 'video'];

interface WelcomeRow {
  code: string;
  corpId: string;
  agentId: string;
  userId: string;
  externalUserId: string;
  issuedAt: number;
}

const shared = { where: 'wecom-welcome', needs: 'contact', method: 'POST' } as const;

export const welcomeCalls: Endpoints = {
  '/cgi-bin/externalcontact/send_welcome_msg': {
    ...shared,
    run: (world, call) => {
      const code = str(call.body, 'welcome_code');
      if (code === '') refuse(41049);
      const row = world.store
        .sql<WelcomeRow>('SELECT * FROM wecom_welcome WHERE code = ?')
        .get(code);
      // A code is good for the app that heard it.
      const isOurs = row?.corpId === call.corp.corpId && row.agentId === call.agent.agentId;
      if (!isOurs || call.now > row.issuedAt + CODE_LIFE) return refuse(41050);
      const relation = relationOf(world, row.corpId, row.userId, row.externalUserId);
      if (!relation || relation.status === 'ended') return refuse(41050);
      const hasStarted = (relation.chattedAt ?? 0) > row.issuedAt;
      if (relation.welcomedAt !== null || hasStarted) refuse(41051);
      const content = contentInCall(world, call);
      world.store
        .sql('UPDATE wecom_relation SET welcomedAt = ? WHERE seq = ?')
        .run(call.now, relation.seq);
      for (const part of partsOf(content)) {
        putMessage(
          world,
          {
            ...{ corpId: row.corpId, via: 'welcome', direction: 'in', agentId: row.agentId },
            ...{ userId: row.userId, externalUserId: row.externalUserId, ...part },
          },
          call.now,
        );
      }
      return json();
    },
  },
  '/cgi-bin/externalcontact/group_welcome_template/add': {
    ...shared,
    run: (world, call) => {
      const body = roomWelcome(world, call);
      const count = world.store
        .sql<{ n: number }>('SELECT count(*) AS n FROM wecom_room_welcome WHERE corpId = ?')
        .get(call.corp.corpId)?.n;
      if ((count ?? 0) >= MOST_TEMPLATES) refuse(41055);
      const templateId = `msg${randomText(29)}`;
      world.store
        .sql(
          'INSERT INTO wecom_room_welcome (templateId, corpId, agentId, body) VALUES (?, ?, ?, ?)',
        )
        .run(templateId, call.corp.corpId, call.agent.agentId, JSON.stringify(body));
      return json({ template_id: templateId });
    },
  },
  '/cgi-bin/externalcontact/group_welcome_template/edit': {
    ...shared,
    run: (world, call) => {
      const id = ownTemplate(world, call);
      const body = roomWelcome(world, call);
      world.store
        .sql('UPDATE wecom_room_welcome SET body = ? WHERE templateId = ?')
        .run(JSON.stringify(body), id);
      return json();
    },
  },
  '/cgi-bin/externalcontact/group_welcome_template/get': {
    ...shared,
    run: (world, call) => {
      const row = world.store
        .sql<{ body: string }>('SELECT body FROM wecom_room_welcome WHERE templateId = ?')
        .get(ownTemplate(world, call));
      return json(JSON.parse(row?.body ?? '{}') as object);
    },
  },
  '/cgi-bin/externalcontact/group_welcome_template/del': {
    ...shared,
    run: (world, call) => {
      const id = ownTemplate(world, call);
      world.store.sql('DELETE FROM wecom_room_welcome WHERE templateId = ?').run(id);
      return json();
    },
  },
};

/** Text and at most one more part, which stands beside the text. */
function roomWelcome(world: World, call: Call): Record<string, unknown> {
  const text = textIn(call.body, 3_000);
  const kind = parts.find((name) => name in call.body);
  if (text === '' && kind === undefined) refuse(44004);
  if (kind !== undefined) checkPart(world, call, { msgtype: kind, [kind]: call.body[kind] });
  return {
    ...(text === '' ? {} : { text: { content: text } }),
    ...(kind === undefined ? {} : { [kind]: call.body[kind] }),
  };
}

function ownTemplate(world: World, call: Call): string {
  const id = str(call.body, 'template_id');
  const row = world.store
    .sql<{ corpId: string; agentId: string }>(
      'SELECT corpId, agentId FROM wecom_room_welcome WHERE templateId = ?',
    )
    .get(id);
  if (row?.corpId !== call.corp.corpId) return refuse(40058);
  return row.agentId === call.agent.agentId ? id : refuse(41058);
}
