import type { AccountBook } from '../accounts';
import {
  WeChatError,
  type CallingAccount,
  type OfficialAccountClient,
} from '../channels/official-account';
import { execute, type Raw, type Scalar, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue, mostTries } from '../kernel/work';
import { menuOf } from './check-menu';
import { isTagBehind, tagFollowersOf, platformTagFor } from './follow-tags';
import { entriesOf, menusOf, type MenuRow } from './stored-menu';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work' | 'schedules' | 'settings'>;
/** The job at work: which try it is. */
type Try = Part & { readonly tries: number };
type Parts = { book: AccountBook; client: OfficialAccountClient };

export const menuKind = 'settle-menus';
export const tagKind = 'menu-tags';
const mostRounds = 5;
/** Before a trouble that is being tried again. */
export const againMark = 'again:';

/** Makes WeChat's menus of an account what ours should be. */
export async function enqueueMenus(
  kit: Pick<Kit, 'newId' | 'clock'>,
  at: Tx | Raw,
  accountId: string,
): Promise<void> {
  const mark = kit.newId();
  await enqueue(at, [
    {
      ...{ id: kit.newId(), kind: menuKind, accountId, payload: { accountId } },
      // A job at work may have read what was wanted before this change: the change has a row of its own.
      ...{ dedupeKey: `${accountId}:${mark}`, priority: 2 },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    },
  ]);
}

/**
 * Publishing is repeatable: the default menu is replaced as a whole; a personal one is added and then every
 * older one of its tag is deleted, so that a lost answer leaves nothing behind and followers never see none.
 */
export function registerMenus(kit: Part, { book, client }: Parts): void {
  kit.work.on(menuKind, async ({ payload, tries }) => {
    const { accountId } = payload as { accountId: string };
    if (!book.find(accountId)?.enabled) return;
    let isStale = false;
    for (let round = 0; round < mostRounds; round += 1) {
      const menus = await menusOf(kit.db.read, accountId);
      const account = book.channelOrThrow(accountId);
      isStale = await settleAll({ ...kit, tries }, client, account, menus, isStale);
      if (!isStale) return;
    }
    throw new Error('the menus changed faster than WeChat could be told');
  });
  kit.work.on(tagKind, async ({ payload, tries }) => {
    const { accountId } = payload as { accountId: string };
    if (!book.find(accountId)?.enabled) return;
    const account = book.channelOrThrow(accountId);
    for (const menu of await menusOf(kit.db.read, accountId)) {
      if (menu.tagKey === '' || menu.liveVersionId === null) continue;
      await noting({ ...kit, tries }, menu, () => tagFollowersOf(kit, client, account, menu));
    }
  });
  kit.schedules.on(tagKind, (tx) => enqueueTagging(kit, tx));
}

/**
 * True when somebody wanted something else meanwhile: then WeChat may show either, and all is told again, `anew`.
 */
async function settleAll(
  kit: Try,
  client: OfficialAccountClient,
  account: CallingAccount,
  menus: readonly MenuRow[],
  anew: boolean,
): Promise<boolean> {
  const [first] = menus;
  if (first?.tagKey !== '') return false;
  if (first.wantedVersionId === null) return withdrawAll(kit, client, account, menus, anew);
  let isStale = false;
  for (const menu of menus) {
    const isSettled = menu.wantedVersionId === menu.liveVersionId;
    if (isSettled && (!anew || menu.wantedVersionId === null)) continue;
    const isDone = await noting(kit, menu, async () => {
      await tell(kit, client, account, menu);
      isStale = !(await keepLive(kit, menu)) || isStale;
    });
    // Personal menus stand on the default one.
    if (!isDone && menu.tagKey === '') return false;
  }
  return isStale;
}

async function withdrawAll(
  kit: Try,
  client: OfficialAccountClient,
  account: CallingAccount,
  menus: readonly MenuRow[],
  anew: boolean,
): Promise<boolean> {
  const [first] = menus;
  const isThere = menus.some(({ liveVersionId }) => liveVersionId !== null);
  if (!first || !(isThere || anew)) return false;
  let isStale = false;
  await noting(kit, first, async () => {
    await client.deleteMenu(account);
    await write(kit, `UPDATE menu SET liveVersionId = NULL WHERE accountId = ?`, [account.id]);
    const [now] = await menusOf(kit.db.read, account.id);
    isStale = now?.wantedVersionId !== null;
  });
  return isStale;
}

