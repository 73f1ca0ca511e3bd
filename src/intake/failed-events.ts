import type { InboundEvent } from '../channels/inbound-event';
import { insertRows } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { commitChanges, lockStates, newFollower } from '../relationships';
import { kindOf, type Taken } from './commit-events';
import { decide } from './decide';
import type { EventHandler, LookUp } from './decision';
import { failedRow, restoreEvent, storeEvent, type StoredEvent } from './stored-event';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;

const unanswered = { identityId: null, reply: null, replyState: 'none' };

/** The event is kept with its failure and without any change; a person can replay it. */
export async function keepFailed(kit: Part, event: InboundEvent, error: unknown): Promise<Taken> {
  const id = kit.newId();
  const at = kit.clock.system();
  const row = { id, ...storeEvent(event), ...unanswered, receivedAt: at };
  await kit.db.group(async (raw) => {
    await insertRows(raw, 'inbound_event', [row], { onConflict: ['accountId', 'dedupeKey'] });
    const [kept] = await raw.all(`SELECT id FROM inbound_event WHERE id = ?`, [id]);
    if (kept) await insertRows(raw, 'failed_event', [failedRow(id, event, error, at)]);
  });
  return { eventId: id, reply: undefined, replyState: 'none', isNew: true, identityId: null };
}

/**
 * Decides a failed event again. Its changes are made now; a reply is stored but not said, because the
 * callback it answered is long over. False when there is no failed event by that id.
 */
export async function replayEvent(
  kit: Part,
  handlers: readonly EventHandler[],
  eventId: string,
  lookUp?: LookUp,
): Promise<boolean> {
  return kit.db.group(async (raw) => {
    const lock = raw.engine === 'mysql' ? ' FOR UPDATE' : '';
    const [row] = await raw.all<StoredEvent>(
      `SELECT e.accountId, e.dedupeKey, e.kind, e.eventAt, e.payload
       FROM failed_event f JOIN inbound_event e ON e.id = f.eventId WHERE f.eventId = ?${lock}`,
      [eventId],
    );
    if (!row) return false;
    const event = restoreEvent(row);
    const world = { newId: kit.newId, systemNow: kit.clock.system() };
    const lanes = event.openid === '' ? [] : [[event.accountId, event.openid] as const];
    const [known] = await lockStates(raw, lanes);
    const found = known && (await lookUp?.(raw, [{ event, state: known }]));
    const inSegments = known && found?.get(known.id);
    const before =
      (known && inSegments ? { ...known, inSegments } : known) ??
      newFollower({
        id: kit.newId(),
        personId: kit.newId(),
        accountId: event.accountId,
        externalId: event.openid,
        kind: kindOf(event),
        createdAt: world.systemNow,
      });
    const decided = decide(handlers, event, before);
    if (event.openid !== '') {
      const { after, changes } = decided;
      await commitChanges(raw, world, [{ before: known, after, changes }]);
    }
    for (const effect of decided.effects) await effect(raw);
    const said = decided.reply ? JSON.stringify(decided.reply) : null;
    raw.write(`UPDATE inbound_event SET identityId = ?, reply = ? WHERE id = ?`, [
      event.openid === '' ? null : before.id,
      said,
      eventId,
    ]);
    raw.write(`DELETE FROM failed_event WHERE eventId = ?`, [eventId]);
    return true;
  });
}
