import type { AccountBook } from '../../accounts';
import { WeChatError, type WeComAgent, type WeComClient } from '../../channels/wecom';
import { execute, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { advanceProgress, concludeJob, enqueue, startProgress } from '../../kernel/work';
import { enqueueRoomDays } from './count-room-days';
import { fetchRoomKind, type FetchRoom } from './hear-room';
import { dismissRoom, keepListed, keepRoom } from './keep-room';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'seal' | 'work'>;
type Payload = {
  accountId: string;
  progressId: string;
  startedAt: number;
  stage: 'list' | 'read';
  /** Owners are named only where the corp is too large to list without. */
  lastOwner: string | null;
  cursor: string | null;
  done: number;
  total: number;
};

const kind = 'sync-rooms';
const roomsAtOnce = 5;
const mostUnfiltered = 1_000;
const ownersAtOnce = 100;
/** Dissolved; no customers' room any more. */
const goneCodes = [49008, 90501];

/** Reads all rooms of a corp: their ids by pages, then each with its members, some a job. */
export function registerRooms(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(fetchRoomKind, async ({ payload }) => {
    const { accountId, roomId, heard } = payload as FetchRoom;
    if (heard.change === 'dismissed') {
      await kit.db.transact((tx) => dismissRoom(kit, tx, accountId, roomId, heard.at));
      return;
    }
    await readRoom(kit, wecom, book.weComOrThrow(accountId), { accountId, roomId, heard });
  });
  kit.work.on(kind, async ({ id, payload }) => {
    const order = payload as Payload;
    const agent = book.weComOrThrow(order.accountId);
    if (order.stage === 'list') await listPage(kit, wecom, agent, id, order);
    else await readSome(kit, wecom, agent, id, order);
    kit.work.ring();
  });
}

export async function startRoomSync(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  accountId: string,
  name: string,
): Promise<string> {
  const progressId = kit.newId();
  await startProgress(tx, {
    ...{ id: progressId, accountId, kind: 'sync', titleCode: 'progress.sync-rooms' },
    ...{ params: { name }, total: 0, at: kit.clock.system() },
  });
  await next(kit, tx, {
    ...{ accountId, progressId, startedAt: kit.clock.business(), stage: 'list' },
    ...{ lastOwner: null, cursor: null, done: 0, total: 0 },
  });
  return progressId;
}

async function listPage(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  jobId: string,
  order: Payload,
): Promise<void> {
  const reps = [...(await wecom.listReps(agent))].sort();
  const isLarge = reps.length > mostUnfiltered;
  const owners = isLarge
    ? reps.filter((rep) => rep > (order.lastOwner ?? '')).slice(0, ownersAtOnce)
    : [];
  const page = await wecom.listRooms(agent, owners, order.cursor ?? undefined);
  const lastOwner = owners.at(-1) ?? null;
  const isLast = page.next === undefined && (lastOwner === null || lastOwner === reps.at(-1));
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    await keepListed(kit, tx, order.accountId, page.items);
    const total = order.total + page.items.length;
    const after: Payload =
      page.next === undefined
        ? { ...order, lastOwner, cursor: null, total, stage: isLast ? 'read' : 'list' }
        : { ...order, cursor: page.next, total };
    await advanceProgress(tx, order.progressId, { done: 0, total, at: kit.clock.system() });
    await next(kit, tx, after);
  });
}

/** Also rooms that were not listed any more: WeCom is asked what became of them. */
async function readSome(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  jobId: string,
  order: Payload,
): Promise<void> {
  const { accountId, startedAt, progressId } = order;
  const rooms = await kit.db.read.all<{ roomId: string }>(
    `SELECT roomId FROM room WHERE accountId = ? AND readAt < ? AND state <> 'dismissed'
     ORDER BY id LIMIT ${String(roomsAtOnce)}`,
    [accountId, startedAt],
  );
  for (const { roomId } of rooms) await readRoom(kit, wecom, agent, { accountId, roomId });
  const done = order.done + rooms.length;
  const isDone = rooms.length < roomsAtOnce;
  const total = Math.max(order.total, done);
  await kit.db.transact(async (tx) => {
    if (!(await concludeJob(tx, jobId))) return;
    await advanceProgress(tx, progressId, {
      ...{ done, total: isDone ? done : total, at: kit.clock.system() },
      state: isDone ? 'done' : 'running',
    });
    if (!isDone) await next(kit, tx, { ...order, done, total });
    else await enqueueRoomDays(kit, tx, accountId);
  });
}

async function readRoom(
  kit: Part,
  wecom: WeComClient,
  agent: WeComAgent,
  { accountId, roomId, heard }: Omit<FetchRoom, 'heard'> & Partial<Pick<FetchRoom, 'heard'>>,
): Promise<void> {
  const at = kit.clock.business();
  try {
    const room = await wecom.getRoom(agent, roomId);
    await kit.db.transact((tx) => keepRoom(kit, tx, accountId, room, { at, heard }));
  } catch (error) {
    if (!(error instanceof WeChatError) || error.outcome.kind !== 'request') throw error;
    await kit.db.transact(async (tx) => {
      if (goneCodes.includes(error.errcode)) await dismissRoom(kit, tx, accountId, roomId, at);
      // Out of the app's sight: as it was, and not asked for again in this round.
      else {
        const sql = `UPDATE room SET readAt = ? WHERE accountId = ? AND roomId = ?`;
        await execute(tx, sql, [at, accountId, roomId]);
      }
    });
  }
}

async function next(kit: Pick<Kit, 'clock' | 'newId'>, tx: Tx, payload: Payload): Promise<void> {
  const id = kit.newId();
  const { accountId } = payload;
  await enqueue(tx, [
    {
      ...{ id, kind, dedupeKey: id, accountId, payload, priority: 7 },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    },
  ]);
}
