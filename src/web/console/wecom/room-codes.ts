import { api, type Page } from '../../shared/api/client';
import type { Room } from './rooms';

/** What is written by hand. */
export interface RoomCodeForm {
  name: string;
  roomIds: string[];
  makesRooms: boolean;
  baseName: string;
  baseNumber: string;
  /** Of a new one alone. */
  state: string;
}

export interface RoomCode {
  name: string;
  roomIds: string[];
  makesRooms: boolean;
  baseName: string | null;
  baseNumber: number;
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
  ...{ name: '', roomIds: [], makesRooms: true, baseName: '', baseNumber: '1', state: '' },
});

export const formOfCode = (code: RoomCode): RoomCodeForm => ({
  ...{ name: code.name, roomIds: [...code.roomIds], makesRooms: code.makesRooms },
  ...{ baseName: code.baseName ?? '', baseNumber: code.baseNumber.toString(), state: '' },
});

export function bodyOfCode(form: RoomCodeForm) {
  const { name, roomIds, makesRooms } = form;
  const baseName = form.baseName.trim();
  const baseNumber = form.baseNumber.trim();
  return {
    ...{ name: name.trim(), roomIds, makesRooms },
    baseName: makesRooms && baseName !== '' ? baseName : null,
    baseNumber: /^\d{1,4}$/.test(baseNumber) ? Number(baseNumber) : 0,
  };
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
