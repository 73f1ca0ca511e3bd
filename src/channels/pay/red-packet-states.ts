/** Where a packet is, in our words. */
export type PacketState = 'sending' | 'sent' | 'received' | 'failed' | 'returning' | 'returned';

interface PacketStateRow {
  readonly wire: string;
  readonly state: PacketState;
  readonly isFinal: boolean;
  readonly money: 'unknown' | 'left' | 'with-follower' | 'not-taken' | 'coming-back' | 'back';
}

/**
 * `status` of gethbinfo. SENDING is sticky: with a reason beside it the packet usually fails about a day later, but
 * only FAILED says so.
 */
export const packetStates: readonly PacketStateRow[] = [
  { wire: 'SENDING', state: 'sending', isFinal: false, money: 'unknown' },
  { wire: 'SENT', state: 'sent', isFinal: false, money: 'left' },
  { wire: 'RECEIVED', state: 'received', isFinal: true, money: 'with-follower' },
  { wire: 'FAILED', state: 'failed', isFinal: true, money: 'not-taken' },
  { wire: 'RFUND_ING', state: 'returning', isFinal: false, money: 'coming-back' },
  { wire: 'REFUND', state: 'returned', isFinal: true, money: 'back' },
];

const byWire = new Map(packetStates.map((row) => [row.wire, row]));

export function packetStateOf(wire: string): PacketState | undefined {
  return byWire.get(wire)?.state;
}
