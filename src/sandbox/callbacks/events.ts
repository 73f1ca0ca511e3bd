import { buildXml, type Writable } from '../wire/xml';
import type { Account, CallbackTarget } from '../official-account/accounts';
import type { World } from '../world';
import type { EventRow, NewEvent } from './shapes';

const firstMsgId = 24_000_000_000_000_000n;

/** Inside a work. */
export function addEvent(world: World, event: NewEvent, now: number): number {
  const { lastId } = world.store
    .sql(
      `INSERT INTO event (appId, openid, kind, fields, background, createdAt, dueAt, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')`,
    )
    .run(
      ...[event.appId, event.openid, event.kind, JSON.stringify(event.fields)],
      ...[event.background ? 1 : 0, now, event.dueAt ?? now],
    );
  if (event.isMessage) {
    const msgId = String(firstMsgId + BigInt(lastId));
    world.store.sql('UPDATE event SET msgId = ? WHERE id = ?').run(msgId, lastId);
  }
  return lastId;
}

export function eventOf(world: World, id: number): EventRow | undefined {
  return world.store.sql<EventRow>('SELECT * FROM event WHERE id = ?').get(id);
}

const backgroundKinds = [
  'unsubscribe',
  'VIEW',
  'view_miniprogram',
  'LOCATION',
  'TEMPLATESENDJOBFINISH',
  'MASSSENDJOBFINISH',
];

export const isBackground = (kind: string): boolean =>
  backgroundKinds.includes(kind) || kind.startsWith('user_') || kind.startsWith('subscribe_msg_');

/** The fields of the plain body, the same at every delivery. */
export function bodyFields(account: Account, event: EventRow): Record<string, Writable> {
  const { FromUserName, ...rest } = JSON.parse(event.fields) as Record<string, Writable>;
  const from = typeof FromUserName === 'string' ? FromUserName : event.openid;
  const head = {
    ToUserName: account.originalId,
    FromUserName: from,
    CreateTime: Math.floor(event.createdAt / 1000),
    ...(event.msgId === null ? { MsgType: 'event' } : {}),
  };
  if (event.msgId === null) return { ...head, ...rest, ...jobId(rest.MsgID) };
  const { bizmsgmenuid, ...said } = rest;
  const tail = bizmsgmenuid === undefined ? {} : { bizmsgmenuid };
  return { ...head, ...said, MsgId: BigInt(event.msgId), ...tail };
}

// Kept as text in the books, written bare.
const jobId = (id: Writable | undefined) =>
  typeof id === 'string' && /^\d+$/.test(id) ? { MsgID: BigInt(id) } : {};

export interface Stamp {
  timestamp: string;
  nonce: string;
  prefix: Buffer;
}

export interface Push {
  /** Path and query, as the server sees it. */
  path: string;
  target: string;
  body: string;
  encrypted: string | null;
}

/** One delivery. The same event and stamp give the same bytes again, so the books need not keep them. */
export function pushOf(
  account: Account,
  target: CallbackTarget,
  event: EventRow,
  stamp: Stamp,
  sign: (...parts: string[]) => string,
  sealWith: (aesKey: string, appId: string, prefix: Buffer, message: string) => string,
): Push {
  const fields = bodyFields(account, event);
  const plain = buildXml(fields);
  const url = new URL(target.url);
  url.searchParams.set('signature', sign(target.token, stamp.timestamp, stamp.nonce));
  url.searchParams.set('timestamp', stamp.timestamp);
  url.searchParams.set('nonce', stamp.nonce);
  url.searchParams.set('openid', event.openid);
  let body = plain;
  let encrypted: string | null = null;
  if (target.mode !== 'plain') {
    encrypted = sealWith(target.aesKey, account.appId, stamp.prefix, plain);
    url.searchParams.set('encrypt_type', 'aes');
    url.searchParams.set(
      'msg_signature',
      sign(target.token, stamp.timestamp, stamp.nonce, encrypted),
    );
    body =
      target.mode === 'secure'
        ? buildXml({ ToUserName: account.originalId, Encrypt: encrypted })
        : buildXml({ ...fields, Encrypt: encrypted });
  }
  return { path: url.pathname + url.search, target: url.toString(), body, encrypted };
}
