import { insertRows, marksFor, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { eventKindsOf, forgetTold, type ToldData } from '../relationships';
import { emptyEvents, from } from './sweep-events';

const kind = 'forget-left';
const dayMs = 86_400_000;
/** People a transaction, so that nobody waits for it. */
const slice = 50;

/** What goes a while after somebody left. What they wrote, and what an operator wrote, is not WeChat's word. */
const goes: readonly ToldData[] = ['profile', 'phone', 'location'];

/** Each night: what WeChat told of those who left longer ago than the setting allows. */
export function registerForgetLeft(kit: Kit): void {
  kit.schedules.on(kind, (tx, { dueAt }) =>
    enqueue(tx, [
      {
        ...{ id: kit.newId(), kind, dedupeKey: 'all', payload: { since: dueAt }, priority: 9 },
        ...{ dueAt, createdAt: kit.clock.system() },
      },
    ]),
  );
  kit.work.on(kind, ({ payload }) => forgetLeft(kit, (payload as { since: number }).since));
}

export function planForgetLeft(kit: Kit, tx: Tx): Promise<void> {
  return kit.schedules.save(tx, {
    ...{ id: kind, kind, ownerId: '', cron: '50 3 * * *', zone: kit.settings.orgZone },
    ...{ missed: 'once', active: true },
  });
}

/** Each slice marks whom it has seen, so a run that was killed goes on where it was. */
async function forgetLeft(kit: Kit, since: number): Promise<void> {
  const leftBefore = kit.clock.business() - kit.settings.retentionUnfollowedDays * dayMs;
  const accounts = await kit.db.read.all<{ id: string }>(`SELECT id FROM account ORDER BY id`);
  let seen = 0;
  let cleared = 0;
  for (const { id: accountId } of accounts) {
    for (;;) {
      const had = await kit.db.transact((tx) => clearSome(kit, tx, accountId, leftBefore));
      seen += had.length;
      cleared += had.filter(Boolean).length;
      if (had.length < slice) break;
    }
  }
  // Also after a kill between the slices and here: what was marked since this run's own hour counts.
  const [first] = await kit.db.read.all<{ id: string | null }>(
    `SELECT MIN(identityId) AS id FROM cleared_profile WHERE at >= ?`,
    [since],
  );
  if (first?.id) await emptyPlaces(kit, from(first.id), since);
  kit.log.info('retention.cleared', { people: cleared, left: seen });
}

function emptyPlaces(kit: Kit, after: string, since: number): Promise<void> {
  const kinds = eventKindsOf(goes);
  return emptyEvents(kit, after, {
    sql: `e.kind IN (${marksFor(kinds)}) AND e.payload <> '{}'
      AND e.identityId IN (SELECT c.identityId FROM cleared_profile c WHERE c.at >= ?)`,
    params: [...kinds, since],
  });
}

/** Of each whether there was something. */
async function clearSome(
  kit: Kit,
  tx: Tx,
  accountId: string,
  leftBefore: number,
): Promise<boolean[]> {
  const people = await select<{ id: string }>(
    tx,
    `SELECT i.id FROM identity i
     WHERE i.accountId = ? AND i.state = 'unfollowed' AND i.unfollowedAt < ?
       AND i.externalId NOT LIKE 'erased:%' AND NOT EXISTS (SELECT 1 FROM cleared_profile c
         WHERE c.identityId = i.id AND c.at >= i.unfollowedAt)
     ORDER BY i.id LIMIT ${String(slice)}`,
    [accountId, leftBefore],
  );
  const at = kit.clock.business();
  const rows = [];
  for (const { id: identityId } of people) {
    const gone = await forgetTold(tx, [identityId], goes);
    rows.push({ identityId, accountId, at, hadAny: gone > 0 ? 1 : 0 });
  }
  await insertRows(tx, 'cleared_profile', rows, {
    ...{ onConflict: ['identityId'], update: ['at', 'hadAny'] },
  });
  return rows.map(({ hadAny }) => hadAny === 1);
}
