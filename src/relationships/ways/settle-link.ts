import type { AccountBook } from '../../accounts';
import { weComLimits, type WeComClient } from '../../channels/wecom';
import { execute } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import type { StoredWay } from './read-way';
import { standing } from './standing';

type Part = Pick<Kit, 'db' | 'clock' | 'settings'>;

/** The same for a link of the acquisition helper: its channel is our state, so that it comes back with whoever it brings. */
export async function settleLink(
  kit: Part,
  book: AccountBook,
  wecom: WeComClient,
  way: StoredWay,
): Promise<void> {
  const agent = book.weComOrThrow(way.accountId);
  const write = (sql: string, params: (string | null)[]) =>
    kit.db.transact((tx) =>
      execute(tx, `UPDATE contact_way SET ${sql} WHERE id = ?`, [...params, way.id]),
    );
  if (way.removedAt !== null) {
    if (way.configId !== null) await wecom.deleteAcquisitionLink(agent, way.configId);
    await write(`configId = NULL, linkUrl = NULL, trouble = NULL`, []);
    return;
  }
  const userIds = await standing(kit, way);
  const wanted = {
    name: way.name.slice(0, weComLimits.acquisitionLink.name),
    userIds,
    skipsVerification: way.skipsVerification === 1,
  };
  const behind = JSON.stringify(userIds);
  if (way.configId === null) {
    const { linkId, url } = await wecom.createAcquisitionLink(agent, wanted);
    const channel = `customer_channel=${encodeURIComponent(way.state)}`;
    const linkUrl = `${url}${url.includes('?') ? '&' : '?'}${channel}`;
    await write(`configId = ?, linkUrl = ?, behind = ?, trouble = NULL`, [
      ...[linkId, linkUrl, behind],
    ]);
    return;
  }
  await wecom.changeAcquisitionLink(agent, way.configId, wanted);
  await write(`behind = ?, trouble = NULL`, [behind]);
}
