import type { Reader } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { addedSince, midnight, namesIn, planOf, type StoredWay } from './read-way';
import { behindNow } from './way-plan';

/** Who should stand behind a code now. */
export async function standing(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  way: StoredWay,
): Promise<string[]> {
  const now = kit.clock.business();
  const zone = kit.settings.orgZone;
  return behindNow(planOf(way), {
    ...{ now, zone, capPerDay: way.capPerDay },
    addedToday: await addedSince(kit.db.read, way, midnight(now, zone)),
    absent: await absentStaff(kit.db.read, way.accountId),
  });
}

export async function isSettled(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  way: StoredWay,
): Promise<boolean> {
  const wanted = await standing(kit, way);
  return JSON.stringify(wanted) === JSON.stringify(namesIn(way.behind).sort());
}

/** Who left or is disabled; and who is shown to us no longer, where the directory says of others how they stand. */
export async function absentStaff(read: Reader, accountId: string): Promise<Set<string>> {
  const staff = await read.all<{ userId: string; status: string }>(
    `SELECT userId, status FROM staff WHERE accountId = ?`,
    [accountId],
  );
  const isTold = staff.some(({ status }) => status === 'active');
  const gone = ['disabled', 'quit', ...(isTold ? ['unknown'] : [])];
  return new Set(staff.filter(({ status }) => gone.includes(status)).map(({ userId }) => userId));
}
