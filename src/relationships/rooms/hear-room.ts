import type { InboundEvent } from '../../channels/inbound-event';
import type { Raw, Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';
import type { HeardOfRoom } from './keep-room';

type RoomEvent = Extract<
  InboundEvent,
  { kind: 'room-created' | 'room-changed' | 'room-dismissed' }
>;
export type FetchRoom = { accountId: string; roomId: string; heard: HeardOfRoom };

export const fetchRoomKind = 'fetch-room';
/** Just after an event the list may still be the old one. */
const settlesMs = 2_000;

/** A room's event asks for the room by a work row; nothing for every other event. */
export function roomNews(
  kit: Pick<Kit, 'clock' | 'newId'>,
  event: InboundEvent,
): ((raw: Raw) => Promise<void>) | undefined {
  switch (event.kind) {
    case 'room-created':
    case 'room-changed':
    case 'room-dismissed':
      return (raw) => ask(kit, raw, event);
    default:
      return undefined;
  }
}

/** Reads a room anew, whatever we heard of it: what we change by the API comes back by no event. */
export async function readRoomAgain(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  { accountId, roomId }: { accountId: string; roomId: string },
): Promise<void> {
  const now = kit.clock.business();
  const heard: HeardOfRoom = { change: 'other', at: now, memberIds: [], how: 'unknown' };
  const payload: FetchRoom = { accountId, roomId, heard };
  await enqueue(tx, [
    {
      ...{ id: kit.newId(), kind: fetchRoomKind, accountId, payload, priority: 4 },
      ...{ dueAt: now, createdAt: kit.clock.system() },
    },
  ]);
}

async function ask(kit: Pick<Kit, 'clock' | 'newId'>, raw: Raw, event: RoomEvent): Promise<void> {
  const { accountId, roomId, dedupeKey } = event;
  const payload: FetchRoom = { accountId, roomId, heard: heardIn(event) };
  const now = kit.clock.business();
  await enqueue(raw, [
    {
      ...{ id: kit.newId(), kind: fetchRoomKind, dedupeKey, accountId, payload, priority: 4 },
      ...{ dueAt: now + settlesMs, createdAt: kit.clock.system() },
    },
  ]);
}

function heardIn(event: RoomEvent): HeardOfRoom {
  const { at } = event;
  const nothing = { at, memberIds: [], how: 'unknown' } as const;
  if (event.kind === 'room-dismissed') return { ...nothing, change: 'dismissed' };
  if (event.kind === 'room-created') return { ...nothing, change: 'other' };
  const { memberIds = [], joinedBy, leftBy } = event;
  if (event.change === 'members-joined') {
    const how = joinedBy === 'qr-code' ? 'qr-code' : joinedBy ? 'invited' : 'unknown';
    return { change: 'joined', at, memberIds, how };
  }
  if (event.change === 'members-left') {
    return { change: 'left', at, memberIds, how: leftBy ?? 'unknown' };
  }
  return { ...nothing, change: 'other' };
}
