import type { Kit } from '../kernel/kit';
import type { SalesSend } from './send.entity';

/** What this rep put into the chat with this customer, newest first. */
export function listSends(
  { db }: Pick<Kit, 'db'>,
  rep: { accountId: string; userId: string },
  identityId: string,
): Promise<SalesSend[]> {
  return db.read.all<SalesSend>(
    `SELECT * FROM sales_send WHERE identityId = ? AND accountId = ? AND userId = ? AND state = 'sent'
     ORDER BY createdAt DESC, id DESC LIMIT 100`,
    [identityId, rep.accountId, rep.userId],
  );
}
