import { createHash } from 'node:crypto';
import { json, str, strs, type Endpoints } from '../endpoint';
import { contactInCall, ensureContact, relationsOf, type Contact } from '../contacts';
import { isInRange } from '../corps';
import { refuse } from '../refusal';
import { personOf } from './contact-calls';
import type { World } from '../../world';

const FIVE_MINUTES = 300_000;
const ticket = { where: 'wecom-ticket', method: 'both' } as const;
const ids = { where: 'wecom-ids', method: 'POST', needs: 'contact' } as const;

interface LoginRow {
  code: string;
  corpId: string;
  agentId: string;
  userId: string | null;
  externalUserId: string | null;
  openid: string | null;
  createdAt: number;
  usedAt: number | null;
}

/** Who somebody is: by code, by ticket, by another id. */
export const loginCalls: Endpoints = {
  '/cgi-bin/auth/getuserinfo': {
    where: 'wecom-oauth',
    method: 'both',
    run: (world, call) => {
      const code = call.query.get('code') ?? '';
      if (code === '') refuse(41008);
      const row = world.store.sql<LoginRow>('SELECT * FROM wecom_login WHERE code = ?').get(code);
      if (row?.corpId !== call.corp.corpId || row.agentId !== call.agent.agentId)
        return refuse(40029);
      if (row.usedAt !== null) refuse(42022);
      if (call.now > row.createdAt + FIVE_MINUTES) refuse(42003);
      world.store.sql('UPDATE wecom_login SET usedAt = ? WHERE code = ?').run(call.now, code);
      if (row.userId !== null) return json({ userid: row.userId });
      const isCustomer =
        row.externalUserId !== null &&
        relationsOf(world, row.externalUserId).some(
          (relation) => relation.status !== 'ended' && isInRange(call.agent, relation.userId),
        );
      return json({
        openid: row.openid,
        ...(isCustomer ? { external_userid: row.externalUserId } : {}),
      });
    },
  },
  '/cgi-bin/get_jsapi_ticket': {
    ...ticket,
    run: (world, call) => {
      const { token, expiresIn } = world.wecom.tokens.grant(call.agent, 'corp-ticket');
      return json({ ticket: token, expires_in: expiresIn });
    },
  },
  '/cgi-bin/ticket/get': {
    ...ticket,
    run: (world, call) => {
      if (call.query.get('type') !== 'agent_config') refuse(40058);
      const { token, expiresIn } = world.wecom.tokens.grant(call.agent, 'agent-ticket');
      return json({ ticket: token, expires_in: expiresIn });
    },
  },
  '/cgi-bin/idconvert/unionid_to_external_userid': {
    ...ids,
    run: (world, call) => {
      const contact = contactOfUnionid(
        world,
        call.corp.corpId,
        str(call.body, 'unionid'),
        str(call.body, 'openid'),
      );
      const isCustomer = relationsOf(world, contact.externalUserId).some(
        (relation) => relation.status !== 'ended',
      );
      return json(
        isCustomer
          ? { external_userid: contact.externalUserId }
          : { pending_id: pendingIdOf(contact) },
      );
    },
  },
  '/cgi-bin/idconvert/batch/external_userid_to_pending_id': {
    ...ids,
    run: (world, call) => {
      const wanted = strs(call.body, 'external_userid');
      if (wanted.length === 0 || wanted.length > 100) refuse(40058);
      const contacts = wanted.map((id) => contactInCall(call, world, id));
      return json({
        result: contacts.map((contact) => ({
          external_userid: contact.externalUserId,
          pending_id: pendingIdOf(contact),
        })),
      });
    },
  },
  '/cgi-bin/externalcontact/convert_to_openid': {
    ...ids,
    run: (world, call) => {
      const contact = contactInCall(call, world, str(call.body, 'external_userid'));
      if (contact.kind !== 1) refuse(41056);
      return json({ openid: corpOpenid(contact) });
    },
  },
};

/** A WeChat person's openid with the corp itself. */
export const corpOpenid = (contact: Pick<Contact, 'corpId' | 'personId'>): string =>
  `o${digestOf(`${contact.corpId} ${contact.personId}`).slice(0, 27)}`;

const pendingIdOf = (contact: Contact) =>
  `pe${digestOf(`pending ${contact.externalUserId}`).slice(0, 30)}`;

const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url');

/** The unionid and the openid must be one person's; else 610014. */
function contactOfUnionid(world: World, corpId: string, unionid: string, openid: string): Contact {
  if (unionid === '' || openid === '') refuse(40063);
  const person = world.store
    .sql<{ id: string }>(
      'SELECT p.id AS id FROM person p JOIN follower f ON f.personId = p.id WHERE f.openid = ?',
    )
    .get(openid);
  if (!person || personOf(world, person.id).unionid !== unionid) return refuse(610014);
  return ensureContact(world, corpId, person.id);
}

/** Inside a work: a code as the sign-in page would give it. */
export function addLogin(
  world: World,
  login: { code: string; corpId: string; agentId: string } & Partial<
    Pick<LoginRow, 'userId' | 'externalUserId' | 'openid'>
  >,
  now: number,
): void {
  world.store
    .sql(
      'INSERT INTO wecom_login (code, corpId, agentId, userId, externalUserId, openid, createdAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      ...[login.code, login.corpId, login.agentId, login.userId ?? null],
      ...[login.externalUserId ?? null, login.openid ?? null, now],
    );
}
