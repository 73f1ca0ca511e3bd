import { select, type Reader, type Tx } from '../kernel/database';
import type { DraftEntry } from './menu.schema';

export type MenuRow = {
  id: string;
  accountId: string;
  tagKey: string;
  draft: string;
  revision: number;
  wantedVersionId: string | null;
  liveVersionId: string | null;
  platformTagId: number | null;
  trouble: string | null;
  removedAt: number | null;
  publishedAt: number | null;
  settledAt: number | null;
  createdAt: number;
  changedAt: number;
  changedBy: string;
};
export type VersionRow = {
  id: string;
  menuId: string;
  number: number;
  entries: string;
  note: 'published' | 'taken-over';
  at: number;
  byName: string;
};

export const entriesIn = (json: string): DraftEntry[] => JSON.parse(json) as DraftEntry[];

export async function menuById(read: Reader, id: string): Promise<MenuRow | undefined> {
  const [row] = await read.all<MenuRow>(`SELECT * FROM menu WHERE id = ?`, [id]);
  return row;
}

/** The default menu first, then those for tags. */
export const menusOf = (read: Reader, accountId: string): Promise<MenuRow[]> =>
  read.all<MenuRow>(`SELECT * FROM menu WHERE accountId = ? ORDER BY tagKey`, [accountId]);

export async function versionById(read: Reader, id: string): Promise<VersionRow | undefined> {
  const [row] = await read.all<VersionRow>(`SELECT * FROM menu_version WHERE id = ?`, [id]);
  return row;
}

/** Entries by version id. */
export async function entriesOf(
  read: Reader,
  ids: readonly (string | null)[],
): Promise<Map<string, DraftEntry[]>> {
  const known = ids.filter((id) => id !== null);
  if (known.length === 0) return new Map();
  const rows = await read.all<{ id: string; entries: string }>(
    `SELECT id, entries FROM menu_version WHERE id IN (${known.map(() => '?').join(', ')})`,
    known,
  );
  return new Map(rows.map(({ id, entries }) => [id, entriesIn(entries)]));
}

export async function nextNumber(tx: Tx, menuId: string): Promise<number> {
  const [row] = await select<{ n: number | null }>(
    tx,
    `SELECT MAX(number) AS n FROM menu_version WHERE menuId = ?`,
    [menuId],
  );
  return (row?.n ?? 0) + 1;
}
