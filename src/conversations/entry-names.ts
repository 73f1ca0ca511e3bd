import { marksFor } from '../kernel/database';
import type { Kit } from '../kernel/kit';

/** What people call the menu keys and scenes that entries tell of; without a name they are called as they are. */
export type EntryNames = {
  button(accountId: string, key: string): string;
  scene(accountId: string, scene: string): string;
};

type Asked = readonly { readonly kind: string; readonly accountId: string }[];
type Part = Pick<Kit, 'db'>;
type Button = { key?: string; name?: string; buttons?: Button[] };

const placeOf = (accountId: string, key: string): string => `${accountId} ${key}`;
const arrivals: readonly string[] = ['followed', 'returned', 'scanned'];

export async function entryNames(kit: Part, entries: Asked): Promise<EntryNames> {
  const accountsOf = (isMeant: (kind: string) => boolean) => [
    ...new Set(entries.filter(({ kind }) => isMeant(kind)).map(({ accountId }) => accountId)),
  ];
  const [buttons, scenes] = await Promise.all([
    buttonNames(
      kit,
      accountsOf((kind) => kind === 'menu-tapped'),
    ),
    sceneNames(
      kit,
      accountsOf((kind) => arrivals.includes(kind)),
    ),
  ]);
  return {
    button: (accountId, key) => buttons.get(placeOf(accountId, key)) ?? key,
    scene: (accountId, scene) => scenes.get(placeOf(accountId, scene)) ?? scene,
  };
}

/** What followers see on the buttons now, or else saw before. */
async function buttonNames({ db }: Part, accountIds: readonly string[]) {
  const names = new Map<string, string>();
  if (accountIds.length === 0) return names;
  const rows = await db.read.all<{ accountId: string; entries: string }>(
    `SELECT m.accountId, v.entries FROM menu m JOIN menu_version v ON v.menuId = m.id
     WHERE m.accountId IN (${marksFor(accountIds)})
     ORDER BY CASE WHEN v.id = m.liveVersionId THEN 1 ELSE 0 END, v.number LIMIT 200`,
    accountIds,
  );
  for (const { accountId, entries } of rows) {
    const top = JSON.parse(entries) as Button[];
    for (const { key, name } of top.flatMap((one) => [one, ...(one.buttons ?? [])])) {
      if (key && name) names.set(placeOf(accountId, key), name);
    }
  }
  return names;
}

async function sceneNames({ db }: Part, accountIds: readonly string[]) {
  if (accountIds.length === 0) return new Map<string, string>();
  const rows = await db.read.all<{ accountId: string; scene: string; name: string }>(
    `SELECT accountId, scene, name FROM scene WHERE accountId IN (${marksFor(accountIds)})`,
    accountIds,
  );
  return new Map(rows.map(({ accountId, scene, name }) => [placeOf(accountId, scene), name]));
}
