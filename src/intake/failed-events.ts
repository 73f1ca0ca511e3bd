import type { InboundEvent } from '../channels/inbound-event';
import { insertRows, type Raw } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { commitChanges, letBack, lockStates, newFollower } from '../relationships';
import { kindOf, type Taken } from './commit-events';
import { decide } from './decide';
import type { EventHandler, LookUp } from './decision';
import { bareEvent, erasedLanes, isHeard } from './hide-erased';
import { failedRow, restoreEvent, storeEvent, type StoredEvent } from './stored-event';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'seal'>;

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
    const { newId, seal } = kit;
    const world = { newId, systemNow: kit.clock.system() };
    const lanes = event.openid === '' ? [] : [[event.accountId, event.openid] as const];
    const [known] = await lockStates(raw, lanes);
    const erased = known ? undefined : [...(await erasedLanes(raw, seal, [event])).values()][0];
    if (!isHeard(event, erased)) {
      forgetEvent(raw, eventId, event);
      return true;
    }
    const found = known && (await lookUp?.(raw, [{ event, state: known }]));
    const inSegments = known && found?.get(known.id);
    const before =
      (known && inSegments ? { ...known, inSegments } : known) ??
      newFollower({
        id: newId(),
        personId: newId(),
        accountId: event.accountId,
        externalId: event.openid,
        kind: kindOf(event),
        createdAt: world.systemNow,
      });
    const decided = decide(handlers, event, before);
    if (event.openid !== '') {
      const { after, changes } = decided;
      await commitChanges(raw, world, [{ before: known, after, changes }]);
      if (erased) await letBack(raw, seal, event.accountId, [event.openid]);
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

/** They were erased since, and it tells of the time before. */
function forgetEvent(raw: Raw, eventId: string, event: InboundEvent): void {
  const { dedupeKey, payload } = bareEvent(eventId, event);
  raw.write(`UPDATE inbound_event SET dedupeKey = ?, payload = ? WHERE id = ?`, [
    ...[dedupeKey, payload, eventId],
  ]);
  raw.write(`DELETE FROM failed_event WHERE eventId = ?`, [eventId]);
}
