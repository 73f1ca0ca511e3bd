import { DateTime } from 'luxon';
import type { AccountBook } from '../../accounts';
import { WeChatError, type WeComAgent, type WeComClient } from '../../channels/wecom';
import { insertRows, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;

const kind = 'count-room-days';
/** WeCom counts by the days of China, and tells of a day when it is over. */
export const weComZone = 'Asia/Shanghai';
const daysBack = 7;
const ownersAtOnce = 100;

/** Once the rooms of a corp have been read, what was said in them is asked for. */
export async function enqueueRoomDays(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  accountId: string,
): Promise<void> {
  await enqueue(tx, [
    {
      ...{ id: kit.newId(), kind, dedupeKey: accountId, accountId, payload: { accountId } },
      ...{ priority: 8, dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    },
  ]);
}

/** Fills the last days that are missing, owner by owner; a day is asked for once. */
export function registerRoomDays(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(kind, async ({ payload }) => {
    const { accountId } = payload as { accountId: string };
    const agent = book.weComOrThrow(accountId);
    const owners = await ownersOf(kit, accountId);
    if (owners.length === 0) return;
    for (const day of await missingDays(kit, accountId)) {
      try {
        const rows = await readDay(wecom, agent, owners, day);
        await kit.db.transact((tx) =>
          insertRows(
            tx,
            'room_day',
            rows.map(({ owner, rooms, newMembers, members, activeMembers, messages, ...rest }) => ({
              ...{ accountId, day, ownerId: owner, rooms, newMembers, members },
              ...{ talkingRooms: rest.roomsWithMessages, talkingMembers: activeMembers, messages },
            })),
            { onConflict: ['accountId', 'day', 'ownerId'] },
          ),
        );
      } catch (error) {
        // What the app may not see it will not see the next day either.
        if (error instanceof WeChatError && error.outcome.kind !== 'retry') return;
        throw error;
      }
    }
  });
}

async function ownersOf(kit: Part, accountId: string): Promise<string[]> {
  const rows = await kit.db.read.all<{ ownerId: string }>(
    `SELECT DISTINCT ownerId FROM room
     WHERE accountId = ? AND state <> 'dismissed' AND ownerId IS NOT NULL ORDER BY ownerId`,
    [accountId],
  );
  return rows.map(({ ownerId }) => ownerId);
}

async function missingDays(kit: Part, accountId: string): Promise<string[]> {
  const today = DateTime.fromMillis(kit.clock.business(), { zone: weComZone });
  const days = Array.from({ length: daysBack }, (_, back) =>
    dayOf(today.minus({ days: back + 1 })),
  );
  const known = await kit.db.read.all<{ day: string }>(
    `SELECT DISTINCT day FROM room_day WHERE accountId = ? AND day >= ?`,
    [accountId, days.at(-1) ?? ''],
  );
  const counted = new Set(known.map(({ day }) => day));
  return days.filter((day) => !counted.has(day)).reverse();
}

export const dayOf = (at: DateTime): string => at.toISODate() ?? '';

async function readDay(
  wecom: WeComClient,
  agent: WeComAgent,
  owners: readonly string[],
  day: string,
) {
  const from = DateTime.fromISO(day, { zone: weComZone }).toMillis();
  const found = [];
  for (let at = 0; at < owners.length; at += ownersAtOnce) {
    const some = owners.slice(at, at + ownersAtOnce);
    for (let offset: number | undefined = 0; offset !== undefined;) {
      const page = await wecom.roomStatistics(agent, some, { from, to: from }, offset);
      found.push(...page.items);
      offset = page.next;
    }
  }
  return found;
}
