import { DateTime } from 'luxon';
import { recordVersions } from '../../kernel/access';
import { marksFor, type Db } from '../../kernel/database';
import { idsIn, roomsByPlatformId, type StoredRoomCode } from './read-room-code';

type Sum = number | string;
type Came = { accountId: string; room: string; source: string; n: Sum; still: Sum };
type Count = { kind: string; bucket: number | string; n: number | string };

/** Days begin where the organisation is; no zone is off the quarter of an hour. */
const quarter = 900_000;

/** Codes as the API shows them, with the rooms behind each and who came by it. */
export async function presentRoomCodes(db: Db, codes: readonly StoredRoomCode[]) {
  if (codes.length === 0) return [];
  const accountIds = [...new Set(codes.map(({ accountId }) => accountId))];
  const named = codes.flatMap(({ roomIds, behind }) => [...idsIn(roomIds), ...idsIn(behind)]);
  const rooms = await roomsByPlatformId(db.read, accountIds, [...new Set(named)]);
  const came = await db.longRead<Came>(
    `SELECT r.accountId, m.room, m.source, COUNT(*) AS n, SUM(m.isIn) AS still
     FROM room_member m JOIN room r ON r.id = m.room
     WHERE m.source IN (${marksFor(codes)}) GROUP BY r.accountId, m.room, m.source`,
    codes.map(({ state }) => state),
  );
  const ids = codes.map(({ id }) => id);
  const versions = await recordVersions(db.read, 'room-code', ids);
  return codes.map((code) => {
    const { id, accountId, name, state, baseName, baseNumber, qrUrl, trouble } = code;
    const own = came.filter((one) => one.accountId === accountId && one.source === state);
    const find = (roomId: string) =>
      rooms.find((room) => room.accountId === accountId && room.roomId === roomId);
    const sum = (column: 'n' | 'still') => own.reduce((all, one) => all + Number(one[column]), 0);
    return {
      version: versions.get(id) ?? 0,
      ...{ id, accountId, name, state, makesRooms: code.makesRooms === 1 },
      ...{ baseName, baseNumber, qrUrl, trouble },
      roomIds: idsIn(code.roomIds).flatMap((roomId) => find(roomId)?.id ?? []),
      behind: idsIn(code.behind).flatMap((roomId) => {
        const room = find(roomId);
        if (!room) return [];
        const still = own.find((one) => one.room === room.id)?.still ?? 0;
        const { id: ours, name: called, state: standing, members } = room;
        return [{ id: ours, name: called, state: standing, members, came: Number(still) }];
      }),
      ...{ joined: sum('n'), stayed: sum('still') },
      createdAt: new Date(code.createdAt).toISOString(),
    };
  });
}

/** Who came by a code and who left, day by day up to today. */
export async function roomCodeStatistics(
  db: Db,
  { accountId, state }: Pick<StoredRoomCode, 'accountId' | 'state'>,
  { now, zone, days }: { now: number; zone: string; days: number },
) {
  const from = DateTime.fromMillis(now, { zone })
    .startOf('day')
    .minus({ days: days - 1 });
  const since = from.toMillis();
  const count = (kind: string, column: string, more = '') =>
    `SELECT '${kind}' AS kind, m.${column} - m.${column} % ${quarter} AS bucket, COUNT(*) AS n
     FROM room_member m JOIN room r ON r.id = m.room
     WHERE r.accountId = ? AND m.source = ? AND m.${column} >= ? ${more}
     GROUP BY m.${column} - m.${column} % ${quarter}`;
  const counts = await db.longRead<Count>(
    [
      count('joined', 'joinedAt'),
      count('still', 'joinedAt', 'AND m.isIn = 1'),
      count('left', 'leftAt', 'AND m.isIn = 0'),
    ].join(' UNION ALL '),
    [accountId, state, since, accountId, state, since, accountId, state, since],
  );
  const dayOf = (at: number) => DateTime.fromMillis(at, { zone }).toISODate() ?? '';
  const sum = (day: string, kind: string) =>
    counts
      .filter((one) => one.kind === kind && dayOf(Number(one.bucket)) === day)
      .reduce((total, { n }) => total + Number(n), 0);
  return {
    days: Array.from({ length: days }, (_, index) => {
      const day = dayOf(from.plus({ days: index }).toMillis());
      return {
        ...{ day, joined: sum(day, 'joined'), left: sum(day, 'left') },
        still: sum(day, 'still'),
      };
    }),
  };
}
