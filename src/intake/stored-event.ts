import type { InboundEvent } from '../channels/inbound-event';
import { maskPersons } from '../kernel/mask-persons';

export type StoredEvent = {
  accountId: string;
  dedupeKey: string;
  kind: string;
  eventAt: number;
  payload: string;
};

const largestPayload = 60_000;

/** An event as its row: what has a column of its own is not written twice. */
export function storeEvent(event: InboundEvent): StoredEvent {
  const { accountId, dedupeKey, kind, at, ...rest } = event;
  return { accountId, dedupeKey, kind, eventAt: at, payload: payloadOf(rest) };
}

/** A page of text holds every genuine event; what is larger is kept cut, with its length. */
function payloadOf(rest: Omit<InboundEvent, 'accountId' | 'dedupeKey' | 'kind' | 'at'>): string {
  const whole = JSON.stringify(rest);
  if (whole.length <= largestPayload / 4 || Buffer.byteLength(whole) <= largestPayload)
    return whole;
  const { appId, laneKey, openid } = rest;
  return JSON.stringify({ appId, laneKey, openid, cutAt: whole.length });
}

export const restoreEvent = ({ accountId, dedupeKey, kind, eventAt, payload }: StoredEvent) =>
  ({
    accountId,
    dedupeKey,
    kind,
    at: eventAt,
    ...(JSON.parse(payload) as object),
  }) as InboundEvent;

/** What stands beside an event that could not be decided. */
export function failedRow(eventId: string, event: InboundEvent, error: unknown, failedAt: number) {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
  const { accountId, kind } = event;
  return { eventId, accountId, kind, cause: maskPersons(cause).slice(0, 2_000), failedAt };
}
