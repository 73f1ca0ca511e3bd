import { execute, insertRows, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';

type Row = {
  id: string;
  room: string;
  name: string;
  kind: 'joined' | 'left';
  how: string;
  at: number;
  identityId: string;
};

/**
 * Puts on their timelines what these contacts did in rooms and what is not there yet. Members whom nobody
 * has as a friend have no timeline: theirs is told once somebody has.
 */
export async function tellRoomHistory(
  kit: Pick<Kit, 'newId'>,
  tx: Tx,
  accountId: string,
  externalIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(externalIds)];
  if (ids.length === 0) return;
  const rows = await select<Row>(
    tx,
    `SELECT e.id, e.room, r.name, e.kind, e.how, e.at, i.id AS identityId FROM room_episode e
     JOIN room r ON r.id = e.room
     JOIN identity i ON i.accountId = e.accountId AND i.externalId = e.memberId
     WHERE e.accountId = ? AND e.isTold = 0 AND e.memberId IN (${marksFor(ids)})
     ORDER BY e.at, e.id`,
    [accountId, ...ids],
  );
  if (rows.length === 0) return;
  await insertRows(
    tx,
    'timeline_entry',
    rows.map(({ id: refId, room, name, kind, how, at, identityId }) => ({
      ...{ id: kit.newId(), identityId, accountId, at, kind: `room-${kind}` },
      params: JSON.stringify({ room: name, roomId: room, how }),
      ...{ refKind: 'room-episode', refId },
    })),
  );
  const told = rows.map(({ id }) => id);
  await execute(tx, `UPDATE room_episode SET isTold = 1 WHERE id IN (${marksFor(told)})`, told);
}
