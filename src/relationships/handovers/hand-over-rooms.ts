import type { AccountBook } from '../../accounts';
import { WeChatError, type WeComAgent, type WeComClient } from '../../channels/wecom';
import { execute, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { concludeJob, enqueue } from '../../kernel/work';
import { readRoomAgain } from '../rooms';
import type { Handover, RoomHandoverState } from './handover.entity';
import { endIfSettled } from './settle-handover';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
type Payload = { handoverId: string; accountId: string };
type Room = { room: string; roomId: string; asks: number; ownerId: string | null };

const runKind = 'hand-over-rooms';
const checkKind = 'check-room-handover';
/** Rooms a call takes. [doc] */
const atOnce = 100;
const hour = 3_600_000;
const soonMs = 10_000;
const forgottenMs = 48 * hour;
/** Their new owner has them already: our own doing after a lost answer. */
const doneAlready = ['owner-unchanged', 'room-in-transfer', 'room-transferred'];

/**
 * Asks WeCom to give a rep's rooms to another, and believes it when the room is read and names the new owner:
 * what the API changes is told by no event.
 */
export function registerRoomHandovers(kit: Part, book: AccountBook, wecom: WeComClient): void {
  const handled = (kind: string, step: (id: string, handover: Handover) => Promise<void>) =>
    kit.work.on(kind, async ({ id, payload }) => {
      const { handoverId } = payload as Payload;
      const sql = `SELECT * FROM handover WHERE id = ?`;
      const [handover] = await kit.db.read.all<Handover>(sql, [handoverId]);
      if (handover) await step(id, handover);
      kit.work.ring();
    });
  handled(runKind, (id, handover) =>
    askSome(kit, wecom, book.weComOrThrow(handover.accountId), id, handover),
  );
  handled(checkKind, (id, handover) => check(kit, id, handover));
}

export const enqueueRoomRun = (
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  payload: Payload,
): Promise<void> => enqueueAt(kit, tx, runKind, payload, kit.clock.business());

async function enqueueAt(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  kind: string,
  payload: Payload,
  dueAt: number,
): Promise<void> {
  const { accountId } = payload;
  const createdAt = kit.clock.system();
  await enqueue(tx, [{ id: kit.newId(), kind, accountId, payload, dueAt, createdAt }]);
}

const roomsIn = (state: RoomHandoverState, more = '') =>
  `SELECT h.room, h.asks, r.roomId, r.ownerId FROM handover_room h JOIN room r ON r.id = h.room
   WHERE h.handoverId = ? AND h.state = '${state}' ORDER BY h.room ${more}`;

async function askSome(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  jobId: string,
  handover: Handover,
): Promise<void> {
  const { id: handoverId, accountId, way, toUserId: newOwner } = handover;
  const rooms = await kit.db.transact(async (tx) => {
    const queued = await select<Room>(tx, roomsIn('queued', `LIMIT ${String(atOnce)}`), [
      handoverId,
    ]);
    await settle(tx, kit, handover, queued, 'queued', null, 1);
    return queued;
  });
  const roomIds = rooms.map(({ roomId }) => roomId);
  const refused = await ask(wecom, agent, { way, roomIds, newOwner });
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    const isNo = ({ roomId, asks }: Room) => {
      const reason = refused.get(roomId);
      return reason !== undefined && !(asks > 0 && doneAlready.includes(reason));
    };
    const taken = rooms.filter((room) => !isNo(room));
    await settle(tx, kit, handover, taken, 'waiting', null);
    for (const { roomId } of taken) await readRoomAgain(kit, tx, { accountId, roomId });
    for (const room of rooms.filter(isNo)) {
      await settle(tx, kit, handover, [room], 'rejected', refused.get(room.roomId) ?? null);
    }
    const payload = { handoverId, accountId };
    const [more] = await select<Room>(tx, roomsIn('queued', 'LIMIT 1'), [handoverId]);
    if (more) await enqueueRoomRun(kit, tx, payload);
    else if (taken.length > 0 || rooms.length === 0) {
      await enqueueAt(kit, tx, checkKind, payload, kit.clock.business() + soonMs);
    }
    await endIfSettled(tx, handoverId, kit.clock.business());
  });
}

/** Why, by room. A no to the whole order is a no to each. */
async function ask(
  wecom: WeComClient,
  agent: WeComAgent,
  order: Parameters<WeComClient['transferRooms']>[1],
): Promise<Map<string, string>> {
  if (order.roomIds.length === 0) return new Map();
  try {
    const failed = await wecom.transferRooms(agent, order);
    return new Map(failed.map(({ roomId, reason }) => [roomId, reason]));
  } catch (error) {
    const isNo =
      error instanceof WeChatError && ['request', 'account'].includes(error.outcome.kind);
    if (!isNo) throw error;
    const reason = 'name' in error.outcome ? error.outcome.name : 'unknown-code';
    return new Map(order.roomIds.map((roomId) => [roomId, reason]));
  }
}

async function check(kit: Part, jobId: string, handover: Handover): Promise<void> {
  const { id: handoverId, accountId, toUserId, orderedAt } = handover;
  const now = kit.clock.business();
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    const waiting = await select<Room>(tx, roomsIn('waiting'), [handoverId]);
    const done = waiting.filter(({ ownerId }) => ownerId === toUserId);
    const open = waiting.filter(({ ownerId }) => ownerId !== toUserId);
    await settle(tx, kit, handover, done, 'done', null);
    if (open.length > 0 && now - orderedAt > forgottenMs) {
      await settle(tx, kit, handover, open, 'unknown', null);
    } else if (open.length > 0) {
      for (const { roomId } of open) await readRoomAgain(kit, tx, { accountId, roomId });
      const isYoung = now - orderedAt < 5 * 60_000;
      const dueAt = now + (isYoung ? soonMs : hour);
      await enqueueAt(kit, tx, checkKind, { handoverId, accountId }, dueAt);
    }
    await endIfSettled(tx, handoverId, now);
  });
}

/** `asks` are counted before we ask: after a lost answer they show that we did. */
async function settle(
  tx: Tx,
  kit: Pick<Kit, 'clock'>,
  { id }: Handover,
  rooms: readonly Room[],
  state: RoomHandoverState,
  reason: string | null,
  asks = 0,
): Promise<void> {
  if (rooms.length === 0) return;
  await execute(
    tx,
    `UPDATE handover_room SET state = ?, reason = ?, asks = asks + ?, changedAt = ?
     WHERE handoverId = ? AND room IN (${marksFor(rooms)})`,
    [
      ...[state, reason?.slice(0, 64) ?? null, asks, kit.clock.business(), id],
      ...rooms.map(({ room }) => room),
    ],
  );
}
