import { specsIn, type AttachmentUse } from '../../attachments';
import { select, type Tx } from '../../kernel/database';

/** Every file that some greeting of a corp may need within seconds. */
export async function greetingUses(tx: Tx): Promise<AttachmentUse[]> {
  const rows = await select<{ accountId: string; attachments: string }>(
    tx,
    `SELECT accountId, attachments FROM welcome_text WHERE attachments IS NOT NULL
     UNION ALL SELECT accountId, attachments FROM welcome_special
     UNION ALL SELECT accountId, attachments FROM contact_way
     WHERE attachments IS NOT NULL AND removedAt IS NULL`,
  );
  return rows.map(({ accountId, attachments }) => ({ accountId, specs: specsIn(attachments) }));
}
