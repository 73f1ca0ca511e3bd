import { openOfficialAccounts } from '../../src/channels/official-account';
import { insertRows, type Scalar } from '../../src/kernel/database';
import { openSending, type SendingChannels } from '../../src/sending';
import type { TestKit } from './open-kit';
import { ScriptedWeChat } from './scripted-wechat';

/** One account with followers, a WeChat that does as told, and sending on top of them. */
export async function openSendingWorld(kit: TestKit, wechat?: ScriptedWeChat) {
  const platform = wechat ?? (await new ScriptedWeChat().open());
  const client = openOfficialAccounts({
    cache: kit.cache,
    http: kit.http,
    clock: kit.clock,
    newId: kit.newId,
    log: kit.log,
    hostsOf: () => ({ api: platform.url, mp: platform.url }),
  });
  const accountId = kit.newId();
  await kit.db.transact((tx) => insertRows(tx, 'account', [accountRow(accountId)]));
  const channels: SendingChannels = {
    client,
    account: (id) =>
      id === accountId
        ? { id, appId: 'wx0000000000000001', appSecret: 'a'.repeat(32), name: '山茶花' }
        : undefined,
  };
  return { wechat: platform, client, channels, accountId, sending: openSending(kit, channels) };
}

function accountRow(id: string): Record<string, Scalar> {
  return {
    id,
    kind: 'official-account',
    platformId: `wx${id.slice(-16)}`,
    originalId: 'gh_1',
    name: '山茶花',
    world: 'sandbox',
    mode: 'secure',
    details: '{}',
    secrets: '',
    enabled: 1,
    lastCallbackAt: null,
    createdAt: 1,
  };
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
        version: 1,
        createdAt: at,
        ...facts(nth),
      })),
    );
  });
  return followers.map(({ identityId, openid }) => ({ identityId, openid }));
}
