import type { InboundEvent } from '../channels/inbound-event';
import type { Raw } from '../kernel/database';
import type { Seal } from '../kernel/seal';
import { comesBack, erasedAmong, type ErasedOne } from '../relationships';
import { storeEvent, type StoredEvent } from './stored-event';

/** The lanes of newcomers who are none, by account and openid: they were erased. */
export async function erasedLanes(
  raw: Raw,
  seal: Seal,
  newcomers: readonly InboundEvent[],
): Promise<Map<string, ErasedOne>> {
  const lanes = new Map<string, ErasedOne>();
  for (const accountId of new Set(newcomers.map((event) => event.accountId))) {
    const own = newcomers.filter((event) => event.accountId === accountId);
    const ids = own.map(({ openid }) => openid);
    for (const [openid, erased] of await erasedAmong(raw, seal, accountId, ids)) {
      lanes.set(`${accountId}:${openid}`, erased);
    }
  }
  return lanes;
}

/** Of the erased only what they do themselves is heard, and whether what was sent to them arrived. */
export const isHeard = (event: InboundEvent, erased: ErasedOne | undefined): boolean =>
  erased === undefined || event.kind === 'template-receipt' || comesBack(event, erased);

/** That something came, and nothing of whom. */
export const bareEvent = (id: string, event: InboundEvent): StoredEvent => ({
  ...storeEvent(event),
  ...{ dedupeKey: id, payload: '{}' },
});

/** Events of a corp that are nobody's may name customers: members of a room, or what nobody understood. */
function namedIn(event: InboundEvent): readonly string[] {
  if (event.kind === 'room-changed') return event.memberIds ?? [];
  const named = event.kind === 'unknown' ? event.raw['ExternalUserID'] : undefined;
  return event.openid === '' && typeof named === 'string' ? [named] : [];
}

/** With the pseudonyms of those who were erased. */
export async function withoutErased(
  raw: Raw,
  seal: Seal,
  events: readonly InboundEvent[],
): Promise<readonly InboundEvent[]> {
  if (!events.some((event) => namedIn(event).length > 0)) return events;
  return Promise.all(
    events.map(async (event) => {
      const erased = await erasedAmong(raw, seal, event.accountId, namedIn(event));
      if (erased.size === 0) return event;
      let text = JSON.stringify(event);
      for (const [id, { pseudonym }] of erased) text = text.replaceAll(id, pseudonym);
      return JSON.parse(text) as InboundEvent;
    }),
  );
}
