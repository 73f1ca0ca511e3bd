import type { AccountBook } from '../accounts';
import type { OfficialAccountClient } from '../channels/official-account';
import { execute, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { joinByUnionid } from './join-people';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'work'>;
type Payload = { accountId: string; openids: string[] };

const kind = 'learn-unionids';
const batch = 100;

/** A follow event names no unionid; it is asked for later, a hundred followers a call. */
export function registerUnionidLookup(
  kit: Part,
  book: AccountBook,
  officialAccounts: OfficialAccountClient,
): void {
  kit.work.on(kind, async ({ payload }) => {
    const { accountId, openids } = payload as Payload;
    const details = await officialAccounts.getFollowers(book.channelOrThrow(accountId), openids);
    await kit.db.transact(async (tx) => {
      for (const { openid, unionid } of details) {
        if (unionid === undefined) continue;
        await execute(
          tx,
          `UPDATE identity SET unionid = ? WHERE accountId = ? AND externalId = ? AND unionid IS NULL`,
          [unionid, accountId, openid],
        );
        await joinByUnionid(kit, tx, unionid);
      }
    });
  });
}

export async function lookUpUnionids(
  kit: Part,
  tx: Tx,
  accountId: string,
  openids: readonly string[],
): Promise<void> {
  const jobs = [];
  for (let from = 0; from < openids.length; from += batch) {
    const payload: Payload = { accountId, openids: openids.slice(from, from + batch) };
    jobs.push({
      id: kit.newId(),
      kind,
      accountId,
      payload,
      priority: 4,
      dueAt: kit.clock.business(),
      createdAt: kit.clock.system(),
    });
  }
  await enqueue(tx, jobs);
}
