import type { Kit } from '../kernel/kit';
import { isTracked } from './material-media';
import type { SalesMaterial } from './material.entity';
import type { SalesSend } from './send.entity';

type Facts = { [Name in keyof SalesSend]: SalesSend[Name] };
type Row = Facts & {
  materialKind: SalesMaterial['kind'] | null;
  materialMedia: string | null;
};

/** What this rep put into the chat with this customer, newest first. */
export async function listSends(
  { db }: Pick<Kit, 'db'>,
  rep: { accountId: string; userId: string },
  identityId: string,
): Promise<(Facts & { isTracked: boolean })[]> {
  const rows = await db.read.all<Row>(
    `SELECT s.*, m.kind AS materialKind, m.media AS materialMedia FROM sales_send s
     LEFT JOIN sales_material m ON m.id = s.sourceId AND s.kind = 'material'
     WHERE s.identityId = ? AND s.accountId = ? AND s.userId = ? AND s.state = 'sent'
     ORDER BY s.createdAt DESC, s.id DESC LIMIT 100`,
    [identityId, rep.accountId, rep.userId],
  );
  return rows.map(({ materialKind: kind, materialMedia: media, ...send }) => ({
    ...send,
    isTracked: kind !== null && isTracked({ kind, media }),
  }));
}
