import type { AccountBook } from '../../accounts';
import { specsIn, type Attachments } from '../../attachments';
import { WeChatError, type WeComClient } from '../../channels/wecom';
import { execute, type Reader, type Scalar, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { enqueue } from '../../kernel/work';
import type { RoomGreetingRow } from './room-greeting.entity';
import { roomGreetingUses } from './room-greeting-uses';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
/** As the driver gives it: JSON is text. */
export type StoredGreeting = Omit<RoomGreetingRow, 'attachments'> & { attachments: string };

const kind = 'settle-room-greeting';

export async function greetingById(read: Reader, id: string): Promise<StoredGreeting | undefined> {
  const [row] = await read.all<StoredGreeting>(`SELECT * FROM room_greeting WHERE id = ?`, [id]);
  return row;
}

export async function enqueueGreeting(
  kit: Pick<Kit, 'newId' | 'clock'>,
  tx: Tx,
  { id, accountId }: { id: string; accountId: string },
): Promise<void> {
  await enqueue(tx, [
    {
      ...{ id: kit.newId(), kind, accountId, payload: { id }, priority: 3 },
      ...{ dedupeKey: `${id}:${kit.newId()}` },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    },
  ]);
}

/**
 * Gives WeCom a room's greeting, its change or its end. A giving that is repeated after a lost answer leaves
 * a greeting in WeCom that nobody picks.
 */
export function registerRoomGreetings(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  attachments: Attachments,
): void {
  attachments.usedBy(roomGreetingUses);
  kit.work.on(kind, async ({ payload }) => {
    const greeting = await greetingById(kit.db.read, (payload as { id: string }).id);
    if (!greeting) return;
    try {
      await settle(kit, book, wecom, attachments, greeting);
    } catch (error) {
      const isFinal = error instanceof WeChatError && error.outcome.kind !== 'retry';
      if (!isFinal) throw error;
      const { outcome } = error;
      const trouble = 'name' in outcome ? outcome.name : `errcode-${error.errcode}`;
      await write(kit, greeting.id, { trouble });
    }
  });
}

async function settle(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  files: Attachments,
  { id, accountId, templateId, ...greeting }: StoredGreeting,
): Promise<void> {
  const agent = book.weComOrThrow(accountId);
  if (greeting.removedAt !== null) {
    if (templateId !== null) await wecom.deleteRoomWelcome(agent, templateId);
    await write(kit, id, { templateId: null, trouble: null });
    return;
  }
  const { attachments, missing } = await files.supply(accountId, specsIn(greeting.attachments));
  if (missing > 0) return write(kit, id, { trouble: 'attachment-missing' });
  const said = { text: greeting.text, attachments };
  const known = templateId ?? (await wecom.addRoomWelcome(agent, said));
  if (templateId !== null) await wecom.changeRoomWelcome(agent, templateId, said);
  await write(kit, id, { templateId: known, trouble: null, takenAt: kit.clock.business() });
}

async function write(kit: Part, id: string, values: Record<string, Scalar>): Promise<void> {
  const set = Object.keys(values).map((name) => `${name} = ?`);
  const sql = `UPDATE room_greeting SET ${set.join(', ')} WHERE id = ?`;
  await kit.db.transact((tx) => execute(tx, sql, [...Object.values(values), id]));
}
