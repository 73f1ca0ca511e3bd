import { recordChange, type Actor } from '../kernel/access';
import { execute, insertOnce, select, type Tx } from '../kernel/database';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { needsReview, saveChange, type LifeKit } from '../review';
import { contentOf, menuLife, takeAway, type MenuThing } from './menu-life';
import type { DraftEntry } from './menu.schema';
import { enqueueMenus } from './settle-menus';
import { entriesIn, type MenuRow } from './stored-menu';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;

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

/** The draft becomes what followers should see, or waits for a reviewer where one has to read it first. */
export async function publishMenu(
  kit: Part & LifeKit,
  actor: Actor,
  row: MenuThing,
  revision: number,
): Promise<void> {
  const life = menuLife(kit);
  const content = contentOf(row, entriesIn(row.draft));
  life.refuse(content);
  const wish = needsReview(kit, actor) ? 'review' : 'live';
  await kit.db.transact(async (tx) => {
    await life.hold(tx, row);
    const [now] = await select<MenuRow>(tx, `SELECT * FROM menu WHERE id = ?`, [row.id]);
    if (now?.revision !== revision || now.removedAt !== null) {
      throw new Conflict('menu_changed_meanwhile', { by: now?.changedBy ?? row.changedBy });
    }
    const saving = { content, wish, seen: undefined, action: 'published' } as const;
    await saveChange(tx, { kit, life, actor, row }, saving);
  });
  kit.work.ring();
}

/** A personal menu goes from WeChat and from the list; the default one and all with it, when it is the default. */
export async function withdrawMenu(kit: Part, actor: Actor, menu: MenuRow): Promise<void> {
  const isAll = menu.tagKey === '';
  await kit.db.transact(async (tx) => {
    const now = kit.clock.business();
    await takeAway(tx, menu);
    if (!isAll) await execute(tx, `UPDATE menu SET removedAt = ? WHERE id = ?`, [now, menu.id]);
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
