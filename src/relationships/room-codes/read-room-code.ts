import { marksFor, type Reader } from '../../kernel/database';

/** As the driver gives it: JSON is text, flags are numbers. */
export type StoredRoomCode = {
  id: string;
  accountId: string;
  name: string;
  state: string;
  roomIds: string;
  makesRooms: number;
  baseName: string | null;
  baseNumber: number;
  configId: string | null;
  qrUrl: string | null;
  behind: string;
  grown: string;
  trouble: string | null;
  removedAt: number | null;
  createdAt: number;
  changedAt: number;
};

export const idsIn = (list: string): string[] => JSON.parse(list) as string[];

export async function roomCodeById(read: Reader, id: string): Promise<StoredRoomCode | undefined> {
  const [code] = await read.all<StoredRoomCode>(`SELECT * FROM room_code WHERE id = ?`, [id]);
  return code;
}

export type RoomBehind = {
  id: string;
  accountId: string;
  roomId: string;
  name: string;
  state: string;
  members: number;
};

/** Rooms by the ids WeCom gave them. */
export async function roomsByPlatformId(
  read: Reader,
  accountIds: readonly string[],
  roomIds: readonly string[],
): Promise<RoomBehind[]> {
  if (roomIds.length === 0) return [];
  return read.all<RoomBehind>(
    `SELECT id, accountId, roomId, name, state, members FROM room
     WHERE accountId IN (${marksFor(accountIds)}) AND roomId IN (${marksFor(roomIds)})`,
    [...accountIds, ...roomIds],
  );
}
