import { recordChange } from '../kernel/access';
import { execute, marksFor, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { advanceProgress } from '../kernel/work';
import { dropKeptMedia } from '../conversations';
import type { PersonCounts } from './count-person';
import { dataMap, type Mine } from './data-map';
import { forgetQuestions } from './forget-questions';
import { applyFate } from './mine';
import { erasing, type ErasePayload } from './order-erasure';
import { overwritingDeleted } from './overwrite-deleted';
import { empty, sweepOnce } from './sweep-events';

type Started = {
  personId: string;
  state: string;
  orderedById: string;
  orderedByName: string;
  sweptTo: string;
  counts: string;
};
type Counts = PersonCounts & { events?: number };

/** Every step may be done twice, and the long one notes how far it is: a killed job goes on where it was. */
export function registerErasure(kit: Kit): void {
  kit.work.on(erasing, ({ payload }) =>
    overwritingDeleted(kit, () => erase(kit, payload as ErasePayload)),
  );
}

async function erase(kit: Kit, { erasureId, progressId, mine }: ErasePayload): Promise<void> {
  const [started] = await kit.db.read.all<Started>(`SELECT * FROM erasure WHERE id = ?`, [
    erasureId,
  ]);
  if (!started) return;
  if (started.state !== 'done') await eraseAll(kit, started, { erasureId, progressId, mine });
  if (!(await kit.db.emptyLog())) throw new Error('the log of the database is being read');
}

async function eraseAll(
  kit: Kit,
  started: Started,
  { erasureId, progressId, mine }: ErasePayload,
): Promise<void> {
  await sweep(kit, erasureId, started.sweptTo, mine);
  for (const one of mine) {
    await forgetQuestions(kit, one);
    await dropMedia(kit, one);
  }
  await emptyRuns(kit, mine);
  const tables = Object.entries(dataMap).filter(([, { by }]) => by === undefined);
  for (const [index, [name, table]] of tables.entries()) {
    await kit.db.transact(async (tx) => {
      for (const one of mine) await applyFate(tx, name, table, one);
      await advanceProgress(tx, progressId, { done: index + 1, at: kit.clock.system() });
    });
  }
  await kit.db.transact((tx) => finish(kit, tx, erasureId, progressId, started));
}

/** Their events, and others that name them: members of a room, a page of receipts. */
async function sweep(
  kit: Kit,
  erasureId: string,
  from: string,
  mine: readonly Mine[],
): Promise<void> {
  const ids = mine.map(({ identityId }) => identityId);
  const texts = mine.flatMap(({ externalId }) => [`%${externalId}%`, `%${externalId}%`]);
  const named = mine.map(() => 'e.payload LIKE ? OR e.dedupeKey LIKE ?').join(' OR ');
  const wanted = {
    sql: `e.identityId IN (${marksFor(ids)}) OR ${named}`,
    params: [...ids, ...texts],
  };
  let at: string | undefined = from;
  while (at !== undefined) {
    at = await sweepOnce(kit, at, wanted, async (tx, found, upTo) => {
      await emptyAndCount(tx, erasureId, found, mine);
      await execute(tx, `UPDATE erasure SET sweptTo = ? WHERE id = ?`, [upTo, erasureId]);
    });
  }
}

async function emptyAndCount(
  tx: Tx,
  erasureId: string,
  found: readonly string[],
  mine: readonly Mine[],
): Promise<void> {
  if (found.length === 0) return;
  const ids = mine.map(({ identityId }) => identityId);
  // What came under their openid is theirs also where nobody was made of it; the others only name them.
  const cameFrom = mine.map(() => 'payload LIKE ?').join(' OR ');
  const rows = await select<{ id: string }>(
    tx,
    `SELECT id FROM inbound_event WHERE id IN (${marksFor(found)})
       AND (identityId IN (${marksFor(ids)}) OR ${cameFrom})`,
    [...found, ...ids, ...mine.map(({ externalId }) => `%"openid":"${externalId}"%`)],
  );
  const theirs = rows.map(({ id }) => id);
  await empty(tx, theirs);
  const marks = marksFor(found);
  for (const { externalId, pseudonym } of mine) {
    await execute(
      tx,
      `UPDATE inbound_event SET payload = REPLACE(payload, ?, ?) WHERE id IN (${marks})`,
      [externalId, pseudonym, ...found],
    );
    await execute(
      tx,
      `UPDATE inbound_event SET dedupeKey = id WHERE id IN (${marks}) AND dedupeKey LIKE ?`,
      [...found, `%${externalId}%`],
    );
  }
  const [row] = await select<{ counts: string }>(tx, `SELECT counts FROM erasure WHERE id = ?`, [
    erasureId,
  ]);
  const counts = JSON.parse(row?.counts ?? '{}') as Counts;
  const events = (counts.events ?? 0) + theirs.length;
  await execute(tx, `UPDATE erasure SET counts = ? WHERE id = ?`, [
    JSON.stringify({ ...counts, events }),
    erasureId,
  ]);
}

/** What was said to them alone; a campaign's message is everybody's. */
async function emptyRuns(kit: Kit, mine: readonly Mine[]): Promise<void> {
  for (const { identityId } of mine) {
    const runs = await kit.db.longRead<{ id: string }>(
      `SELECT r.id FROM send_run r JOIN delivery d ON d.runId = r.id AND d.identityId = ?
       WHERE r.origin IN ('operator', 'reply')`,
      [identityId],
    );
    for (let from = 0; from < runs.length; from += 500) {
      const ids = runs.slice(from, from + 500).map(({ id }) => id);
      await kit.db.transact((tx) =>
        execute(tx, `UPDATE send_run SET message = '{}' WHERE id IN (${marksFor(ids)})`, ids),
      );
    }
  }
}

async function dropMedia(kit: Kit, { identityId }: Mine): Promise<void> {
  const entries = await kit.db.read.all<{ id: string; accountId: string; params: string }>(
    `SELECT id, accountId, params FROM timeline_entry
     WHERE identityId = ? AND kind IN ('message-in', 'message-out') AND params LIKE '%"mediaId"%'`,
    [identityId],
  );
  dropKeptMedia(kit.settings.dataDir, entries);
}

async function finish(
  kit: Kit,
  tx: Tx,
  erasureId: string,
  progressId: string,
  { personId, orderedById, orderedByName }: Started,
): Promise<void> {
  const [row] = await select<{ counts: string }>(tx, `SELECT counts FROM erasure WHERE id = ?`, [
    erasureId,
  ]);
  // The job's own row names them, and goes only after this; who starts again here finds it done.
  const nobody: ErasePayload = { erasureId, progressId, mine: [] };
  await execute(tx, `UPDATE job SET payload = ? WHERE kind = ? AND dedupeKey = ?`, [
    ...[JSON.stringify(nobody), erasing, erasureId],
  ]);
  const total = Object.keys(dataMap).length;
  const at = kit.clock.system();
  await advanceProgress(tx, progressId, { done: total, total, at, state: 'done' });
  await execute(tx, `UPDATE erasure SET state = 'done', finishedAt = ? WHERE id = ?`, [
    kit.clock.business(),
    erasureId,
  ]);
  const actor = { kind: 'operator', id: orderedById, name: orderedByName } as const;
  await recordChange(
    tx,
    { ...actor, permissions: new Set(), accountIds: 'all' },
    {
      ...{ id: kit.newId(), at, action: 'person.erased', targetKind: 'person' },
      ...{ targetId: personId, after: JSON.parse(row?.counts ?? '{}') },
    },
  );
}
