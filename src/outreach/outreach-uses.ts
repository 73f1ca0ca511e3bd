import type { AttachmentUse } from '../attachments';
import { select, type Tx } from '../kernel/database';
import { attachmentsOf } from './outreach-kit';
import type { OutreachKind } from './states';

type Row = {
  id: string;
  name: string;
  status: 'draft' | 'scheduled' | 'running';
  accountId: string;
  kind: OutreachKind;
  links: string;
};

/** Files of messages that somebody has yet to be asked to send; a draft may lose its own. */
export async function outreachUses(tx: Tx): Promise<AttachmentUse[]> {
  const rows = await select<Row>(
    tx,
    `SELECT id, name, status, accountId, kind, links FROM outreach
     WHERE status IN ('draft', 'scheduled', 'running') AND links LIKE '%lib-%'`,
  );
  return rows.map((row) => {
    const isUnderWay = row.status !== 'draft';
    return {
      ...{ accountId: row.accountId, specs: attachmentsOf(row), purpose: row.kind },
      what: { kind: 'outreach', id: row.id, name: row.name },
      ...{ isKept: isUnderWay, isNeeded: isUnderWay },
    };
  });
}
