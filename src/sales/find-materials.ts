import type { Scalar } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { MaterialKind, SalesMaterial } from './material.entity';
import { fitOf } from './search-scripts';

type Facts = { [Name in keyof SalesMaterial]: SalesMaterial[Name] };
/** What became of its sends. */
type Sums<Value> = {
  sends: Value;
  /** Visits, and how many of the sends were opened at all. */
  opens: Value;
  readers: Value;
  readSeconds: Value;
  yourSends: Value;
};
export type ShownMaterial = Facts & Sums<number>;

const mostSearched = 500;

/** Those that may be sent, best first: by what is asked, else the latest. `userId` counts one rep's own sends. */
export async function findMaterials(
  { db }: Pick<Kit, 'db'>,
  accountIds: readonly string[],
  asked: { q?: string | undefined; kind?: MaterialKind | undefined; userId?: string | undefined },
): Promise<ShownMaterial[]> {
  if (accountIds.length === 0) return [];
  const ofKind = asked.kind === undefined ? '' : ' AND m.kind = ?';
  const params: Scalar[] = [asked.userId ?? '', ...accountIds];
  if (asked.kind !== undefined) params.push(asked.kind);
  const rows = await db.read.all<Facts & Sums<number | string>>(
    `SELECT m.*, COALESCE(s.sends, 0) AS sends, COALESCE(s.opens, 0) AS opens,
       COALESCE(s.readers, 0) AS readers, COALESCE(s.readSeconds, 0) AS readSeconds,
       COALESCE(s.yourSends, 0) AS yourSends
     FROM sales_material m LEFT JOIN (
       SELECT sourceId, COUNT(*) AS sends, SUM(openCount) AS opens,
         SUM(CASE WHEN openCount > 0 THEN 1 ELSE 0 END) AS readers, SUM(readSeconds) AS readSeconds,
         SUM(CASE WHEN userId = ? THEN 1 ELSE 0 END) AS yourSends
       FROM sales_send WHERE kind = 'material' AND state = 'sent' GROUP BY sourceId
     ) s ON s.sourceId = m.id
     WHERE m.accountId IN (${accountIds.map(() => '?').join(', ')}) AND m.archivedAt IS NULL${ofKind}
     ORDER BY m.updatedAt DESC, m.id DESC LIMIT ${mostSearched}`,
    params,
  );
  // Sums come as text from the server.
  const counted = rows.map((row) => ({
    ...row,
    sends: Number(row.sends),
    opens: Number(row.opens),
    readers: Number(row.readers),
    readSeconds: Number(row.readSeconds),
    yourSends: Number(row.yourSends),
  }));
  const q = asked.q?.trim() ?? '';
  if (q === '') return counted;
  return counted
    .map((row) => ({
      row,
      fit: fitOf(q, { title: row.title, folder: row.description, body: row.body ?? '' }),
    }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit)
    .map(({ row }) => row);
}

export async function materialOf(
  { db }: Pick<Kit, 'db'>,
  accountId: string,
  id: string,
): Promise<SalesMaterial> {
  const [row] = await db.read.all<SalesMaterial>(
    `SELECT * FROM sales_material WHERE id = ? AND accountId = ? AND archivedAt IS NULL`,
    [id, accountId],
  );
  if (!row) throw new NotFound();
  return row;
}
