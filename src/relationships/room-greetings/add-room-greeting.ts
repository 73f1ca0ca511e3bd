import type { AttachmentSpec } from '../../attachments';
import { weComLimits } from '../../channels/wecom';
import { recordChange, type Actor } from '../../kernel/access';
import { insertRows, select, type Tx } from '../../kernel/database';
import { Conflict } from '../../kernel/errors';
import type { Kit } from '../../kernel/kit';
import { enqueueGreeting } from './settle-greeting';

const { templates } = weComLimits.roomWelcome;

export type NewRoomGreeting = {
  readonly accountId: string;
  readonly name: string;
  readonly text: string;
  readonly attachments: readonly AttachmentSpec[];
};

/** The greeting, and the work of giving it to WeCom. A corp has room for so many. */
export async function addRoomGreeting(
  kit: Pick<Kit, 'clock' | 'newId'>,
  tx: Tx,
  actor: Actor,
  body: NewRoomGreeting,
): Promise<string> {
  const { accountId, name, text, attachments } = body;
  const [id, now] = [kit.newId(), kit.clock.business()];
  const count = `SELECT COUNT(*) AS n FROM room_greeting WHERE accountId = ? AND removedAt IS NULL`;
  const [known] = await select<{ n: number | string }>(tx, count, [accountId]);
  if (Number(known?.n) >= templates) throw new Conflict('room_greetings_full', { templates });
  await insertRows(tx, 'room_greeting', [
    {
      ...{ id, accountId, name, text, attachments: JSON.stringify(attachments) },
      ...{ templateId: null, trouble: null, takenAt: null, removedAt: null },
      ...{ createdAt: now, changedAt: now },
    },
  ]);
  await enqueueGreeting(kit, tx, { id, accountId });
  await recordChange(tx, actor, {
    ...{ id: kit.newId(), at: kit.clock.system(), action: 'room-greeting.created' },
    ...{ targetKind: 'room-greeting', targetId: id, after: body },
  });
  return id;
}
