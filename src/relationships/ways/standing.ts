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
  const gone = await kit.db.read.all<{ userId: string }>(
    `SELECT userId FROM staff WHERE accountId = ? AND status IN ('disabled', 'quit', 'left')`,
    [way.accountId],
  );
  return behindNow(planOf(way), {
    ...{ now, zone, capPerDay: way.capPerDay },
    addedToday: await addedSince(kit.db.read, way, midnight(now, zone)),
    absent: new Set(gone.map(({ userId }) => userId)),
  });
}

export async function isSettled(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  way: StoredWay,
): Promise<boolean> {
  const wanted = await standing(kit, way);
  return JSON.stringify(wanted) === JSON.stringify(namesIn(way.behind).sort());
}