/** What WeChat took is live, unless something else is wanted by now. */
async function keepLive(kit: Part, menu: MenuRow): Promise<boolean> {
  const wanted = menu.wantedVersionId;
  const same = wanted === null ? 'wantedVersionId IS NULL' : 'wantedVersionId = ?';
  const changed = await kit.db.transact((tx) =>
    execute(tx, `UPDATE menu SET liveVersionId = ?, settledAt = ? WHERE id = ? AND ${same}`, [
      ...[wanted, kit.clock.system(), menu.id],
      ...(wanted === null ? [] : [wanted]),
    ]),
  );
  return changed === 1;
}

async function tell(
  kit: Part,
  client: OfficialAccountClient,
  account: CallingAccount,
  menu: MenuRow,
): Promise<void> {
  const entries = await entriesOf(kit.db.read, [menu.wantedVersionId]);
  const wanted = entries.get(menu.wantedVersionId ?? '');
  if (menu.tagKey === '') {
    if (wanted) await client.createMenu(account, menuOf(wanted));
  } else if (wanted) {
    const tagId = await platformTagFor(kit, client, account, menu);
    const menuId = await client.addPersonalMenu(account, menuOf(wanted), tagId);
    await deleteOthers(client, account, tagId, menuId);
    await tagFollowersOf(kit, client, account, { ...menu, platformTagId: tagId });
  } else if (menu.platformTagId !== null) {
    await deleteOthers(client, account, menu.platformTagId, '');
  }
}

async function deleteOthers(
  client: OfficialAccountClient,
  account: CallingAccount,
  tagId: number,
  keep: string,
): Promise<void> {
  const { personal } = await client.getMenus(account);
  for (const one of personal) {
    if (one.tagId !== String(tagId) || one.menuId === keep) continue;
    await client.deletePersonalMenu(account, one.menuId);
  }
}

/**
 * True when it worked. A refusal that no repeating mends is kept on the menu; the rest is tried again, and the
 * menu says so while it is.
 */
async function noting(kit: Try, menu: MenuRow, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    await keepTrouble(kit, menu, null);
    return true;
  } catch (error) {
    const isFinal = error instanceof WeChatError && error.outcome.kind !== 'retry';
    const isTriedAgain = !isFinal && kit.tries < mostTries;
    await keepTrouble(kit, menu, (isTriedAgain ? againMark : '') + troubleOf(error));
    if (!isFinal) throw error;
    return false;
  }
}

const keepTrouble = (kit: Part, menu: MenuRow, trouble: string | null): Promise<void> =>
  write(kit, `UPDATE menu SET trouble = ? WHERE id = ?`, [trouble, menu.id]);

function troubleOf(error: unknown): string {
  if (!(error instanceof WeChatError)) return 'unreachable';
  return 'name' in error.outcome ? error.outcome.name : `errcode-${error.errcode}`;
}

/** Who got or lost the tag of a personal menu since: looked at every few minutes, in our own books. */
async function enqueueTagging(kit: Part, tx: Tx): Promise<void> {
  const accounts = await isTagBehind(tx);
  await enqueue(
    tx,
    accounts.map((accountId) => ({
      ...{ id: kit.newId(), kind: tagKind, accountId, payload: { accountId } },
      ...{ dedupeKey: accountId, priority: 6 },
      ...{ dueAt: kit.clock.business(), createdAt: kit.clock.system() },
    })),
  );
}

export async function planMenuTags(
  kit: Pick<Kit, 'schedules' | 'settings'>,
  tx: Tx,
): Promise<void> {
  await kit.schedules.save(tx, {
    ...{ id: tagKind, kind: tagKind, ownerId: tagKind, cron: '*/5 * * * *' },
    ...{ zone: kit.settings.orgZone, missed: 'once', active: true },
  });
}

async function write(kit: Part, sql: string, params: Scalar[]): Promise<void> {
  await kit.db.transact((tx) => execute(tx, sql, params));
}
