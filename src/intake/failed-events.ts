import type { InboundEvent } from '../channels/inbound-event';
import { execute, insertRows, select } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { commitChanges, lockStates, newFollower } from '../relationships';
import { kindOf, type Taken } from './commit-events';
import { decide } from './decide';
import type { EventHandler, LookUp } from './decision';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;

/** The event is kept with its failure and without any change; a person can replay it. */
export async function keepFailed(kit: Part, event: InboundEvent, error: unknown): Promise<Taken> {
  const id = kit.newId();
  const at = kit.clock.system();
  const failure = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
  const row = {
    id,
    accountId: event.accountId,
    dedupeKey: event.dedupeKey,
    identityId: null,
    kind: event.kind,
    eventAt: event.at,
    receivedAt: at,
    payload: JSON.stringify(event).slice(0, 60_000),
    reply: null,
    replyState: 'none',
    failure: failure.slice(0, 2_000),
    failedAt: at,
    tries: 1,
  };
  await kit.db.group((raw) =>
    insertRows(raw, 'inbound_event', [row], { onConflict: ['accountId', 'dedupeKey'] }),
  );
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
    const [row] = await select<{ payload: string }>(
      raw,
      `SELECT payload FROM inbound_event WHERE id = ? AND failedAt IS NOT NULL${lock}`,
      [eventId],
    );
    if (!row) return false;
    const event = JSON.parse(row.payload) as InboundEvent;
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
    await execute(
      raw,
      `UPDATE inbound_event SET failure = NULL, failedAt = NULL, tries = tries + 1, identityId = ?, reply = ?
       WHERE id = ?`,
      [
        event.openid === '' ? null : before.id,
        decided.reply ? JSON.stringify(decided.reply) : null,
        eventId,
      ],
    );
    return true;
  });
}
