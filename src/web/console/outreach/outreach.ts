import type { BarPart } from '../../shared/parts/ProgressBar.vue';
import type StatusDot from '../../shared/parts/StatusDot.vue';
import { hasText, t, type Params } from '../../shared/i18n/i18n';
import type { PhoneMessage } from '../../shared/parts/phone-message';
import { attachmentMessages, type Attachment } from '../attachments/attachments';

export const kinds = ['message', 'moment'] as const;
export type Kind = (typeof kinds)[number];

/** The words of both kinds; a moment has its own where they differ. */
export function say(kind: Kind, key: string, params: Params = {}): string {
  const own = `moment.${key}`;
  return t(kind === 'moment' && hasText(own) ? own : `outreach.${key}`, params);
}

export const statuses = ['running', 'scheduled', 'draft', 'finished', 'cancelled'] as const;
export type Status = (typeof statuses)[number];

export const recipientStates = [
  'sent',
  'waiting',
  'queued',
  'not-a-friend',
  'capped',
  'refused',
  'undelivered',
  'expired',
  'unknown',
  'cancelled',
  'left-out',
] as const;
export type RecipientState = (typeof recipientStates)[number];

export const capRules = ['days-of-month', 'week', 'day', 'legacy'] as const;
export type CapRule = (typeof capRules)[number];

export interface Outreach {
  id: string;
  accountId: string;
  kind: Kind;
  name: string;
  segmentId: string | null;
  segmentName: string | null;
  text: string;
  attachments: Attachment[];
  status: Status;
  startsAt: string | null;
  remindAfterHours: number | null;
  createdBy: string;
  createdAt: string;
  frozenAt: string | null;
  endedAt: string | null;
  counts: Record<RecipientState, number>;
  liked: number;
  commented: number;
  reps: { all: number; confirmed: number; open: number; unknown: number };
}

export interface LeftOut {
  reason: string;
  count: number;
}

export interface OutreachDetail extends Outreach {
  outsiders: number;
  leftOut: LeftOut[];
  moment: {
    reps: { userId: string; name: string }[];
    tags: { id: string; name: string }[];
    state: string;
    reason: string | null;
  } | null;
}

export interface Plan {
  audience: number;
  willReceive: number;
  reps: number;
  outsiders: number;
  leftOut: LeftOut[];
  busiest: { userId: string; name: string; people: number }[];
  /** Null: a moment. */
  cap: CapRule | null;
  optedOut: number;
}

export interface Order {
  id: string;
  rep: { userId: string; name: string };
  state: string;
  reason: string | null;
  people: number;
  sent: number;
  failed: number;
  orderedAt: string | null;
  confirmedAt: string | null;
  remindersToday: number;
  mayRemind: boolean;
}

export interface Recipient {
  id: string;
  identityId: string;
  personId: string;
  name: string | null;
  rep: { userId: string; name: string } | null;
  state: RecipientState;
  reason: string | null;
  sentAt: string | null;
  likedAt: string | null;
  commentedAt: string | null;
}

type Tone = InstanceType<typeof StatusDot>['$props']['tone'];

export const statusTones: Readonly<Record<Status, Tone>> = {
  running: 'info',
  scheduled: 'idle',
  draft: 'hollow',
  finished: 'good',
  cancelled: 'hollow',
};

export const recipientTones: Readonly<Record<RecipientState, Tone>> = {
  sent: 'good',
  waiting: 'info',
  queued: 'hollow',
  'not-a-friend': 'warn',
  capped: 'warn',
  refused: 'bad',
  undelivered: 'warn',
  expired: 'warn',
  unknown: 'warn',
  cancelled: 'hollow',
  'left-out': 'hollow',
};

const orderTones: Readonly<Record<string, Tone>> = {
  ordering: 'idle',
  unclear: 'warn',
  unknown: 'warn',
  done: 'good',
  refused: 'bad',
  expired: 'warn',
  ordered: 'info',
};
export const toneOf = (order: Order): Tone =>
  order.state === 'ordered' && order.confirmedAt !== null
    ? 'good'
    : (orderTones[order.state] ?? 'hollow');
export const wordOf = (kind: Kind, order: Order): string =>
  say(
    kind,
    order.state === 'ordered' && order.confirmedAt !== null
      ? 'order-confirmed'
      : `order-${order.state}`,
  );

const failing = ['not-a-friend', 'capped', 'refused', 'undelivered', 'expired', 'unknown'] as const;

/** Everybody on the list who was not left out from the start. */
export const meant = ({ counts }: Pick<Outreach, 'counts'>): number =>
  recipientStates.reduce((sum, state) => sum + (state === 'left-out' ? 0 : counts[state]), 0);
export const waitingOf = ({ counts }: Pick<Outreach, 'counts'>): number =>
  counts.waiting + counts.queued;
export const failedOf = ({ counts }: Pick<Outreach, 'counts'>): number =>
  failing.reduce((sum, state) => sum + counts[state], 0);

export const barOf = (row: Pick<Outreach, 'counts' | 'kind'>): BarPart[] => [
  { key: 'sent', value: row.counts.sent, tone: 'accent', label: say(row.kind, 'state-sent') },
  { key: 'failed', value: failedOf(row), tone: 'bad', label: say(row.kind, 'failed') },
];

/** As it stands in the customer's chat with the rep. */
export const phoneOf = (text: string, attachments: readonly Attachment[]): PhoneMessage[] => [
  ...(text.trim() === '' ? [] : [{ kind: 'text' as const, text }]),
  ...attachmentMessages(attachments),
];

/** Whom it is for, in a few words. */
export const audienceOf = (row: Outreach): string =>
  row.segmentName ?? t(row.kind === 'moment' ? 'moment.audience' : 'outreach.all-customers');
