import { insertOnce, insertRows, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { MenuEntry } from '../channels/official-account';
import { draftOf } from './check-menu';

/** A default menu that WeChat has already, as its draft and first version: for accounts that begin with one. */
export async function keepPublishedMenu(
  kit: Pick<Kit, 'newId'>,
  tx: Tx,
  {
    accountId,
    menu,
    at,
    by,
  }: { accountId: string; menu: readonly MenuEntry[]; at: number; by: string },
): Promise<void> {
  const [id, versionId] = [kit.newId(), kit.newId()];
  const entries = JSON.stringify(draftOf(menu));
  const row = {
    ...{ id, accountId, tagKey: '', draft: entries, revision: 1 },
    ...{ wantedVersionId: versionId, liveVersionId: versionId, platformTagId: null },
    ...{ trouble: null, removedAt: null, publishedAt: at, settledAt: null },
    ...{ createdAt: at, changedAt: at, changedBy: by },
  };
  if (!(await insertOnce(tx, 'menu', row, ['accountId', 'tagKey']))) return;
  await insertRows(tx, 'menu_version', [
    { id: versionId, menuId: id, number: 1, entries, note: 'published', at, byName: by },
  ]);
}
