import {
  WeChatError,
  type CallingAccount,
  type FollowerDetail,
  type OfficialAccountClient,
} from '../../channels/official-account';
import { execute, marksFor, select, type Tx } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import { followLinkTags } from './follow-link-tags';
import { keepCorpTags } from './keep-corp-tags';
import { queueTagPush } from './push-tags';

type Part = Pick<Kit, 'clock' | 'newId'>;
type Carrier = { id: string; detail: FollowerDetail; isFirst: boolean };

/** An event and a list may name a follow by two seconds. */
const sameFollowMs = 60_000;
/** 0, 1 and 2 are the platform's own. */
const ownTags = 2;

/** The tags of an Official Account: a group without a name. False where the account may not have any. */
export async function readFanTags(
  kit: Pick<Kit, 'db' | 'clock' | 'newId' | 'log'>,
  client: OfficialAccountClient,
  account: CallingAccount & { readonly id: string },
): Promise<boolean> {
  try {
    const tags = (await client.listTags(account)).filter(({ id }) => id > ownTags);
    const told = tags.map(({ id, name }) => ({ id: String(id), name, order: 0, isDeleted: false }));
    const group = { id: '', name: '', order: 0, isDeleted: false, tags: told };
    await kit.db.transact((tx) => keepCorpTags(kit, tx, account.id, [group]));
    return true;
  } catch (error) {
    if (!(error instanceof WeChatError) || error.outcome.kind !== 'account') throw error;
    kit.log.warn('fan-tags.refused', { accountId: account.id, errcode: error.errcode });
    return false;
  }
}

/**
 * Follows what was done to tags in WeChat, from what it tells of each follower. Tags end with the follow:
 * whoever left and came back lost them there without anybody's doing, and gets them again.
 */
export async function followFanTags(
  kit: Part,
  tx: Tx,
  accountId: string,
  carriers: readonly Carrier[],
): Promise<void> {
  const here = carriers.filter(({ detail }) => detail.isFollowing);
  await forgetEarlierFollows(kit, tx, here);
  await followLinkTags(
    kit,
    tx,
    accountId,
    here.map(({ id: identityId, detail, isFirst }) => ({
      ...{ identityId, accountId, userId: '', isFirst },
      tagIds: detail.tagIds.map(String),
      ...(detail.followedAt !== undefined && { followedAt: detail.followedAt }),
    })),
  );
}

async function forgetEarlierFollows(kit: Part, tx: Tx, here: readonly Carrier[]): Promise<void> {
  const known = here.filter(({ isFirst }) => !isFirst);
  if (known.length === 0) return;
  const ids = known.map(({ id }) => id);
  const shadows = await select<{ identityId: string; followedAt: number | null }>(
    tx,
    `SELECT identityId, MIN(followedAt) AS followedAt FROM link_corp_tag WHERE identityId IN (${marksFor(ids)})
     GROUP BY identityId`,
    ids,
  );
  const since = new Map(known.map(({ id, detail }) => [id, detail.followedAt ?? 0]));
  const back = shadows
    .filter(({ identityId, followedAt }) => {
      return (followedAt ?? 0) + sameFollowMs < (since.get(identityId) ?? 0);
    })
    .map(({ identityId }) => identityId);
  if (back.length === 0) return;
  await execute(tx, `DELETE FROM link_corp_tag WHERE identityId IN (${marksFor(back)})`, back);
  await queueTagPush(tx, { newId: kit.newId, systemNow: kit.clock.system() }, back);
}
