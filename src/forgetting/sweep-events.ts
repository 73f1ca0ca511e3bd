import { execute, marksFor, type Scalar, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { clearEvents, type ClearEvents } from '../relationships';

type Part = Pick<Kit, 'db'>;
/** Of the event `e`. */
export type Wanted = { sql: string; params: readonly Scalar[] };

/** Rows looked at together: no index finds events by person, and each callback would pay for one. */
const window = 5_000;

/** What an event becomes whose words are gone: it still tells a repeat from news. */
export const emptyEvent = '{}';

/** Looks through the next stored events; where it came to, or undefined at the end. Reads, and writes only what it found. */
export async function sweepOnce(
  kit: Part,
  after: string,
  wanted: Wanted,
  write: (tx: Tx, ids: readonly string[], upTo: string) => Promise<void>,
): Promise<string | undefined> {
  const [end] = await kit.db.longRead<{ id: string | null }>(
    `SELECT MAX(w.id) AS id FROM (SELECT id FROM inbound_event WHERE id > ? ORDER BY id LIMIT ${String(window)}) w`,
    [after],
  );
  const upTo = end?.id ?? undefined;
  if (upTo === undefined) return undefined;
  const found = await kit.db.longRead<{ id: string }>(
    `SELECT e.id FROM inbound_event e WHERE e.id > ? AND e.id <= ? AND (${wanted.sql})`,
    [after, upTo, ...wanted.params],
  );
  const ids = found.map(({ id }) => id);
  await kit.db.transact((tx) => write(tx, ids, upTo));
  return upTo;
}

/** All events from `after` on. */
export async function emptyEvents(kit: Part, after: string, wanted: Wanted): Promise<void> {
  let at: string | undefined = after;
  while (at !== undefined) at = await sweepOnce(kit, at, wanted, (tx, ids) => empty(tx, ids));
}

export async function empty(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const marks = marksFor(ids);
  await execute(tx, `UPDATE inbound_event SET payload = ?, reply = NULL WHERE id IN (${marks})`, [
    emptyEvent,
    ...ids,
  ]);
  await execute(tx, `DELETE FROM failed_event WHERE eventId IN (${marks})`, ids);
}

/** An identity is made with its first event, so nothing of it is older; clocks of servers differ by less than this. */
export const from = (identityId: string) => identityId.slice(0, 6);

/** Withdrawn data in the events as they came. */
export function registerClearEvents(kit: Kit): void {
  kit.work.on(clearEvents, async ({ payload }) => {
    const { identityId, kinds } = payload as ClearEvents;
    const sql = `e.identityId = ? AND e.kind IN (${marksFor(kinds)})`;
    await emptyEvents(kit, from(identityId), { sql, params: [identityId, ...kinds] });
  });
}
