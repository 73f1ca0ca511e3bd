import {
  limits,
  type CallingAccount,
  type OfficialAccountClient,
} from '../channels/official-account';
import { execute, insertRows, marksFor, select, type Tx } from '../kernel/database';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { MenuRow } from './stored-menu';

type Part = Pick<Kit, 'db'>;
type Member = { identityId: string; openid: string };
type Tagged = Pick<MenuRow, 'id' | 'accountId' | 'tagKey' | 'platformTagId'>;

/** WeChat's tag of the same name as ours, made when it is not there. */
export async function platformTagFor(
  kit: Part,
  client: OfficialAccountClient,
  account: CallingAccount,
  menu: Tagged,
): Promise<number> {
  const [tag] = await kit.db.read.all<{ name: string }>(`SELECT name FROM tag WHERE id = ?`, [
    menu.tagKey,
  ]);
  if (!tag) throw new NotFound();
  const known = await client.listTags(account);
  const same = known.find(({ id, name }) => id === menu.platformTagId || name === tag.name);
  const id = same?.id ?? (await client.createTag(account, tag.name)).id;
  if (id !== menu.platformTagId) {
    await kit.db.transact(async (tx) => {
      await execute(tx, `UPDATE menu SET platformTagId = ? WHERE id = ?`, [id, menu.id]);
      // Another tag on the platform: nobody carries it yet as far as we know.
      await execute(tx, `DELETE FROM menu_follower WHERE menuId = ?`, [menu.id]);
    });
  }
  return id;
}

/** Followers who carry our tag and not yet WeChat's. */
const missing = `SELECT i.id AS identityId, i.externalId AS openid FROM identity_tag t
  JOIN identity i ON i.id = t.identityId AND i.accountId = ? AND i.kind = 'follower' AND i.state = 'following'
  WHERE t.tagId = ? AND NOT EXISTS (SELECT 1 FROM menu_follower f WHERE f.menuId = ? AND f.identityId = i.id)`;
/** Those who carry WeChat's still, and not ours any more. Who unfollowed lost it by that. */
const surplus = `SELECT i.id AS identityId, i.externalId AS openid, i.state FROM menu_follower f
  JOIN identity i ON i.id = f.identityId
  WHERE f.menuId = ? AND (i.state <> 'following' OR
    NOT EXISTS (SELECT 1 FROM identity_tag t WHERE t.identityId = i.id AND t.tagId = ?))`;

/** Brings WeChat's tag after ours, fifty followers a call; what was done is kept batch by batch. */
export async function tagFollowersOf(
  kit: Part,
  client: OfficialAccountClient,
  account: CallingAccount,
  menu: Tagged,
): Promise<void> {
  const tagId = menu.platformTagId;
  if (tagId === null) return;
  const batch = limits.followers.tagging;
  for (;;) {
    const rows = await kit.db.read.all<Member>(`${missing} ORDER BY i.id LIMIT ${String(batch)}`, [
      ...[menu.accountId, menu.tagKey, menu.id],
    ]);
    if (rows.length === 0) break;
    await client.tagFollowers(
      account,
      tagId,
      rows.map(({ openid }) => openid),
    );
    const marks = rows.map(({ identityId }) => ({ menuId: menu.id, identityId }));
    await kit.db.transact((tx) =>
      insertRows(tx, 'menu_follower', marks, { onConflict: ['menuId', 'identityId'] }),
    );
  }
  for (;;) {
    const rows = await kit.db.read.all<Member & { state: string }>(
      `${surplus} ORDER BY i.id LIMIT ${String(batch)}`,
      [menu.id, menu.tagKey],
    );
    if (rows.length === 0) break;
    const here = rows.filter(({ state }) => state === 'following').map(({ openid }) => openid);
    if (here.length > 0) await client.untagFollowers(account, tagId, here);
    const ids = rows.map(({ identityId }) => identityId);
    await kit.db.transact((tx) =>
      execute(
        tx,
        `DELETE FROM menu_follower WHERE menuId = ? AND identityId IN (${marksFor(ids)})`,
        [menu.id, ...ids],
      ),
    );
  }
}

/** Accounts with a personal menu whose tag is not carried by whom it should be. */
export async function isTagBehind(tx: Tx): Promise<string[]> {
  const menus = await select<Tagged>(
    tx,
    `SELECT id, accountId, tagKey, platformTagId FROM menu
     WHERE tagKey <> '' AND liveVersionId IS NOT NULL AND platformTagId IS NOT NULL`,
  );
  const behind = new Set<string>();
  for (const { id, accountId, tagKey } of menus) {
    if (behind.has(accountId)) continue;
    const [more] = await select<Member>(tx, `${missing} LIMIT 1`, [accountId, tagKey, id]);
    const [less] = more ? [] : await select<Member>(tx, `${surplus} LIMIT 1`, [id, tagKey]);
    if (more ?? less) behind.add(accountId);
  }
  return [...behind];
}
