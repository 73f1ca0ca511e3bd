import { api, type Page } from '../../shared/api/client';
import type { Room } from './rooms';

/** What is written by hand. */
export interface RoomCodeForm {
  name: string;
  roomIds: string[];
  makesRooms: boolean;
  baseName: string | null;
  baseNumber: number;
}

export interface RoomCode extends RoomCodeForm {
  version: number;
  id: string;
  accountId: string;
  state: string;
  qrUrl: string | null;
  behind: { id: string; name: string; state: string; members: number; came: number }[];
  trouble: string | null;
  joined: number;
  stayed: number;
}

export interface RoomCodeStatistics {
  days: { day: string; joined: number; left: number; still: number }[];
}

export const mostRooms = 5;

export const blankRoomCode = (): RoomCodeForm => ({
  ...{ name: '', roomIds: [], makesRooms: true, baseName: null, baseNumber: 1 },
});

export function formOfCode(code: RoomCode): RoomCodeForm {
  const { name, roomIds, makesRooms, baseName, baseNumber } = code;
  return structuredClone({ name, roomIds, makesRooms, baseName, baseNumber });
}

export const loadOpenRooms = async (accountId: string, signal?: AbortSignal): Promise<Room[]> =>
  (
    await api.get<Page<Room>>('/rooms', {
      query: { accountId, state: 'open', limit: 200 },
      ...(signal === undefined ? {} : { signal }),
    })
  ).items;

/** Names the platform's refusals that an operator can do something about. */
const known = new Set(['room-dismissed', 'not-a-customer-room', 'no-right-on-member']);
export const codeTroubleKey = (trouble: string): string =>
  known.has(trouble) ? `room-codes.trouble-${trouble}` : 'ways.trouble-other';
