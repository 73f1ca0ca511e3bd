import type { AccountBook } from '../../accounts';
import { WeChatError, weComLimits, type RoomCode, type WeComClient } from '../../channels/wecom';
import { execute, select, type Scalar, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';
import { idsIn, roomCodeById, type StoredRoomCode } from './read-room-code';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;

const kind = 'settle-room-code';

/** Looks at a code again: what should be behind it, and does the platform know. */
export async function enqueueRoomCode(
  kit: Pick<Kit, 'newId' | 'clock'>,
  tx: Tx,
  { id, accountId }: { id: string; accountId: string },
  mark: string,
): Promise<void> {
  await enqueue(tx, [
    {
      ...{ id: kit.newId(), kind, accountId, payload: { id } },
      ...{ dedupeKey: `${id}:${mark}`, priority: 3 },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    },
  ]);
}

/** Every night: WeCom makes rooms by itself, and tells nobody to which code they belong. */
export async function lookAtRoomCodes(
  kit: Pick<Kit, 'newId' | 'clock'>,
  tx: Tx,
  accountId: string,
): Promise<void> {
  const codes = await select<{ id: string }>(
    tx,
    `SELECT id FROM room_code WHERE accountId = ? AND removedAt IS NULL`,
    [accountId],
  );
  const mark = String(kit.clock.system());
  for (const { id } of codes) await enqueueRoomCode(kit, tx, { id, accountId }, mark);
}

/**
 * Makes a code on the platform, changes it, or takes it away. A change that is repeated after a lost answer
 * does no harm; a making that is repeated leaves a code behind that nobody ever saw.
 */
export function registerRoomCodes(kit: Part, book: AccountBook, wecom: WeComClient): void {
  kit.work.on(kind, async ({ payload }) => {
    const code = await roomCodeById(kit.db.read, (payload as { id: string }).id);
    if (!code) return;
    try {
      await settle(kit, book, wecom, code);
    } catch (error) {
      const isFinal = error instanceof WeChatError && error.outcome.kind !== 'retry';
      if (!isFinal) throw error;
      const { outcome } = error;
      const trouble = 'name' in outcome ? outcome.name : `errcode-${error.errcode}`;
      await write(kit, code.id, { trouble });
    }
  });
}

async function settle(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  code: StoredRoomCode,
): Promise<void> {
  const agent = book.weComOrThrow(code.accountId);
  const { configId } = code;
  if (code.removedAt !== null) {
    if (configId !== null) await wecom.deleteRoomCode(agent, configId);
    await write(kit, code.id, { configId: null, trouble: null });
    return;
  }
  if (configId === null) {
    const made = await wecom.addRoomCode(agent, wantedOf(code, idsIn(code.roomIds)));
    // Kept before it is asked for its picture: a failure there makes no second code.
    await write(kit, code.id, { configId: made, behind: code.roomIds });
    const { qrUrl } = await wecom.getRoomCode(agent, made);
    await write(kit, code.id, { qrUrl, trouble: null });
    return;
  }
  const now = await wecom.getRoomCode(agent, configId);
  const grown = grownRooms(code, now.roomIds);
  const behind = [...idsIn(code.roomIds), ...grown].slice(-weComLimits.roomCode.rooms);
  const wanted = wantedOf(code, behind, now.baseNumber);
  if (isOther(now, wanted)) await wecom.changeRoomCode(agent, configId, wanted);
  await write(kit, code.id, {
    ...{ qrUrl: now.qrUrl, trouble: null },
    ...{ behind: JSON.stringify(behind), grown: JSON.stringify(grown) },
  });
}

/** Rooms that WeCom made: a change overwrites everything and must not push them out again. */
function grownRooms(code: StoredRoomCode, onPlatform: readonly string[]): string[] {
  const [picked, behind, grown] = [code.roomIds, code.behind, code.grown].map(idsIn);
  return onPlatform.filter(
    (id) => !picked?.includes(id) && (grown?.includes(id) === true || !behind?.includes(id)),
  );
}

function wantedOf(code: StoredRoomCode, roomIds: readonly string[], grownTo = 0) {
  const makesRooms = code.makesRooms === 1;
  return {
    roomIds,
    state: code.state,
    remark: Array.from(code.name).slice(0, weComLimits.contactWay.remark).join(''),
    makesRooms,
    ...(makesRooms && { baseName: code.baseName ?? code.name.slice(0, 20) }),
    // WeCom counts on from the rooms it made.
    ...(makesRooms && { baseNumber: Math.max(code.baseNumber, grownTo) }),
  };
}

const isOther = (now: RoomCode, wanted: ReturnType<typeof wantedOf>): boolean =>
  now.state !== wanted.state ||
  now.remark !== wanted.remark ||
  now.makesRooms !== wanted.makesRooms ||
  (wanted.makesRooms &&
    (now.baseName !== wanted.baseName || now.baseNumber !== wanted.baseNumber)) ||
  now.roomIds.join() !== wanted.roomIds.join();

async function write(kit: Part, id: string, values: Record<string, Scalar>): Promise<void> {
  const set = Object.keys(values).map((name) => `${name} = ?`);
  const sql = `UPDATE room_code SET ${set.join(', ')} WHERE id = ?`;
  await kit.db.transact((tx) => execute(tx, sql, [...Object.values(values), id]));
}
