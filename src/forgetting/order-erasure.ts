import { recordChange, type Actor } from '../kernel/access';
import { engineOf, execute, insertRows, marksFor, select, type Tx } from '../kernel/database';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { enqueue, startProgress } from '../kernel/work';
import { hideErased, isErased, namelessMark, pseudonymOf } from '../relationships';
import type { PersonCounts } from './count-person';
import { dataMap, type Mine } from './data-map';
import { applyFate } from './mine';
import { overwritingDeleted } from './overwrite-deleted';

export const erasing = 'erase-person';
export type ErasePayload = { erasureId: string; progressId: string; mine: Mine[] };

type Row = { id: string; accountId: string; externalId: string };

/**
 * Cuts them off in one transaction: nobody is found by their openid any more, nothing is sent to them, and whoever
 * writes under it next is somebody new. The rest is a job's work, which survives a kill.
 */
export async function orderErasure(
  kit: Kit,
  actor: Actor,
  personId: string,
  counts: PersonCounts,
): Promise<string> {
  const progressId = await overwritingDeleted(kit, () =>
    kit.db.transact((tx) => cutOff(kit, tx, actor, personId, counts)),
  );
  kit.work.ring();
  return progressId;
}

async function cutOff(
  kit: Kit,
  tx: Tx,
  actor: Actor,
  personId: string,
  counts: PersonCounts,
): Promise<string> {
  const rows = await lockIdentities(tx, personId);
  const [first] = rows;
  if (!first) throw new NotFound();
  if (rows.every(({ externalId }) => isErased(externalId))) throw new Conflict('person_erased');
  await refuseMoneyUnderWay(
    tx,
    rows.map(({ id }) => id),
  );
  const mine = rows
    .filter(({ externalId }) => !isErased(externalId))
    .map(({ id, accountId, externalId }) => ({
      ...{ identityId: id, personId, accountId, externalId, pseudonym: pseudonymOf(id) },
    }));
  for (const one of mine) await cut(kit, tx, one);
  const erasureId = kit.newId();
  const now = kit.clock.system();
  await insertRows(tx, 'erasure', [
    {
      ...{ id: erasureId, personId, state: 'running', orderedAt: kit.clock.business() },
      ...{ orderedById: actor.id, orderedByName: actor.name, sweptTo: '' },
      ...{ counts: JSON.stringify(counts), finishedAt: null },
    },
  ]);
  await recordChange(tx, actor, {
    ...{ id: kit.newId(), at: now, action: 'person.erasure-ordered' },
    ...{ targetKind: 'person', targetId: personId },
  });
  const progressId = kit.newId();
  await startProgress(tx, {
    ...{ id: progressId, kind: 'erase', titleCode: 'progress.erase-person' },
    ...{ accountId: first.accountId, total: Object.keys(dataMap).length, at: now },
    params: { mark: namelessMark(pseudonymOf(first.id)).toUpperCase() },
  });
  const payload: ErasePayload = { erasureId, progressId, mine };
  await enqueue(tx, [
    {
      ...{ id: kit.newId(), kind: erasing, dedupeKey: erasureId, payload, priority: 3 },
      ...{ accountId: first.accountId, dueAt: kit.clock.business(), createdAt: now },
    },
  ]);
  return progressId;
}

/** In the order in which callbacks lock them. */
function lockIdentities(tx: Tx, personId: string): Promise<Row[]> {
  const lock = engineOf(tx) === 'mysql' ? ' FOR UPDATE' : '';
  return select<Row>(
    tx,
    `SELECT id, accountId, externalId FROM identity WHERE personId = ?
     ORDER BY accountId, externalId${lock}`,
    [personId],
  );
}

/** A packet of which nobody knows yet whether it left may have to be asked for again, letter by letter. */
async function refuseMoneyUnderWay(tx: Tx, ids: readonly string[]): Promise<void> {
  const [row] = await select<{ n: number }>(
    tx,
    `SELECT COUNT(*) AS n FROM payout
     WHERE identityId IN (${marksFor(ids)}) AND tries > 0 AND state IN ('sending', 'unknown', 'held')`,
    ids,
  );
  if ((row?.n ?? 0) > 0) throw new Conflict('erase_money_underway');
}

async function cut(kit: Kit, tx: Tx, mine: Mine): Promise<void> {
  const { identityId } = mine;
  const now = kit.clock.business();
  await hideErased(tx, kit.seal, { ...mine, erasedAt: now });
  for (const [name, table] of Object.entries(dataMap)) {
    if (table.by === 'cut') await applyFate(tx, name, table, mine);
  }
  await execute(
    tx,
    `UPDATE identity SET state = 'unfollowed', attended = NULL, coolDowns = NULL WHERE id = ?`,
    [identityId],
  );
  await execute(
    tx,
    `UPDATE staff_link SET state = 'gone', endedAt = COALESCE(endedAt, ?)
     WHERE identityId = ? AND state IN ('friend', 'half')`,
    [now, identityId],
  );
  // What was not ordered from WeCom yet is not ordered any more.
  await execute(
    tx,
    `UPDATE outreach_recipient SET state = 'left-out', reason = 'erased'
     WHERE identityId = ? AND state = 'queued'`,
    [identityId],
  );
  await execute(
    tx,
    `UPDATE handover_item SET state = 'rejected', reason = 'erased'
     WHERE identityId = ? AND state = 'queued'`,
    [identityId],
  );
}
