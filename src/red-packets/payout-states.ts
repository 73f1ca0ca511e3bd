/**
 * The life of a payout. Names of the pay sheet map so: NEW/READY = reserved, SENDING = sending,
 * DELIVERED = sent, PAID = received, RETURNED = refunded, IN_DOUBT = unknown, HELD and VERIFY_FAIL = held,
 * MANUAL = frozen. `skipped` never had a byte sent: the person left, or the promotion was cancelled.
 */
export const payoutStates = [
  'reserved',
  'sending',
  'sent',
  'received',
  'refunded',
  'unknown',
  'held',
  'failed',
  'frozen',
  'skipped',
] as const;
export type PayoutState = (typeof payoutStates)[number];

/** `send` pays (again, with the same number); `ask` queries; `verify` queries whether a refusal is final. */
export type NextAction = 'send' | 'ask' | 'verify';

/** The ledger account that holds the amount of a payout; `available` once it is given back. */
export type MoneyPlace = 'reserved' | 'in-flight' | 'paid' | 'available';

const edges: Readonly<Record<PayoutState, readonly PayoutState[]>> = {
  reserved: ['sending', 'skipped', 'frozen'],
  sending: ['sent', 'received', 'refunded', 'unknown', 'held', 'failed', 'frozen'],
  unknown: ['sending', 'sent', 'received', 'refunded', 'failed', 'frozen'],
  held: ['sending', 'sent', 'received', 'refunded', 'unknown', 'failed', 'frozen'],
  // A packet that WeChat took can still fail on its way; FAILED says that the money was not taken.
  sent: ['received', 'refunded', 'failed', 'frozen'],
  frozen: ['sent', 'received', 'refunded', 'failed'],
  received: [],
  refunded: [],
  failed: [],
  skipped: [],
};

export const isFinal = (state: PayoutState): boolean => edges[state].length === 0;

/** Staying is always allowed: it is how the time of the next look moves. */
export const mayBecome = (from: PayoutState, to: PayoutState): boolean =>
  from === to ? !isFinal(from) : edges[from].includes(to);

/** Payouts `p` that may still need a send: while there is one, their run is not done. */
export const unsettledSql = `(p.state IN ('reserved', 'sending', 'unknown') OR (p.state = 'held' AND p.nextAction = 'send'))`;

export const placeOf = (state: PayoutState, before: MoneyPlace): MoneyPlace => {
  if (state === 'sent') return 'in-flight';
  if (state === 'received') return 'paid';
  if (state === 'refunded' || state === 'failed' || state === 'skipped') return 'available';
  return before;
};
