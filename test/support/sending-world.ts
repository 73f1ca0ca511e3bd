import { AccountBook, addAccount } from '../../src/accounts';
import { openOfficialAccounts } from '../../src/channels/official-account';
import { insertRows, type Scalar } from '../../src/kernel/database';
import { openSending, type SendingChannels } from '../../src/sending';
import type { TestKit } from './open-kit';
import { ScriptedWeChat } from './scripted-wechat';

/** One account, a WeChat that does as told, and sending on top of them. */
export async function openSendingWorld(kit: TestKit) {
  const wechat = await new ScriptedWeChat().open();
  const client = openOfficialAccounts({
    ...kit,
    hostsOf: () => ({ api: wechat.url, mp: wechat.url }),
  });
  const appId = 'wx0000000000000001';
  const accountId = await kit.db.transact((tx) =>
    addAccount(kit, tx, {
      kind: 'official-account',
      platformId: appId,
      name: '山茶花',
      world: 'sandbox',
      secrets: { appSecret: 'a'.repeat(32), token: 'token' },
    }),
  );
  const book = await AccountBook.open(kit);
  const channels: SendingChannels = {
    client,
    account: (id) => {
      const account = book.find(id);
      return account?.enabled ? { ...book.channelOrThrow(id), name: account.name } : undefined;
    },
  };
  const sending = openSending(kit, channels);
  return { wechat, client, book, channels, accountId, appId, sending };
}

export type Follower = { identityId: string; openid: string };

/** `names` become the operator's names for them; everybody follows since yesterday unless `facts` say otherwise. */
export async function addFollowers(
  kit: TestKit,
  accountId: string,
  count: number,
  facts: (nth: number) => Record<string, Scalar> = () => ({}),
): Promise<Follower[]> {
  const at = kit.clock.business() - 86_400_000;
  const followers = Array.from({ length: count }, (_, nth) => ({
    identityId: kit.newId(),
    personId: kit.newId(),
    openid: `o${String(nth).padStart(27, '0')}`,
    nth,
  }));
  await kit.db.group(async (raw) => {
    await insertRows(
      raw,
      'person',
      followers.map(({ personId, nth }) => ({
        id: personId,
        displayName: nth === 0 ? '小雨' : null,
        createdAt: at,
      })),
    );
    await insertRows(
      raw,
      'identity',
      followers.map(({ identityId, personId, openid, nth }) => ({
        id: identityId,
        accountId,
        kind: 'follower',
        externalId: openid,
        personId,
        unionid: null,
        state: 'following',
        stateAt: at,
        firstFollowedAt: at,
        followedAt: at,
        unfollowedAt: null,
        followCount: 1,
        sourceKind: null,
        sourceScene: null,
        firstScene: null,
        lastActiveAt: at,
        lastInboundAt: null,
        optedOutAt: null,
        windows: null,
        createdAt: at,
        ...facts(nth),
      })),
    );
  });
  return followers.map(({ identityId, openid }) => ({ identityId, openid }));
}
