import type { World } from '../world';
import { beginRelation, contactOf, endRelation, relationOf } from './contacts';
import { tell } from './events';
import { staffOf } from './staff';

export interface TransferRow {
  seq: number;
  corpId: string;
  way: 'on-job' | 'resigned';
  giver: string;
  taker: string;
  externalUserId: string;
  /** 1 done, 2 waiting, 3 refused, 4 the taker is full. */
  status: number;
  startedAt: number;
  dueAt: number;
  endedAt: number | null;
}

/** Hand-overs that nobody refused for a day are done. Returns how many ended. */
export async function settleTransfers(world: World): Promise<number> {
  if (dueTransfers(world).length === 0) return 0;
  // Looked for again inside the work: the heartbeat and a moved clock may come together.
  const { ended, events } = await world.store.write(() => {
    const now = world.clock.now();
    const due = dueTransfers(world);
    const told = due.flatMap((transfer) =>
      isFull(world, transfer)
        ? failTransfer(world, transfer, 4, now)
        : completeTransfer(world, transfer, now),
    );
    return { ended: due.length, events: told };
  });
  await Promise.all(events.map((id) => world.wecom.courier.deliver(id)));
  return ended;
}

function dueTransfers(world: World): TransferRow[] {
  return world.store
    .sql<TransferRow>('SELECT * FROM wecom_transfer WHERE status = 2 AND dueAt <= ? ORDER BY seq')
    .all(world.clock.now());
}

export function pendingTransfer(
  world: World,
  corpId: string,
  externalUserId: string,
): TransferRow | undefined {
  return world.store
    .sql<TransferRow>(
      'SELECT * FROM wecom_transfer WHERE corpId = ? AND externalUserId = ? AND status = 2',
    )
    .get(corpId, externalUserId);
}

export function customersOf(world: World, corpId: string, userId: string): number {
  return (
    world.store
      .sql<{ n: number }>(
        `SELECT count(*) AS n FROM wecom_relation WHERE corpId = ? AND userId = ? AND status IN ('friends', 'one-sided')`,
      )
      .get(corpId, userId)?.n ?? 0
  );
}

function isFull(world: World, { corpId, taker }: TransferRow): boolean {
  const staff = staffOf(world, corpId, taker);
  return !staff || customersOf(world, corpId, taker) >= staff.room;
}

/** Inside a work: tells why, as the taker. */
export function failTransfer(
  world: World,
  transfer: TransferRow,
  status: 3 | 4,
  now: number,
): number[] {
  end(world, transfer, status, now);
  const { corpId, taker, externalUserId } = transfer;
  return tell(world, {
    ...{ corpId, to: 'contact', event: 'change_external_contact', changeType: 'transfer_fail' },
    fields: {
      FailReason: status === 3 ? 'customer_refused' : 'customer_limit_exceed',
      UserID: taker,
      ExternalUserID: externalUserId,
    },
    ...{ userId: taker, externalUserId, lane: externalUserId },
  });
}

/** The taker is told of a friend without a code; a giver who still works here, of a friend taken away. */
function completeTransfer(world: World, transfer: TransferRow, now: number): number[] {
  end(world, transfer, 1, now);
  const { corpId, giver, taker, externalUserId } = transfer;
  const contact = contactOf(world, externalUserId);
  const given = relationOf(world, corpId, giver, externalUserId);
  if (!contact || !given) return [];
  const known = relationOf(world, corpId, taker, externalUserId);
  const begins = known?.status !== 'friends';
  if (begins) {
    const how = { status: 'friends', addWay: 202, state: '', operator: giver } as const;
    beginRelation(world, contact, taker, { ...how, keeps: given }, now);
  }
  endRelation(world, given, 'ended', now);
  const about = (changeType: string, userId: string, more: Record<string, string> = {}) =>
    tell(world, {
      ...{ corpId, to: 'contact', event: 'change_external_contact', changeType, userId },
      fields: { UserID: userId, ExternalUserID: externalUserId, ...more },
      ...{ externalUserId, lane: externalUserId },
    });
  return [
    ...(begins ? about('add_external_contact', taker) : []),
    ...(transfer.way === 'on-job'
      ? about('del_external_contact', giver, { Source: 'DELETE_BY_TRANSFER' })
      : []),
  ];
}

function end(world: World, transfer: TransferRow, status: number, now: number): void {
  world.store
    .sql('UPDATE wecom_transfer SET status = ?, endedAt = ? WHERE seq = ?')
    .run(status, now, transfer.seq);
}
