import { specsIn, type AttachmentUse } from '../../attachments';
import { select, type Tx } from '../../kernel/database';

type Row = { id: string; name: string; accountId: string; attachments: string };

/** Files of greetings that rooms may say; WeCom was given them with the greeting. */
export async function roomGreetingUses(tx: Tx): Promise<AttachmentUse[]> {
  const rows = await select<Row>(
    tx,
    `SELECT id, name, accountId, attachments FROM room_greeting
     WHERE removedAt IS NULL AND attachments LIKE '%lib-%'`,
  );
  return rows.map(({ id, name, accountId, attachments }) => ({
    ...{ accountId, specs: specsIn(attachments), isKept: false },
    what: { kind: 'room-greeting', id, name },
  }));
}
