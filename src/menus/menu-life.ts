import { limits } from '../channels/official-account';
import { execute, insertRows, select, type Tx } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { registerPublishing, type Life, type LifeKit, type PlanningKit } from '../review';
import { checkMenu, hostsOf } from './check-menu';
import type { DraftEntry } from './menu.schema';
import { refuseProblems } from './refuse-problems';
import { enqueueMenus } from './settle-menus';
import { entriesIn, nextNumber, type MenuRow } from './stored-menu';

/** What a version of a menu keeps; `tag` is the name of the tag it is for. */
export type MenuContent = {
  readonly accountId: string;
  readonly tag: string | null;
  readonly entries: readonly DraftEntry[];
};
/** With what followers should see now. */
export type MenuThing = MenuRow & {
  readonly wanted: string | null;
  readonly tagName: string | null;
};

export async function findMenu(
  { db }: Pick<Kit, 'db'>,
  id: string,
): Promise<MenuThing | undefined> {
  const [row] = await db.read.all<MenuThing>(
    `SELECT m.*, v.entries AS wanted, t.name AS tagName FROM menu m
     LEFT JOIN menu_version v ON v.id = m.wantedVersionId LEFT JOIN tag t ON t.id = m.tagKey
     WHERE m.id = ? AND m.removedAt IS NULL`,
    [id],
  );
  return row;
}

export const contentOf = (
  { accountId, tagName }: MenuThing,
  entries: readonly DraftEntry[],
): MenuContent => ({ accountId, tag: tagName, entries });

/** A menu from what is written to what followers should see; WeChat is told by a work row. */
export function menuLife(kit: LifeKit): Life<MenuThing, MenuContent> {
  const now = () => kit.clock.business();
  return {
    ...{ kind: 'menu', named: 'menu', topic: 'menus' },
    noted: ({ accountId }) => accountId,
    accountOf: (_, { accountId }) => accountId,
    find: (id) => findMenu(kit, id),
    hold: async (tx, { id }) => {
      // Nothing of the row changes, and it is held all the same.
      await execute(tx, `UPDATE menu SET revision = revision WHERE id = ?`, [id]);
      const sql = `SELECT id FROM menu WHERE id = ? AND removedAt IS NULL`;
      return (await select(tx, sql, [id])).length > 0;
    },
    first: (row) =>
      row.wanted === null
        ? undefined
        : {
            ...{ content: contentOf(row, entriesIn(row.wanted)), isLive: true },
            ...{ savedAt: row.publishedAt ?? row.changedAt, publishedAt: row.publishedAt },
          },
    refuse: ({ entries }) => refuseProblems(checkMenu(entries)),
    add: () => Promise.reject(new Conflict('menu_exists')),
    answer: async (tx, row, { entries }, by) => {
      if (row.tagKey !== '') await checkPersonal(tx, row, entries);
      const [versionId, at] = [kit.newId(), now()];
      await insertRows(tx, 'menu_version', [
        {
          ...{ id: versionId, menuId: row.id, number: await nextNumber(tx, row.id) },
          ...{ entries: JSON.stringify(entries), note: 'published', at, byName: by.name },
        },
      ]);
      const sql = `UPDATE menu SET wantedVersionId = ?, publishedAt = ?, trouble = NULL WHERE id = ?`;
      await execute(tx, sql, [versionId, at, row.id]);
      await enqueueMenus(kit, tx, row.accountId);
      return { ...row, wanted: JSON.stringify(entries), wantedVersionId: versionId };
    },
    rest: async (tx, row) => {
      if (row.wanted === null) return row;
      await takeAway(tx, row);
      await enqueueMenus(kit, tx, row.accountId);
      return { ...row, wanted: null, wantedVersionId: null };
    },
    remove: takeAway,
  };
}

/** With the default menu go all of the account. */
export async function takeAway(tx: Tx, { id, accountId, tagKey }: MenuRow): Promise<void> {
  const own = tagKey === '' ? 'accountId = ?' : 'id = ?';
  const params = [tagKey === '' ? accountId : id];
  await execute(
    tx,
    `UPDATE answer_version SET state = 'retired', publishAt = NULL WHERE kind = 'menu' AND state <> 'retired'
     AND targetId IN (SELECT id FROM menu WHERE ${own})`,
    params,
  );
  const sql = `UPDATE menu SET wantedVersionId = NULL, trouble = NULL WHERE ${own}`;
  await execute(tx, sql, params);
}

async function checkPersonal(tx: Tx, menu: MenuRow, draft: readonly DraftEntry[]): Promise<void> {
  const others = await select<{ entries: string; tagKey: string; id: string }>(
    tx,
    `SELECT m.id, m.tagKey, v.entries FROM menu m JOIN menu_version v ON v.id = m.wantedVersionId
     WHERE m.accountId = ?`,
    [menu.accountId],
  );
  if (!others.some(({ tagKey }) => tagKey === '')) throw new Conflict('menu_default_missing');
  const hosts = new Set(hostsOf(draft));
  for (const other of others) {
    if (other.tagKey === '' || other.id === menu.id) continue;
    for (const host of hostsOf(entriesIn(other.entries))) hosts.add(host);
  }
  const maximum = limits.menu.personalDomains;
  if (hosts.size > maximum) refuseProblems([{ path: 'draft', code: 'menu_domains', maximum }]);
}

/** What was planned goes to WeChat at its time. */
export const registerMenuPublishing = (kit: PlanningKit): void =>
  registerPublishing(kit, menuLife(kit));
