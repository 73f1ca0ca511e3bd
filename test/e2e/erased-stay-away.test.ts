import { addAccount } from '../../src/accounts';
import { erasureOperations, registerErasing } from '../../src/forgetting';
import { serveApi } from '../support/serve-api';
import { openFriendsWorld, type FriendsWorld } from '../support/friends-world';
import { onBothEngines } from '../support/open-kit';
import { whereIs } from '../support/where-is';

const minute = 60_000;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

onBothEngines('whoever was erased, and WeChat that still knows them', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  const count = async ({ kit }: FriendsWorld, what: string) =>
    (await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM ${what}`))[0]?.n ?? 0;
  /** Until the callbacks that were sent have come in and nothing is left to do. */
  const settle = async (world: FriendsWorld) => {
    let seen = -1;
    for (let quiet = 0; quiet < 6;) {
      await world.kit.work.drain();
      const events = await count(world, 'inbound_event');
      const isQuiet = events === seen && (await count(world, `job WHERE state = 'queued'`)) === 0;
      quiet = isQuiet ? quiet + 1 : 0;
      seen = events;
      await world.advance(minute);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  };

  const until = async (world: FriendsWorld, isSo: () => Promise<boolean>) => {
    for (let tries = 0; !(await isSo()); tries += 1) {
      if (tries > 30) throw new Error('it did not happen');
      await settle(world);
    }
  };
  const syncAll = async ({ world, officialId }: { world: FriendsWorld; officialId: string }) => {
    for (const id of [world.accountId, officialId]) {
      expect((await world.api.post(`/api/v1/accounts/${id}/sync`)).status).toBe(202);
    }
    await settle(world);
    await world.api.post(`/api/v1/accounts/${world.accountId}/repair`);
    await settle(world);
  };

  async function connectOfficialAccount(world: FriendsWorld) {
    const account = await world.must('POST', '/accounts', {
      ...{ kind: 'official-account', name: '山茶花' },
    });
    const { appId, appSecret, originalId, token, encodingAesKey } = account;
    const officialId = await world.kit.db.transact((tx) =>
      addAccount(world.kit, tx, {
        ...{ kind: 'official-account', platformId: appId, originalId, name: '山茶花' },
        ...{ world: 'sandbox', secrets: { appSecret, token, encodingAesKey } },
      }),
    );
    await world.kit.versions.check(true);
    await world.must('POST', `/accounts/${appId}/callback`, {
      ...{ url: `${world.kit.settings.publicUrl}/callback/official-account/${appId}` },
      ...{ token, encodingAesKey, mode: 'secure' },
    });
    return { appId, officialId };
  }

  /** 小雨 is a follower, a rep's friend and a member of a room; 小雪 is beside her everywhere. */
  async function openWorld() {
    const world = await openFriendsWorld(await open());
    closing.push(() => world.close());
    const { kit, must } = world;
    registerErasing(kit);
    const erasing = await serveApi(kit, erasureOperations(kit));
    closing.push(() => erasing.close());
    const { appId, officialId } = await connectOfficialAccount(world);
    const meet = async (name: string, unionid: string) => {
      const { openid } = await must('POST', '/people', { appId, name, unionid });
      await must('POST', `/people/${openid}/follow`, { appId });
      await world.person(openid, 'add-rep', { userId: 'linlan' });
      return { openid: openid as string, personId: openid as string };
    };
    const [rain, snow] = [await meet('小雨', 'uRain01'), await meet('小雪', 'uSnow01')];
    await until(world, async () => (await count(world, 'identity')) === 4);
    await until(world, async () => (await count(world, 'contact_profile')) === 2);
    const { roomId } = await world.staff('linlan', 'create-room', { name: '福利群' });
    await settle(world);
    for (const { personId } of [rain, snow])
      await world.person(personId, 'join-room', { roomId, invitedBy: 'linlan' });
    await until(
      world,
      async () => (await count(world, `room_member WHERE kind = 'external'`)) === 2,
    );
    await syncAll({ world, officialId });
    const outside = await kit.db.read.all<{ externalId: string; name: string; personId: string }>(
      `SELECT i.externalId, c.name, i.personId FROM identity i
       JOIN contact_profile c ON c.identityId = i.id ORDER BY c.name`,
    );
    return { ...world, world, erasing, appId, officialId, rain, snow, roomId, outside };
  }

  test('no sync, repair, room or event about them brings anything back', async () => {
    const on = await openWorld();
    const { world, rain, roomId } = on;
    const her = on.outside.find(({ name }) => name === '小雨');
    const customer = her?.externalId ?? '';
    const before = [await count(world, 'identity'), await count(world, 'room_episode')];
    const ordered = await on.erasing.call(
      'POST',
      `/api/v1/people/${her?.personId ?? ''}/erasure`,
      {},
    );
    await settle(world);
    const left = [await whereIs(world.kit, rain.openid), await whereIs(world.kit, customer)];

    await syncAll(on);
    await world.staff('linlan', 'edit-contact', { externalUserId: customer, remark: '雨小姐' });
    await settle(world);
    const after = [await count(world, 'identity'), await count(world, 'room_episode')];
    const [room] = (await on.api.get('/api/v1/rooms')).body.items;
    const members = (await on.api.get(`/api/v1/rooms/${room.id}/members`)).body.items;
    await world.person(rain.personId, 'leave-room', { roomId });
    await settle(world);
    await world.person(rain.personId, 'join-room', { roomId, invitedBy: 'linlan' });
    await settle(world);
    await syncAll(on);

    expect(ordered.status).toBe(202);
    expect(left).toEqual([[], []]);
    expect(after).toEqual(before);
    expect(room).toMatchObject({ members: 3, customers: 2 });
    expect(members.map(({ name }: Loose) => name).sort()).toEqual([
      ...['小雪', expect.stringMatching(/^已注销的关注者/), '林岚'],
    ]);
    for (const word of [rain.openid, customer, '小雨', '雨小姐']) {
      expect([word, await whereIs(world.kit, word)]).toEqual([word, []]);
    }
    expect((await whereIs(world.kit, '小雪')).length).toBeGreaterThan(1);
  }, 120_000);

  test('who follows again or adds a rep again is a new person like any other', async () => {
    const on = await openWorld();
    const { world, rain } = on;
    const her = on.outside.find(({ name }) => name === '小雨');
    const customer = her?.externalId ?? '';
    await on.erasing.call('POST', `/api/v1/people/${her?.personId ?? ''}/erasure`, {});
    await settle(world);
    const hidden = await count(world, 'erased_id');

    await world.person(rain.personId, 'add-rep', { userId: 'zhouning' });
    await settle(world);
    const back = await world.findPerson(customer);
    await on.must('POST', `/people/${rain.openid}/unfollow`, { appId: on.appId });
    await settle(world);
    const whileGone = await whereIs(world.kit, rain.openid);
    // The callback is lost: the sync sees that the follow is younger than the erasure.
    await on.must('POST', '/faults', { where: 'callback', kind: 'drop-callback' });
    await on.must('POST', `/people/${rain.openid}/follow`, { appId: on.appId });
    await syncAll(on);
    const follower = (await on.api.get(`/api/v1/people?openid=${rain.openid}`)).body.items[0];

    expect(hidden).toBe(2);
    expect(back).toMatchObject({ name: '小雨' });
    expect(back.id).not.toBe(her?.personId);
    expect(whileGone).toEqual([]);
    expect(follower.id).not.toBe(her?.personId);
    expect(await count(world, 'erased_id')).toBe(0);
  }, 120_000);
});
