import { DateTime } from 'luxon';
import { z } from 'zod';
import { requireAccount, type Actor } from '../../kernel/access';
import { marksFor } from '../../kernel/database';
import { operation, type Operation } from '../../kernel/http';
import type { Kit } from '../../kernel/kit';
import { dayOf, weComZone } from './count-room-days';

/** Sums come as text from one of the engines. */
type Sum = number | string;
type Counted = 'messages' | 'talkingMembers' | 'talkingRooms' | 'newMembers';

const Figures = z.object({
  rooms: z.number(),
  members: z.number(),
  /** Members from outside the corp. */
  customers: z.number(),
  joinedToday: z.number(),
  leftToday: z.number(),
  /** As WeCom counted; a day is told when it is over, the latest is the last. */
  days: z.array(
    z.object({
      day: z.string(),
      messages: z.number(),
      talkingMembers: z.number(),
      talkingRooms: z.number(),
      newMembers: z.number(),
    }),
  ),
  owners: z.array(z.object({ userId: z.string(), name: z.string(), rooms: z.number() })),
});

/** Rooms in figures: who is in them now, who came today, and how much was said. */
export function roomFigureOperations(kit: Kit): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/room-figures',
        permission: 'people.read',
        summary: 'Members, who came today and messages of all rooms, or of one owner’s',
        query: z.object({
          accountId: z.string().max(26).optional(),
          ownerId: z.string().max(64).optional(),
        }),
        response: Figures,
      },
      async ({ actor, query: { accountId, ownerId } }) => {
        if (accountId !== undefined) requireAccount(actor, accountId);
        return readFigures(kit, placeOf(actor, accountId), ownerId);
      },
    ),
  ];
}

/** The accounts that are meant, as a condition on a column. */
function placeOf(actor: Actor, accountId: string | undefined) {
  const ids = accountId === undefined ? actor.accountIds : [accountId];
  return (column: string): { sql: string; params: readonly string[] } => {
    if (ids === 'all') return { sql: '1 = 1', params: [] };
    if (ids.length === 0) return { sql: '1 = 0', params: [] };
    return { sql: `${column} IN (${marksFor(ids)})`, params: ids };
  };
}

async function readFigures(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  place: ReturnType<typeof placeOf>,
  ownerId: string | undefined,
): Promise<z.infer<typeof Figures>> {
  const now = kit.clock.business();
  const midnight = DateTime.fromMillis(now, { zone: kit.settings.orgZone }).startOf('day');
  const of = place('r.accountId');
  const owned = ownerId === undefined ? '' : 'AND r.ownerId = ?';
  const owner = ownerId === undefined ? [] : [ownerId];
  const [totals] = await kit.db.longRead<Record<'rooms' | 'members' | 'customers', Sum>>(
    `SELECT COUNT(*) AS rooms, COALESCE(SUM(r.members), 0) AS members,
       COALESCE(SUM(r.customers), 0) AS customers
     FROM room r WHERE r.readAt > 0 AND r.state <> 'dismissed' AND ${of.sql} ${owned}`,
    [...of.params, ...owner],
  );
  const moves = await kit.db.longRead<{ kind: string; n: Sum }>(
    `SELECT e.kind, COUNT(*) AS n FROM room r JOIN room_episode e ON e.room = r.id
     WHERE ${of.sql} ${owned} AND e.at >= ? GROUP BY e.kind`,
    [...of.params, ...owner, midnight.toMillis()],
  );
  const said = place('d.accountId');
  const since = DateTime.fromMillis(now, { zone: weComZone }).minus({ days: 7 });
  const days = await kit.db.longRead<Record<Counted, Sum> & { day: string }>(
    `SELECT d.day, SUM(d.messages) AS messages, SUM(d.talkingMembers) AS talkingMembers,
       SUM(d.talkingRooms) AS talkingRooms, SUM(d.newMembers) AS newMembers
     FROM room_day d WHERE ${said.sql} AND d.day >= ?
       ${ownerId === undefined ? '' : 'AND d.ownerId = ?'} GROUP BY d.day ORDER BY d.day`,
    [...said.params, dayOf(since), ...owner],
  );
  const owners = await kit.db.longRead<{ userId: string; name: string | null; n: Sum }>(
    `SELECT r.ownerId AS userId, MAX(s.name) AS name, COUNT(*) AS n FROM room r
     LEFT JOIN staff s ON s.accountId = r.accountId AND s.userId = r.ownerId
     WHERE r.readAt > 0 AND r.ownerId IS NOT NULL AND ${of.sql}
     GROUP BY r.ownerId ORDER BY COUNT(*) DESC, r.ownerId LIMIT 200`,
    [...of.params],
  );
  const moved = (kind: string) => Number(moves.find((one) => one.kind === kind)?.n ?? 0);
  return {
    ...{ rooms: Number(totals?.rooms ?? 0), members: Number(totals?.members ?? 0) },
    customers: Number(totals?.customers ?? 0),
    ...{ joinedToday: moved('joined'), leftToday: moved('left') },
    days: days.map(({ day, messages, talkingMembers, talkingRooms, newMembers }) => ({
      ...{ day, messages: Number(messages), talkingMembers: Number(talkingMembers) },
      ...{ talkingRooms: Number(talkingRooms), newMembers: Number(newMembers) },
    })),
    owners: owners.map(({ userId, name, n }) => ({
      ...{ userId, name: name ?? userId, rooms: Number(n) },
    })),
  };
}
