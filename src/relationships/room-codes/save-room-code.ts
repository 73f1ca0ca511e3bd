import { Conflict } from '../../kernel/errors';
import { execute, insertOnce, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import type { RoomCodeForm, RoomCodePatch } from './room-code.schema';
import { enqueueRoomCode } from './settle-room-code';

/** Without what the editor saw. */
type WrittenCode = Omit<RoomCodePatch, 'version'>;
type Part = Pick<Kit, 'clock' | 'newId'>;
type Place = { id: string; accountId: string };

/** The row, and the work of making it on the platform. `roomIds` are WeCom's. */
export async function addRoomCode(
  kit: Part,
  tx: Tx,
  form: RoomCodeForm,
  roomIds: readonly string[],
): Promise<string> {
  const id = kit.newId();
  const now = kit.clock.business();
  const { accountId } = form;
  const row = {
    ...{ id, accountId, state: form.state ?? `r_${id.slice(-12).toLowerCase()}` },
    ...columnsOf(form, roomIds),
    ...{ configId: null, qrUrl: null, behind: '[]', grown: '[]', trouble: null },
    ...{ removedAt: null, createdAt: now, changedAt: now },
  };
  if (!(await insertOnce(tx, 'room_code', row, ['accountId', 'state'])))
    throw new Conflict('way_state_taken');
  await enqueueRoomCode(kit, tx, { id, accountId }, String(kit.clock.system()));
  return id;
}

export async function changeRoomCode(
  kit: Part,
  tx: Tx,
  code: Place,
  form: WrittenCode,
  roomIds: readonly string[],
): Promise<void> {
  const columns = { ...columnsOf(form, roomIds), changedAt: kit.clock.business() };
  const set = Object.keys(columns)
    .map((name) => `${name} = ?`)
    .join(', ');
  const values = [...Object.values(columns), code.id];
  await execute(tx, `UPDATE room_code SET ${set} WHERE id = ?`, values);
  await enqueueRoomCode(kit, tx, code, String(kit.clock.system()));
}

/** The printed picture is dead from then on; who came by it stays counted. */
export async function removeRoomCode(kit: Part, tx: Tx, code: Place): Promise<void> {
  await execute(tx, `UPDATE room_code SET removedAt = ? WHERE id = ? AND removedAt IS NULL`, [
    ...[kit.clock.business(), code.id],
  ]);
  await enqueueRoomCode(kit, tx, code, String(kit.clock.system()));
}

const columnsOf = (form: WrittenCode, roomIds: readonly string[]) => ({
  name: form.name,
  roomIds: JSON.stringify(roomIds),
  makesRooms: form.makesRooms ? 1 : 0,
  baseName: form.baseName,
  baseNumber: form.baseNumber,
});
