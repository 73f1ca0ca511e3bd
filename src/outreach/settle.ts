import { engineOf, execute, insertRows, marksFor, select, type Tx } from '../kernel/database';
import type { NewId } from '../kernel/ids';
import { openOrders, quoted, type OrderState, type RecipientState } from './states';
import type { OrderRow } from './outreach-kit';

/** Moves an order, if it stands where it is expected. */
export async function moveOrder(
  tx: Tx,
  id: string,
  from: readonly OrderState[],
  to: {
    readonly state: OrderState;
    readonly at: number;
    readonly reason?: string | null;
    readonly messageId?: string;
    readonly askedAt?: number | null;
  },
): Promise<boolean> {
  const set = {
    ...{ state: to.state, changedAt: to.at },
    ...(to.reason !== undefined && { reason: to.reason?.slice(0, 64) ?? null }),
    ...(to.messageId !== undefined && { messageId: to.messageId }),
    ...(to.askedAt !== undefined && { askedAt: to.askedAt }),
  };
  const changed = await execute(
    tx,
    `UPDATE outreach_order SET ${Object.keys(set)
      .map((name) => `${name} = ?`)
      .join(', ')} WHERE id = ? AND state IN (${quoted(from)})`,
    [...Object.values(set), id],
  );
  return changed === 1;
}

/** Whoever of an order nobody knows the end of yet gets this one. */
export async function settleRest(
  tx: Tx,
  orderId: string,
  end: { readonly state: RecipientState; readonly reason?: string; readonly at: number },
): Promise<number> {
  return execute(
    tx,
    `UPDATE outreach_recipient SET state = ?, reason = ?, changedAt = ?
     WHERE orderId = ? AND state IN ('queued', 'waiting')`,
    [end.state, end.reason?.slice(0, 64) ?? null, end.at, orderId],
  );
}

/** Nobody will confirm it any more: a week is over, or the rep has left WeCom. */
export async function expireOrder(
  tx: Tx,
  orderId: string,
  { reason, at }: { reason: 'week-over' | 'rep-left'; at: number },
): Promise<void> {
  await moveOrder(tx, orderId, ['ordered'], { state: 'expired', reason, at });
  await settleRest(tx, orderId, { state: 'expired', reason, at });
}

export async function hasLeft(
  tx: Tx,
  { accountId, userId }: Pick<OrderRow, 'accountId' | 'userId'>,
): Promise<boolean> {
  const found = await select(
    tx,
    `SELECT id FROM staff WHERE accountId = ? AND userId = ? AND status = 'quit'`,
    [accountId, userId],
  );
  return found.length > 0;
}

/** What became of some customers, with a line on the timeline of those who got it. Who has an end keeps it. */
export async function settleSome(
  tx: Tx,
  newId: NewId,
  order: Pick<OrderRow, 'id' | 'outreachId' | 'accountId' | 'userId'> & { title: string },
  results: readonly { externalUserId: string; state: RecipientState; at: number }[],
): Promise<void> {
  if (results.length === 0) return;
  // A round of asking and a cancellation may read the same results at once.
  if (engineOf(tx) === 'mysql')
    await select(tx, `SELECT id FROM outreach_order WHERE id = ? FOR UPDATE`, [order.id]);
  const ids = results.map(({ externalUserId }) => externalUserId);
  const open = await select<{ identityId: string; externalUserId: string }>(
    tx,
    `SELECT identityId, externalUserId FROM outreach_recipient
     WHERE orderId = ? AND state IN ('queued', 'waiting') AND externalUserId IN (${marksFor(ids)})`,
    [order.id, ...ids],
  );
  const identityOf = new Map(open.map((row) => [row.externalUserId, row.identityId]));
  const groups = new Map<string, { state: RecipientState; at: number; ids: string[] }>();
  for (const { externalUserId, state, at } of results) {
    const identityId = identityOf.get(externalUserId);
    if (identityId === undefined) continue;
    const group = groups.get(`${state} ${at}`) ?? { state, at, ids: [] };
    groups.set(`${state} ${at}`, { ...group, ids: [...group.ids, identityId] });
  }
  const { outreachId, accountId, userId, title } = order;
  const params = JSON.stringify({ userId, title });
  for (const { state, at, ids: some } of groups.values()) {
    const isSent = state === 'sent';
    await execute(
      tx,
      `UPDATE outreach_recipient SET state = ?, sentAt = ?, changedAt = ?
       WHERE outreachId = ? AND identityId IN (${marksFor(some)})`,
      [state, isSent ? at : null, at, outreachId, ...some],
    );
    if (!isSent) continue;
    await insertRows(
      tx,
      'timeline_entry',
      some.map((identityId) => ({
        ...{ id: newId(), identityId, accountId, at, kind: 'rep-mass-sent' },
        ...{ params, refKind: 'outreach', refId: outreachId },
      })),
    );
  }
}

/** Over once none of its orders is open. */
export async function endIfSettled(tx: Tx, outreachId: string, now: number): Promise<void> {
  await execute(
    tx,
    `UPDATE outreach SET status = CASE WHEN status = 'running' THEN 'finished' ELSE status END,
       endedAt = ?, updatedAt = ?
     WHERE id = ? AND status IN ('running', 'cancelled') AND endedAt IS NULL AND NOT EXISTS
       (SELECT 1 FROM outreach_order o WHERE o.outreachId = outreach.id
         AND o.state IN (${quoted(openOrders)}))`,
    [now, now, outreachId],
  );
}
