import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { EntryRow } from './thread';

/** What is written on the button behind a key, by account and key. */
export type MenuNames = ReadonlyMap<string, string>;
type Button = { key?: string; name?: string; buttons?: Button[] };

const placeOf = (accountId: string, key: string): string => `${accountId} ${key}`;

export const menuName = (menus: MenuNames, accountId: string, key: string): string =>
  menus.get(placeOf(accountId, key)) ?? key;

/** Names of the buttons that these entries tell of: what followers see now, or else saw before. */
export async function menuNamesOf(
  { db }: Pick<Kit, 'db'>,
  entries: readonly Pick<EntryRow, 'kind' | 'accountId'>[],
): Promise<MenuNames> {
  const tapped = entries.filter(({ kind }) => kind === 'menu-tapped');
  const accountIds = [...new Set(tapped.map(({ accountId }) => accountId))];
  if (accountIds.length === 0) return new Map();
  const rows = await db.read.all<{ accountId: string; entries: string }>(
    `SELECT m.accountId, v.entries FROM menu m JOIN menu_version v ON v.menuId = m.id
     WHERE m.accountId IN (${marksFor(accountIds)})
     ORDER BY CASE WHEN v.id = m.liveVersionId THEN 1 ELSE 0 END, v.number LIMIT 200`,
    accountIds,
  );
  const names = new Map<string, string>();
  for (const { accountId, entries: json } of rows) {
    for (const button of (JSON.parse(json) as Button[]).flatMap((one) => [
      one,
      ...(one.buttons ?? []),
    ])) {
      if (button.key && button.name) names.set(placeOf(accountId, button.key), button.name);
    }
  }
  return names;
}
