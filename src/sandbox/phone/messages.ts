import { iso } from '../clock';
import type { World } from '../world';
import { renderTemplate, type TemplateBody } from './template-card';

export type Via = 'passive' | 'customer-service' | 'template' | 'pay' | 'system' | 'person';

/** A line of somebody's phone. `body` holds what its kind needs; see the API page for the shape that leaves. */
export interface NewMessage {
  openid: string;
  appId: string;
  direction: 'in' | 'out';
  kind: string;
  via: Via;
  body: Record<string, unknown>;
  eventId?: number | null;
  clientMsgId?: string | null;
  billNo?: string | null;
}

export interface MessageRow {
  id: number;
  openid: string;
  appId: string;
  at: number;
  direction: 'in' | 'out';
  kind: string;
  via: Via;
  body: string;
  eventId: number | null;
  clientMsgId: string | null;
  billNo: string | null;
}

/** Inside a work: the message is on the phone once the commit is done, and only then anybody hears of it. */
export function putOnPhone(world: World, message: NewMessage, now: number): number {
  const { openid, appId } = message;
  const id = world.store
    .sql(
      `INSERT INTO message (openid, appId, at, direction, kind, via, body, eventId, clientMsgId, billNo)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[
        openid,
        appId,
        now,
        message.direction,
        message.kind,
        message.via,
        JSON.stringify(message.body),
      ],
      ...[message.eventId ?? null, message.clientMsgId ?? null, message.billNo ?? null],
    ).lastId;
  if (world.bus.isHeard) {
    world.store.afterCommit(() =>
      world.bus.tell({ kind: 'message', openid, payload: () => messageById(world, id) }),
    );
  }
  return id;
}

export function messageById(world: World, id: number): Record<string, unknown> | undefined {
  const row = world.store.sql<MessageRow>('SELECT * FROM message WHERE id = ?').get(id);
  return row && showMessage(world, row);
}

/** The public shape; a red packet shows its state of this moment. */
export function showMessage(world: World, row: MessageRow): Record<string, unknown> {
  const body = JSON.parse(row.body) as Record<string, unknown>;
  const shown: Record<string, unknown> = {
    id: String(row.id),
    at: iso(row.at),
    openid: row.openid,
    appId: row.appId,
    direction: row.direction,
    kind: row.kind,
    via: row.via,
    text: '',
    ...body,
    eventId: row.eventId === null ? null : String(row.eventId),
  };
  if (row.kind === 'template') {
    const template = renderTemplate(world, body as unknown as TemplateBody, row);
    return {
      ...without(templateParts, shown),
      text: template.text,
      url: template.card.url,
      template: template.card,
    };
  }
  if (row.billNo === null) return shown;
  const packet = world.store
    .sql<{ state: string }>('SELECT state FROM packet WHERE mchId = ? AND billNo = ?')
    .get(typeof body.mchId === 'string' ? body.mchId : '', row.billNo);
  const { mchId, amountFen, sendName, wishing, actName } = body;
  const redPacket = {
    billNo: row.billNo,
    mchId,
    amountFen,
    sendName,
    wishing,
    actName,
    state: packet?.state ?? 'SENT',
  };
  return { ...without(packetParts, shown), redPacket };
}

// Stored bare; shown inside the card or the packet.
const templateParts = ['templateId', 'data', 'miniProgram', 'clientMsgId'];
const packetParts = ['mchId', 'amountFen', 'sendName', 'wishing', 'actName'];

function without(names: string[], shown: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(shown).filter(([name]) => !names.includes(name)));
}
