import { iso, isoOrNull } from '../clock';
import type { World } from '../world';

export type PacketState = 'SENDING' | 'SENT' | 'RECEIVED' | 'FAILED' | 'RFUND_ING' | 'REFUND';

export interface Packet {
  seq: number;
  mchId: string;
  billNo: string;
  listId: string;
  appId: string;
  openid: string;
  amountFen: number;
  /** The request as first taken, without nonce and signature. */
  fields: string;
  state: PacketState;
  reason: string | null;
  /** The UTC+8 day it was paid out on. */
  day: string | null;
  sends: number;
  createdAt: number;
  sentAt: number | null;
  receivedAt: number | null;
  refundedAt: number | null;
  /** When the state changes by itself, and to what. */
  dueAt: number | null;
  dueState: PacketState | null;
}

export function packetOf(world: World, mchId: string, billNo: string): Packet | undefined {
  return world.store
    .sql<Packet>('SELECT * FROM packet WHERE mchId = ? AND billNo = ?')
    .get(mchId, billNo);
}

/** Inside a work. The book of money: append only; the sum per merchant is checked against the balance. */
export function book(
  world: World,
  packet: Packet,
  kind: 'sent' | 'received' | 'refunded',
  now: number,
): void {
  world.store
    .sql('INSERT INTO purse (at, mchId, kind, openid, billNo, amountFen) VALUES (?, ?, ?, ?, ?, ?)')
    .run(now, packet.mchId, kind, packet.openid, packet.billNo, packet.amountFen);
}

/** Inside a work. */
export function moveBalance(world: World, mchId: string, fen: number): void {
  world.store
    .sql('UPDATE merchant SET balanceFen = balanceFen + ? WHERE mchId = ?')
    .run(fen, mchId);
}

/** After the commit, the phone page hears of it. */
export function tellPacket(world: World, packet: Packet, state: PacketState): void {
  if (!world.bus.isHeard) return;
  const { openid, billNo } = packet;
  world.store.afterCommit(() =>
    world.bus.tell({ kind: 'packet', openid, payload: () => ({ openid, billNo, state }) }),
  );
}

export function walletOf(world: World, openid: string): { receivedFen: number; packets: number } {
  const row = world.store
    .sql<{ fen: number | null; n: number }>(
      `SELECT sum(amountFen) AS fen, count(*) AS n FROM purse WHERE openid = ? AND kind = 'received'`,
    )
    .get(openid);
  return { receivedFen: row?.fen ?? 0, packets: row?.n ?? 0 };
}

export const showPacket = (packet: Packet) => ({
  billNo: packet.billNo,
  mchId: packet.mchId,
  appId: packet.appId,
  openid: packet.openid,
  amountFen: packet.amountFen,
  state: packet.state,
  reason: packet.reason,
  listId: packet.listId,
  sends: packet.sends,
  createdAt: iso(packet.createdAt),
  sentAt: isoOrNull(packet.sentAt),
  receivedAt: isoOrNull(packet.receivedAt),
  refundedAt: isoOrNull(packet.refundedAt),
});
