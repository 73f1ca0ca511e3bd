/** What reps are asked to do: send a message to each customer, or publish a moment customers may see. */
export const outreachKinds = ['message', 'moment'] as const;
export type OutreachKind = (typeof outreachKinds)[number];

export const outreachStatuses = ['draft', 'scheduled', 'running', 'finished', 'cancelled'] as const;
export type OutreachStatus = (typeof outreachStatuses)[number];

/**
 * `ordering`: WeCom is being asked, or was when we died. `unclear`: the answer got lost and we look whether
 * the order is there. `unknown`: it was not found, and a person decides. `ordered`: the rep has it.
 * `expired`: not confirmed for a week.
 */
export const orderStates = [
  'queued',
  'ordering',
  'unclear',
  'unknown',
  'ordered',
  'done',
  'refused',
  'cancelling',
  'cancelled',
  'expired',
] as const;
export type OrderState = (typeof orderStates)[number];

/** Orders that are not over: as long as there is one, so is the message. */
export const openOrders = [
  'queued',
  'ordering',
  'unclear',
  'unknown',
  'ordered',
  'cancelling',
] as const;

/** `undelivered`: the rep has published the moment, and a day later WeCom had not brought it here. */
export const recipientStates = [
  'queued',
  'waiting',
  'sent',
  'not-a-friend',
  'capped',
  'refused',
  'undelivered',
  'expired',
  'cancelled',
  'unknown',
  'left-out',
] as const;
export type RecipientState = (typeof recipientStates)[number];

export const leftOutReasons = ['opted-out', 'not-a-friend', 'rep-inactive', 'capped'] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

/** Of the one order a moment is. `working`: WeCom has taken it and is making the tasks of the reps. */
export const momentStates = [
  'queued',
  'ordering',
  'working',
  'unclear',
  'unknown',
  'ordered',
  'refused',
  'cancelling',
  'cancelled',
] as const;
export type MomentState = (typeof momentStates)[number];

/** `look`: look once more. `order`: it is not there, order it now. `drop`: leave these customers out. */
export const choices = ['look', 'order', 'drop'] as const;
export type Choice = (typeof choices)[number];

/** `'a', 'b'` for an IN list of our own words. */
export const quoted = (states: readonly string[]): string =>
  states.map((state) => `'${state}'`).join(', ');
