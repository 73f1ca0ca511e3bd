import type { AttachmentUse } from '../attachments';
import { select, type Tx } from '../kernel/database';
import { attachmentsOf } from './outreach-kit';
import type { OutreachKind } from './states';

/** Files of messages that somebody has yet to be asked to send. */
export async function outreachUses(tx: Tx): Promise<AttachmentUse[]> {
  const rows = await select<{ accountId: string; kind: OutreachKind; links: string }>(
    tx,
    `SELECT accountId, kind, links FROM outreach
     WHERE status IN ('scheduled', 'running') AND links LIKE '%lib-%'`,
  );
  return rows.map((row) => ({
    ...{ accountId: row.accountId, specs: attachmentsOf(row) },
    purpose: row.kind,
  }));
}
