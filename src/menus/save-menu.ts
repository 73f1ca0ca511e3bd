import { recordChange, type Actor } from '../kernel/access';
import { execute, insertOnce, insertRows, select, type Tx } from '../kernel/database';
import { Conflict, InvalidInput, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { limits } from '../channels/official-account';
import { checkMenu, hostsOf, type MenuProblem } from './check-menu';
import type { DraftEntry } from './menu.schema';
import { enqueueMenus } from './settle-menus';
import { entriesIn, nextNumber, type MenuRow } from './stored-menu';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;

export const refuseProblems = (problems: readonly MenuProblem[]): void => {
  if (problems.length === 0) return;
  throw new InvalidInput('input_invalid', {
    errors: problems.map(({ path, code, maximum }) => ({
      ...{ path, code },
      ...(maximum === undefined ? {} : { params: { maximum } }),
    })),
  });
};

/** An empty draft; one for a tag needs the default menu to be there, and comes back if it was removed. */
export async function addMenu(
  kit: Part,
  actor: Actor,
  accountId: string,
  tagKey: string,
): Promise<string> {
  const id = kit.newId();
  const now = kit.clock.business();
  return kit.db.transact(async (tx) => {
    const facts = { accountId, tagKey, changedBy: actor.name, changedAt: now, createdAt: now };
    const row = {
      ...{ id, ...facts, draft: '[]', revision: 1, wantedVersionId: null, liveVersionId: null },
      ...{
        platformTagId: null,
        trouble: null,
        removedAt: null,
        publishedAt: null,
        settledAt: null,
      },
    };
    if (await insertOnce(tx, 'menu', row, ['accountId', 'tagKey'])) {
      await audit(kit, tx, actor, accountId, 'added', { after: { tagId: tagKey } });
      return id;
    }
    const [known] = await select<MenuRow>(
      tx,
      `SELECT * FROM menu WHERE accountId = ? AND tagKey = ?`,
      [accountId, tagKey],
    );
    if (!known || known.removedAt === null) throw new Conflict('menu_exists');
    await execute(
      tx,
      `UPDATE menu SET removedAt = NULL, changedAt = ?, changedBy = ? WHERE id = ?`,
      [...[now, actor.name, known.id]],
    );
    await audit(kit, tx, actor, accountId, 'added', { after: { tagId: tagKey } });
    return known.id;
  });
}

/** Whoever saves must have seen what was saved last. */
export async function saveDraft(
  kit: Part,
  actor: Actor,
  menu: MenuRow,
  draft: readonly DraftEntry[],
  revision: number,
): Promise<void> {
  await kit.db.transact(async (tx) => {
    const saved = await execute(
      tx,
      `UPDATE menu SET draft = ?, revision = revision + 1, changedAt = ?, changedBy = ?
       WHERE id = ? AND revision = ? AND removedAt IS NULL`,
      [JSON.stringify(draft), kit.clock.business(), actor.name, menu.id, revision],
    );
    if (saved === 0) throw new Conflict('menu_changed_meanwhile', { by: menu.changedBy });
    const values = { before: entriesIn(menu.draft), after: draft };
    await audit(kit, tx, actor, menu.accountId, 'changed', values);
  });
}

/** The draft becomes what followers should see; WeChat is told by a work row. */
export async function publishMenu(
  kit: Part,
  actor: Actor,
  menu: MenuRow,
  revision: number,
): Promise<void> {
  const draft = entriesIn(menu.draft);
  refuseProblems(checkMenu(draft));
  const isPersonal = menu.tagKey !== '';
  await kit.db.transact(async (tx) => {
    const versionId = kit.newId();
    const now = kit.clock.business();
    if (isPersonal) await checkPersonal(tx, menu, draft);
    const taken = await execute(
      tx,
      `UPDATE menu SET wantedVersionId = ?, publishedAt = ?, trouble = NULL
       WHERE id = ? AND revision = ? AND removedAt IS NULL`,
      [versionId, now, menu.id, revision],
    );
    if (taken === 0) throw new Conflict('menu_changed_meanwhile', { by: menu.changedBy });
    await insertRows(tx, 'menu_version', [
      {
        ...{ id: versionId, menuId: menu.id, number: await nextNumber(tx, menu.id) },
        ...{ entries: menu.draft, note: 'published', at: now, byName: actor.name },
      },
    ]);
    await audit(kit, tx, actor, menu.accountId, 'published', { after: draft });
    await enqueueMenus(kit, tx, menu.accountId);
  });
  kit.work.ring();
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

/** A personal menu goes from WeChat and from the list; the default one and all with it, when it is the default. */
export async function withdrawMenu(kit: Part, actor: Actor, menu: MenuRow): Promise<void> {
  const isAll = menu.tagKey === '';
  await kit.db.transact(async (tx) => {
    const now = kit.clock.business();
    await execute(
      tx,
      isAll
        ? `UPDATE menu SET wantedVersionId = NULL, trouble = NULL WHERE accountId = ?`
        : `UPDATE menu SET wantedVersionId = NULL, trouble = NULL, removedAt = ? WHERE id = ?`,
      isAll ? [menu.accountId] : [now, menu.id],
    );
    await audit(kit, tx, actor, menu.accountId, isAll ? 'cleared' : 'removed', {
      before: entriesIn(menu.draft),
    });
    await enqueueMenus(kit, tx, menu.accountId);
  });
  kit.work.ring();
}

/** What an earlier version said, as the draft. */
export async function restoreVersion(
  kit: Part,
  actor: Actor,
  menu: MenuRow,
  versionId: string,
  revision: number,
): Promise<void> {
  const [version] = await kit.db.read.all<{ entries: string }>(
    `SELECT entries FROM menu_version WHERE id = ? AND menuId = ?`,
    [versionId, menu.id],
  );
  if (!version) throw new NotFound();
  await saveDraft(kit, actor, menu, entriesIn(version.entries), revision);
}

const audit = (
  kit: Part,
  tx: Tx,
  actor: Actor,
  accountId: string,
  action: string,
  values: object,
): Promise<void> =>
  recordChange(tx, actor, {
    ...{ id: kit.newId(), at: kit.clock.system(), action: `menu.${action}` },
    ...{ targetKind: 'menu', targetId: accountId, ...values },
  });
