import { iso } from '../clock';
import type { World } from '../world';
import { fileNamedIn } from './media';

export type WeComVia = 'welcome' | 'mass' | 'moment' | 'chat' | 'kf' | 'app' | 'room' | 'system';

/** A line on the phone of a customer, or of a member of staff. */
export interface NewWeComMessage {
  corpId: string;
  via: WeComVia;
  /** `in`: arrived on the phone of the one it is for; `out`: they wrote it. Seen from the customer, if there is one. */
  direction: 'in' | 'out';
  kind: string;
  body: Record<string, unknown>;
  userId?: string | null;
  externalUserId?: string | null;
  roomId?: string | null;
  agentId?: string | null;
  kfId?: string | null;
  /** Mass message, moment or message id: what this came from. */
  ref?: string | null;
}

export interface WeComMessageRow {
  id: number;
  corpId: string;
  at: number;
  via: WeComVia;
  userId: string | null;
  externalUserId: string | null;
  roomId: string | null;
  agentId: string | null;
  kfId: string | null;
  direction: 'in' | 'out';
  kind: string;
  body: string;
  ref: string | null;
}

/** Inside a work: whoever looks on hears of it once the commit is done. */
export function putMessage(world: World, message: NewWeComMessage, now: number): number {
  const { corpId, userId = null, externalUserId = null } = message;
  const file = fileNamedIn(world, message.body[message.kind]);
  const body = file === undefined ? message.body : { ...message.body, file };
  tellLookers(world, { corpId, userId, externalUserId });
  return world.store
    .sql(
      `INSERT INTO wecom_message (corpId, at, via, userId, externalUserId, roomId, agentId, kfId, direction, kind, body, ref)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[message.corpId, now, message.via, message.userId ?? null, message.externalUserId ?? null],
      ...[message.roomId ?? null, message.agentId ?? null, message.kfId ?? null],
      ...[message.direction, message.kind, JSON.stringify(body), message.ref ?? null],
    ).lastId;
}

/** What a rep wrote, or was written in their name, and this person has not looked at. */
export const unreadOf = (world: World, personId: string, userId: string): number =>
  world.store
    .sql<{ n: number }>(
      `SELECT count(*) AS n FROM wecom_message
       WHERE externalUserId IN (SELECT externalUserId FROM wecom_contact WHERE personId = ?) AND userId = ?
       AND direction = 'in' AND id > coalesce((SELECT upTo FROM wecom_read WHERE personId = ? AND userId = ?), 0)`,
    )
    .get(personId, userId, personId, userId)?.n ?? 0;

/** Inside a work. */
export function readUpTo(world: World, personId: string, userId: string, upTo: number): void {
  world.store
    .sql(
      `INSERT INTO wecom_read (personId, userId, upTo) VALUES (?, ?, ?)
       ON CONFLICT (personId, userId) DO UPDATE SET upTo = excluded.upTo`,
    )
    .run(personId, userId, upTo);
}

/** Inside a work: something changed between these two, or on one's own phone. */
export function tellLookers(
  world: World,
  whose: { corpId: string; userId: string | null; externalUserId: string | null },
): void {
  if (!world.bus.isHeard) return;
  world.store.afterCommit(() =>
    world.bus.tell({ kind: 'wecom', openid: '', payload: () => whose }),
  );
}

/** The public shape. */
export const showWeComMessage = (row: WeComMessageRow): Record<string, unknown> => ({
  id: String(row.id),
  at: iso(row.at),
  corpId: row.corpId,
  userId: row.userId,
  externalUserId: row.externalUserId,
  roomId: row.roomId,
  agentId: row.agentId,
  kfId: row.kfId,
  direction: row.direction,
  via: row.via,
  kind: row.kind,
  text: '',
  ...(JSON.parse(row.body) as Record<string, unknown>),
  ref: row.ref,
});

/** One of these for every part of a message to people: the text, then each attachment. */
export function partsOf(body: {
  text?: string;
  attachments?: Record<string, unknown>[];
}): { kind: string; body: Record<string, unknown> }[] {
  const text = body.text ?? '';
  const parts = (body.attachments ?? []).map((attachment) => {
    const kind = typeof attachment.msgtype === 'string' ? attachment.msgtype : 'file';
    return { kind, body: { text: titleOf(attachment[kind]), [kind]: attachment[kind] } };
  });
  return text === '' ? parts : [{ kind: 'text', body: { text } }, ...parts];
}

function titleOf(part: unknown): string {
  const title = (part as { title?: unknown } | undefined)?.title;
  return typeof title === 'string' ? title : '';
}
