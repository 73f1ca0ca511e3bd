import { randomText } from '../random';
import type { World } from '../world';
import type { Call } from './endpoint';
import { refuse } from './refusal';

export interface KfRow {
  kfId: string;
  corpId: string;
  name: string;
  /** The one app it is granted to; null means every app with the right. */
  managedBy: string | null;
  createdAt: number;
}

/** 0 new, 1 bot, 2 waiting, 3 a person, 4 ended. */
export interface KfChat {
  kfId: string;
  externalUserId: string;
  state: number;
  servicer: string | null;
  /** When the visitor last wrote, and how many answers that still allows. */
  wroteAt: number | null;
  left: number;
  welcomedAt: number | null;
}

export interface KfCode {
  code: string;
  kfId: string;
  externalUserId: string;
  kind: 'welcome' | 'pool' | 'taken' | 'ended';
  /** The state the chat must still be in. */
  state: number | null;
  expiresAt: number;
  usedAt: number | null;
}

const CODE_LIFE = { welcome: 20_000, ended: 20_000, pool: 172_800_000, taken: 172_800_000 };
const ANSWERS = 5;
const TOKEN_LIFE = 600_000;

export function kfOf(world: World, kfId: string): KfRow | undefined {
  return world.store.sql<KfRow>('SELECT * FROM wecom_kf WHERE kfId = ?').get(kfId);
}

export function kfsOf(world: World, corpId: string): KfRow[] {
  return world.store
    .sql<KfRow>('SELECT * FROM wecom_kf WHERE corpId = ? ORDER BY createdAt, kfId')
    .all(corpId);
}

/** An account the app may speak for; 95000 for strangers, 48007 for those of another app. */
export function kfInCall(call: Call, world: World, kfId: string): KfRow {
  const kf = kfOf(world, kfId);
  if (kf?.corpId !== call.corp.corpId) return refuse(95000);
  return kf.managedBy === null || kf.managedBy === call.agent.agentId ? kf : refuse(48007);
}

export function chatOf(world: World, kfId: string, externalUserId: string): KfChat | undefined {
  return world.store
    .sql<KfChat>('SELECT * FROM wecom_kf_chat WHERE kfId = ? AND externalUserId = ?')
    .get(kfId, externalUserId);
}

/** Inside a work. */
export function saveChat(world: World, chat: KfChat): void {
  world.store
    .sql(
      'INSERT OR REPLACE INTO wecom_kf_chat (kfId, externalUserId, state, servicer, wroteAt, left, welcomedAt) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    .run(
      ...[chat.kfId, chat.externalUserId, chat.state, chat.servicer],
      ...[chat.wroteAt, chat.left, chat.welcomedAt],
    );
}

/** Inside a work: something for the next pull. Events carry the ids inside, messages beside. */
export function addKfItem(
  world: World,
  item: {
    kfId: string;
    externalUserId: string;
    origin: 3 | 4 | 5;
    msgtype: string;
    part: Record<string, unknown>;
    servicer?: string | undefined;
  },
  now: number,
): string {
  const msgId = randomText(32);
  const ids = { open_kfid: item.kfId, external_userid: item.externalUserId };
  const isEvent = item.msgtype === 'event';
  const body = {
    msgid: msgId,
    ...(isEvent ? {} : ids),
    send_time: Math.floor(now / 1000),
    origin: item.origin,
    ...(item.servicer === undefined ? {} : { servicer_userid: item.servicer }),
    msgtype: item.msgtype,
    [item.msgtype]: isEvent ? { ...item.part, ...ids } : item.part,
  };
  world.store
    .sql('INSERT INTO wecom_kf_message (kfId, msgId, at, body) VALUES (?, ?, ?, ?)')
    .run(item.kfId, msgId, now, JSON.stringify(body));
  return msgId;
}

/** Inside a work: the right to one message about what happened. */
export function grantCode(
  world: World,
  chat: Pick<KfChat, 'kfId' | 'externalUserId'>,
  kind: KfCode['kind'],
  state: number | null,
  now: number,
): string {
  const code = randomText(32);
  world.store
    .sql(
      'INSERT INTO wecom_kf_code (code, kfId, externalUserId, kind, state, expiresAt) VALUES (?, ?, ?, ?, ?, ?)',
    )
    .run(code, chat.kfId, chat.externalUserId, kind, state, now + CODE_LIFE[kind]);
  return code;
}

/** Inside a work: the visitor writes, which opens five answers and begins an ended chat anew. */
export function visitorWrote(
  world: World,
  kfId: string,
  externalUserId: string,
  now: number,
): KfChat {
  const before = chatOf(world, kfId, externalUserId);
  const chat: KfChat = {
    ...{ kfId, externalUserId, servicer: before?.servicer ?? null },
    state: before === undefined || before.state === 4 ? 0 : before.state,
    ...{ wroteAt: now, left: ANSWERS, welcomedAt: before?.welcomedAt ?? null },
  };
  if (chat.state === 0) chat.servicer = null;
  saveChat(world, chat);
  return chat;
}

/** Inside a work. */
export function setServicers(
  world: World,
  kfId: string,
  { serving, away }: { serving: readonly string[]; away: readonly string[] },
): void {
  world.store.sql('DELETE FROM wecom_kf_servicer WHERE kfId = ?').run(kfId);
  for (const userId of [...serving, ...away])
    world.store
      .sql('INSERT INTO wecom_kf_servicer (kfId, userId, serving) VALUES (?, ?, ?)')
      .run(kfId, userId, serving.includes(userId) ? 1 : 0);
}

/** Inside a work. */
export function addKf(world: World, corpId: string, name: string, now: number): string {
  const kfId = `wk${randomText(30)}`;
  world.store
    .sql('INSERT INTO wecom_kf (kfId, corpId, name, createdAt) VALUES (?, ?, ?, ?)')
    .run(kfId, corpId, name, now);
  return kfId;
}

/** The token of a bell says which account it rang for, and when: good for ten minutes. */
export const tokenFor = (kfId: string, now: number): string => `ENC${now}x${kfId}`;

export function isToken(token: string, kfId: string, now: number): boolean {
  const [, at = '0', of = ''] = /^ENC(\d+)x(.+)$/.exec(token) ?? [];
  return of === kfId && now <= Number(at) + TOKEN_LIFE;
}
