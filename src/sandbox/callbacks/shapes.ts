import type { Writable } from '../wire/xml';

/** One push to the app: what happened, told up to three times. */
export interface EventRow {
  id: number;
  appId: string;
  openid: string;
  kind: string;
  fields: string;
  msgId: string | null;
  background: number;
  createdAt: number;
  dueAt: number;
  state: 'waiting' | 'done';
  verdict: string | null;
}

export interface NewEvent {
  appId: string;
  openid: string;
  kind: string;
  /** What follows the header: for messages from MsgType on, for events from Event on. */
  fields: Record<string, Writable>;
  /** Messages have a MsgId, events do not. */
  isMessage?: boolean;
  /** Nobody waits in the chat for an answer to it: no notice, and a reply is ignored. */
  background?: boolean;
  dueAt?: number;
}

export interface AttemptRow {
  eventId: number;
  n: number;
  callbackId: number;
  /** System time, unlike the event's own instants. */
  systemAt: number;
  ms: number;
  status: number | null;
  stamp: string;
  nonce: string;
  prefix: string;
  replyRaw: string;
  /** What the app told of itself in `X-Guanxi-Trace`; kept as it came. */
  trace: string | null;
  replyPlain: string | null;
  verdict: string;
  reason: string | null;
}

/** An event after its telling. */
export interface Delivered {
  id: number;
  kind: string;
  verdict: string;
  attempts: AttemptRow[];
}
