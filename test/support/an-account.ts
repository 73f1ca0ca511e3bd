import { insertRows } from '../../src/kernel/database';
import type { Kit } from '../../src/kernel/kit';

/** An Official Account of the sandbox world; without readable secrets, so it cannot call out. */
export async function anAccount(
  kit: Kit,
  facts: { id?: string; appId?: string; name?: string; createdAt?: number } = {},
): Promise<{ id: string; appId: string }> {
  const id = facts.id ?? kit.newId();
  const appId = facts.appId ?? 'wx0000000000000001';
  await kit.db.transact(async (tx) => {
    await insertRows(tx, 'account', [
      {
        id,
        kind: 'official-account',
        platformId: appId,
        originalId: 'gh_000000000001',
        name: facts.name ?? '山茶花',
        world: 'sandbox',
        mode: 'secure',
        details: '{}',
        secrets: '',
        enabled: 1,
        lastCallbackAt: null,
        createdAt: facts.createdAt ?? 1,
      },
    ]);
    await kit.versions.bump(tx, 'accounts');
    await kit.versions.bump(tx, 'replies');
  });
  return { id, appId };
}

/** A follower with one person, tags by name. */
export async function aFollower(
  kit: Kit,
  facts: {
    accountId: string;
    openid?: string;
    personId?: string;
    name?: string | null;
    tags?: readonly string[];
    set?: Record<string, string | number | null>;
  },
): Promise<{ id: string; personId: string; openid: string }> {
  const id = kit.newId();
  const openid = facts.openid ?? `o${id}`;
  const personId = facts.personId ?? kit.newId();
  const now = kit.clock.business();
  await kit.db.transact(async (tx) => {
    await insertRows(tx, 'identity', [
      {
        id,
        accountId: facts.accountId,
        kind: 'follower',
        externalId: openid,
        personId,
        unionid: null,
        state: 'following',
        stateAt: now,
        firstFollowedAt: now,
        followedAt: now,
        unfollowedAt: null,
        followCount: 1,
        sourceKind: null,
        sourceScene: null,
        firstScene: null,
        lastActiveAt: now,
        lastInboundAt: null,
        optedOutAt: null,
        windows: null,
        createdAt: now,
        ...facts.set,
      },
    ]);
    const person = { id: personId, displayName: facts.name ?? null, createdAt: now };
    await insertRows(tx, 'person', [person], { onConflict: ['id'] });
    for (const name of facts.tags ?? []) {
      const tag = {
        id: `T${Buffer.from(name).toString('hex').slice(0, 25)}`,
        name,
        createdAt: now,
      };
      await insertRows(tx, 'tag', [tag], { onConflict: ['name'] });
      const row = { identityId: id, tagId: tag.id, addedBy: 'test', at: now };
      await insertRows(tx, 'identity_tag', [row]);
    }
  });
  return { id, personId, openid };
}
