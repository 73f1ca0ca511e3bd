import { addAccount } from '../../src/accounts';
import { openFriendsWorld, type FriendsWorld } from '../support/friends-world';
import { onBothEngines } from '../support/open-kit';

const minute = 60_000;
type Named = { id: string; name: string };

onBothEngines('tags of an Official Account', (open) => {
  const opened: FriendsWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openFriendsWorld(await open());
    opened.push(world);
    const kind = 'official-account';
    const made = await world.must('POST', '/accounts', { kind, name: '山茶花' });
    const { appId, appSecret, originalId, token, encodingAesKey } = made;
    const accountId = await world.kit.db.transact((tx) =>
      addAccount(world.kit, tx, {
        ...{ kind, platformId: appId, originalId, name: '山茶花', world: 'sandbox' },
        secrets: { appSecret, token, encodingAesKey },
      }),
    );
    await world.kit.versions.check(true);
    const settle = async () => {
      for (let round = 0; round < 60; round += 1) {
        await world.kit.work.drain();
        const [left] = await world.kit.db.read.all<{ n: number }>(
          `SELECT COUNT(*) AS n FROM job WHERE state = 'queued' AND dueAt < ?`,
          [world.kit.clock.business() + minute],
        );
        if (left?.n === 0) return;
        await world.advance(2_000);
      }
      throw new Error('work without an end');
    };
    const sync = async () => {
      await world.api.post(`/api/v1/accounts/${accountId}/sync`);
      await settle();
    };
    const follow = async () => {
      const { openid } = await world.must('POST', '/people', { appId });
      await world.must('POST', `/people/${openid}/follow?settle=0`, { appId });
      return openid as string;
    };
    const person = async (openid: string) =>
      (await world.api.get(`/api/v1/people?openid=${openid}`)).body.items[0];
    return {
      ...{ ...world, appId, settle, sync, follow, person },
      channel: world.book.channelOrThrow(accountId),
      names: async (openid: string): Promise<string[]> =>
        (await person(openid)).tags.map(({ name }: Named) => name).sort(),
      tag: async (openid: string, add: string[], remove: string[] = []) => {
        await world.api.put(`/api/v1/people/${(await person(openid)).id}/tags`, { add, remove });
        await settle();
      },
      view: async () => (await world.api.get(`/api/v1/accounts/${accountId}/corp-tags`)).body,
      make: (tagIds: string[]) =>
        world.api.post(`/api/v1/accounts/${accountId}/corp-tags`, { tagIds }),
    };
  };

  test('are followed both ways, and given again to who comes back', async () => {
    const world = await openWorld();
    const { officialAccounts: wechat, channel, names, tag } = world;
    const [one, other] = [await world.follow(), await world.follow()];
    const there = async (openid: string) => (await wechat.getFollower(channel, openid)).tagIds;
    const member = await wechat.createTag(channel, '会员');
    await wechat.tagFollowers(channel, member.id, [one]);

    await world.sync();
    const followed = [await names(one), await names(other)];
    await tag(other, ['会员', '敏感肌']);
    const told = await there(other);
    const { onlyHere } = await world.view();
    const made = await world.make(onlyHere.map(({ id }: Named) => id));
    await world.settle();
    const both = await there(other);
    await wechat.untagFollowers(channel, member.id, [one]);
    await tag(other, [], ['敏感肌']);
    await world.advance(5 * minute);
    await world.must('POST', `/people/${other}/unfollow?settle=0`, { appId: world.appId });
    await world.must('POST', `/people/${other}/follow?settle=0`, { appId: world.appId });
    const lost = await there(other);
    await world.advance(minute);
    await world.sync();

    expect(followed).toEqual([['会员'], []]);
    expect(told).toEqual([member.id]);
    expect([made.status, both.length]).toEqual([201, 2]);
    expect([await names(one), await there(one)]).toEqual([[], []]);
    expect(lost).toEqual([]);
    expect([await names(other), await there(other)]).toEqual([['会员'], [member.id]]);
  });

  test('keep within WeChat’s limits and say so', async () => {
    const world = await openWorld();
    const { officialAccounts: wechat, channel } = world;
    const [full, free] = [await world.follow(), await world.follow()];
    for (let nth = 1; nth <= 20; nth += 1) {
      const { id } = await wechat.createTag(channel, `第${nth}`);
      await wechat.tagFollowers(channel, id, [full]);
    }
    await wechat.createTag(channel, '会员');
    await world.sync();
    await world.tag(free, ['一二三四五六七八九十一']);
    const long = (await world.view()).onlyHere[0];
    const refusal = await world.make([long.id]);
    const ids = [full, free].map((openid) => world.person(openid));
    for (const { id } of await Promise.all(ids)) {
      await world.api.put(`/api/v1/people/${id}/tags`, { add: ['会员'], remove: [] });
    }
    await world.settle();
    const { room, waiting, refused } = await world.view();

    expect([long.tooLong, refusal.body.code]).toEqual([true, 'tag_name_too_long']);
    expect([room, waiting]).toEqual([79, 0]);
    expect(refused).toEqual([{ reason: 'too-many-tags-on-follower', contacts: 1 }]);
    expect((await wechat.getFollower(channel, free)).tagIds).toHaveLength(1);
  });
});
