import { packetFields, type RedPacket } from '../channels/pay/red-packet';
import { sha256 } from './ledger-line';

export type FrozenRequest = { request: string; requestHash: string };

/** The packet as it will be asked for at every try, and the hash of what goes over the wire. */
export function freezeRequest(mchId: string, packet: RedPacket): FrozenRequest {
  return { request: JSON.stringify(packet), requestHash: hashOf(mchId, packet) };
}

type Frozen = FrozenRequest & { billNo: string; amountFen: number };

/**
 * The packet of a stored payout, or undefined when anything about it is not as it was frozen: such a
 * payout is never sent (R3).
 */
export function thawRequest(
  mchId: string,
  payout: Frozen,
  openid: string | null,
): RedPacket | undefined {
  let packet: RedPacket;
  try {
    packet = JSON.parse(payout.request) as RedPacket;
  } catch {
    return undefined;
  }
  const isSame =
    hashOf(mchId, packet) === payout.requestHash &&
    packet.billNo === payout.billNo &&
    packet.amountFen === payout.amountFen &&
    (openid === null || packet.openid === openid);
  return isSame ? packet : undefined;
}

function hashOf(mchId: string, packet: RedPacket): string {
  const fields = Object.entries(packetFields(mchId, packet));
  return sha256(JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1))));
}
