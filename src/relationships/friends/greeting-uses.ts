import { specsIn, type AttachmentUse } from '../../attachments';
import { select, type Tx } from '../../kernel/database';

type Row = {
  kind: 'friend-welcome' | 'way';
  id: string;
  name: string;
  accountId: string;
  attachments: string;
};

/** Every file that some greeting of a corp may need within seconds. */
export async function greetingUses(tx: Tx): Promise<AttachmentUse[]> {
  const rows = await select<Row>(
    tx,
    `SELECT 'friend-welcome' AS kind, accountId AS id, '' AS name, accountId, attachments
     FROM welcome_text WHERE attachments LIKE '%lib-%'
     UNION ALL SELECT 'friend-welcome', accountId, '', accountId, attachments
     FROM welcome_special WHERE attachments LIKE '%lib-%'
     UNION ALL SELECT 'way', id, name, accountId, attachments FROM contact_way
     WHERE attachments LIKE '%lib-%' AND removedAt IS NULL`,
  );
  return rows.map(({ kind, id, name, accountId, attachments }) => ({
    ...{ accountId, specs: specsIn(attachments), what: { kind, id, name } },
  }));
}
