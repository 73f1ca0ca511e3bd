import { execute, insertRows, marksFor, select, type Scalar, type Tx } from '../../kernel/database';
import { Conflict, InvalidInput } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import type { Handover } from './handover.entity';
import { enqueueRoomRun } from './hand-over-rooms';
import { enqueueRun } from './run-handover';

type Part = Pick<Kit, 'clock' | 'newId'>;

export type NewHandover = Pick<
  Handover,
  'accountId' | 'way' | 'fromUserId' | 'toUserId' | 'message' | 'orderedBy'
> & {
  /** Null: all their friends. */
  readonly identityIds: readonly string[] | null;
  /** The rooms they own too. */
  readonly withRooms: boolean;
};

/** Writes down who is to be handed over; work rows ask WeCom. Whoever is being handed over already is left out. */
export async function orderHandover(
  kit: Part,
  tx: Tx,
  { identityIds, withRooms, ...order }: NewHandover,
): Promise<string> {
  await checkStaff(tx, order);
  const id = kit.newId();
  const orderedAt = kit.clock.business();
  await insertRows(tx, 'handover', [{ id, ...order, orderedAt, endedAt: null }]);
  const rooms = withRooms ? await takeRooms(tx, id, order, orderedAt) : 0;
  if (rooms > 0) await enqueueRoomRun(kit, tx, { handoverId: id, accountId: order.accountId });
  if (identityIds?.length === 0) {
    if (rooms === 0) throw new Conflict('nobody_to_hand_over');
    return id;
  }
  const only = identityIds === null ? '' : ` AND l.identityId IN (${marksFor(identityIds)})`;
  const values: Scalar[] = [id, order.toUserId, orderedAt, order.accountId, order.fromUserId];
  const taken = await execute(
    tx,
    `INSERT INTO handover_item (handoverId, identityId, accountId, externalUserId, toUserId, state,
       reason, asks, settlesAt, changedAt)
     SELECT ?, l.identityId, l.accountId, i.externalId, ?, 'queued', NULL, 0, NULL, ?
     FROM staff_link l JOIN identity i ON i.id = l.identityId
     WHERE l.accountId = ? AND l.userId = ? AND l.state = 'friend'${only}
       AND NOT EXISTS (SELECT 1 FROM handover_item o WHERE o.accountId = l.accountId
         AND o.externalUserId = i.externalId AND o.state IN ('queued', 'waiting'))`,
    [...values, ...(identityIds ?? [])],
  );
  if (taken + rooms === 0) throw new Conflict('nobody_to_hand_over');
  if (taken > 0) await enqueueRun(kit, tx, { handoverId: id, accountId: order.accountId });
  return id;
}

type Order = Omit<NewHandover, 'identityIds' | 'withRooms'>;

async function takeRooms(
  tx: Tx,
  handoverId: string,
  { accountId, fromUserId }: Order,
  at: number,
): Promise<number> {
  return execute(
    tx,
    `INSERT INTO handover_room (handoverId, room, accountId, state, reason, asks, changedAt)
     SELECT ?, r.id, r.accountId, 'queued', NULL, 0, ? FROM room r
     WHERE r.accountId = ? AND r.ownerId = ? AND r.state <> 'dismissed'
       AND NOT EXISTS (SELECT 1 FROM handover_room o
         WHERE o.room = r.id AND o.state IN ('queued', 'waiting'))`,
    [handoverId, at, accountId, fromUserId],
  );
}

async function checkStaff(tx: Tx, { accountId, way, fromUserId, toUserId }: Order): Promise<void> {
  if (fromUserId === toUserId) throw new InvalidInput('handover_to_same_rep');
  const rows = await select<{ userId: string; status: string }>(
    tx,
    `SELECT userId, status FROM staff WHERE accountId = ? AND userId IN (?, ?)`,
    [accountId, fromUserId, toUserId],
  );
  const statusOf = (userId: string) => rows.find((row) => row.userId === userId)?.status;
  if (statusOf(toUserId) !== 'active') throw new InvalidInput('handover_taker_inactive');
  const hasLeft = ['quit', 'unknown'].includes(statusOf(fromUserId) ?? 'unknown');
  if (hasLeft !== (way === 'resigned')) throw new InvalidInput('handover_way');
}
