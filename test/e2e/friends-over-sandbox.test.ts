import { addAccount } from '../../src/accounts';
import { lookUpUnionids, startContactSync } from '../../src/relationships';
import { aFollower, anAccount } from '../support/an-account';
import { openFriendsWorld, type FriendsWorld } from '../support/friends-world';
import { onBothEngines } from '../support/open-kit';

const day = 86_400_000;

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('it did not happen');
}

onBothEngines('friends over the sandbox', (open) => {
  const opened: FriendsWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openFriendsWorld(await open());
    opened.push(world);
    return world;
  };
  const repOf = async (world: FriendsWorld, externalUserId: string, state: string) =>
    until(async () => {
      const found = await world.findPerson(externalUserId);
      const rep = found?.contacts[0]?.reps[0];
      return rep?.state === state ? { person: found, contact: found.contacts[0], rep } : undefined;
    });

  test('a friend is won, lost and won again; two apps tell it and it happened once', async () => {
    const world = await openWorld();
    const { personId, externalUserId } = await world.must('POST', '/wecom/people', {
      name: '小雨',
    });

    await world.person(personId, 'add-rep', { userId: 'linlan', state: 'shop_jingan' });
    await repOf(world, externalUserId, 'friend');
    await world.advance(12_000);
    await world.kit.work.drain();
    await world.advance(9 * day);
    await world.person(personId, 'delete-rep', { userId: 'linlan' });
    const lost = await repOf(world, externalUserId, 'left');
    await world.advance(31 * day);
    await world.person(personId, 'add-rep', { userId: 'linlan' });
    const back = await repOf(world, externalUserId, 'friend');

    expect(lost.rep).toMatchObject({ repDeletedAt: null, addCount: 1, source: 'shop_jingan' });
    expect(lost.contact).toMatchObject({ state: 'unfollowed', name: '小雨' });
    expect(back.person).toMatchObject({ name: '小雨', named: true, followers: [] });
    expect(back.rep).toMatchObject({ addCount: 2, customerDeletedAt: null, addedBy: 'customer' });
    const lines = await world.timeline(back.person.id);
    expect(lines.map(({ kind }) => kind)).toEqual([
      ...['friend-back', 'friend-deleted-by-customer', 'friend-added'],
    ]);
    expect(lines[0].title).toBe('31 天后回来找 linlan，第 2 次');
    const events = await world.kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM inbound_event WHERE kind = 'contact-added'`,
    );
    expect(events[0]?.n).toBeGreaterThan(2);
  });

  test('a new friend is greeted once, by the words of the source, and never late', async () => {
    const world = await openWorld();
    const { kit, accountId, corpId } = world;
    const said = async (externalUserId: string): Promise<string[]> => {
      const path = `/wecom/books/messages?corpId=${corpId}&externalUserId=${externalUserId}&via=welcome`;
      const { items } = await world.must('GET', path);
      return items.map((message: unknown) => JSON.stringify(message));
    };
    const befriend = async (state?: string): Promise<string> => {
      const { personId, externalUserId } = await world.must('POST', '/wecom/people', {});
      await world.person(personId, 'add-rep', { userId: 'linlan', ...(state ? { state } : {}) });
      await repOf(world, externalUserId, 'friend');
      // Both apps have been told.
      await new Promise((resolve) => setTimeout(resolve, 300));
      return externalUserId;
    };

    const silent = await befriend();
    await kit.work.drain();
    const put = await world.api.put(`/api/v1/accounts/${accountId}/welcomes`, {
      ...{
        standard: '你好，我是林岚',
        bySource: [{ source: 'shop_jingan', text: '静安店欢迎你' }],
      },
    });
    const usual = await befriend();
    const bySource = await befriend('shop_jingan');
    await kit.work.drain();
    // Our work comes to it when the code is over, although the sandbox would still take it.
    kit.clock.set(Date.now() + 21_000);
    const late = await befriend();
    await kit.work.drain();

    expect(put.status).toBe(200);
    expect(await said(silent)).toEqual([]);
    expect(await said(usual)).toEqual([expect.stringContaining('我是林岚')]);
    expect(await said(bySource)).toEqual([expect.stringContaining('静安店欢迎你')]);
    expect(await said(late)).toEqual([]);
    const rows = await kit.db.read.all<{ state: string }>(`SELECT state FROM welcome ORDER BY id`);
    expect(rows.map(({ state }) => state)).toEqual(['sent', 'sent', 'late']);
  });

  test('friends from before we were connected are read page by page, and read again change nothing', async () => {
    const world = await openWorld();
    const { kit, accountId, corpId } = world;
    const userIds = ['linlan', 'zhouning'];
    await world.must('POST', `/wecom/corps/${corpId}/crowd`, { contacts: 230, userIds, seed: 3 });
    const sync = async () => {
      const id = await kit.db.transact((tx) => startContactSync(kit, tx, accountId, '山茶花'));
      await until(async () => {
        await kit.work.drain();
        const sql = `SELECT state FROM progress WHERE id = ?`;
        const [row] = await kit.db.read.all<{ state: string }>(sql, [id]);
        return row?.state === 'done' || undefined;
      });
    };
    const count = async (table: string): Promise<number> => {
      const [row] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`);
      return row?.n ?? 0;
    };

    await sync();
    const tables = ['identity', 'person', 'staff_link', 'link_episode', 'timeline_entry'];
    const first = await Promise.all(tables.map(count));
    await sync();
    const second = await Promise.all(tables.map(count));
    const states = await kit.db.read.all<{ state: string }>(`SELECT DISTINCT state FROM progress`);
    const staff = await kit.db.read.all<{ name: string }>(`SELECT name FROM staff ORDER BY name`);

    expect(first[0]).toBe(230);
    expect(second).toEqual(first);
    expect(states).toEqual([{ state: 'done' }]);
    expect(staff.map(({ name }) => name)).toEqual(expect.arrayContaining(['周宁', '林岚']));
  });

  test('a follower who becomes a friend is one person; parted by hand they stay apart', async () => {
    const world = await openWorld();
    const { kit } = world;
    const account = await world.must('POST', '/accounts', {
      ...{ kind: 'official-account', name: '山茶花' },
    });
    const { appId, appSecret, originalId, token, encodingAesKey } = account;
    const officialId = await kit.db.transact((tx) =>
      addAccount(kit, tx, {
        ...{ kind: 'official-account', platformId: appId, originalId, name: '山茶花' },
        ...{ world: 'sandbox', secrets: { appSecret, token, encodingAesKey } },
      }),
    );
    await kit.versions.check(true);
    await world.must('POST', `/accounts/${appId}/callback`, {
      ...{ url: `${world.kit.settings.publicUrl}/callback/official-account/${appId}` },
      ...{ token, encodingAesKey, mode: 'secure' },
    });
    const { openid } = await world.must('POST', '/people', { appId, unionid: 'uCamellia01' });
    await world.must('POST', `/people/${openid}/follow`, { appId });
    await until(() => Promise.resolve(world.followed.includes(openid) || undefined));
    await kit.db.transact((tx) => lookUpUnionids(kit, tx, officialId, world.followed));
    await kit.work.drain();

    await world.person(openid, 'add-rep', { userId: 'zhouning' });
    await until(async () => {
      await kit.work.drain();
      const found = (await world.api.get(`/api/v1/people?openid=${openid}`)).body.items[0];
      await world.advance(2_000);
      return found?.contacts.length === 1 ? found : undefined;
    });
    const joined = (await world.api.get(`/api/v1/people?openid=${openid}`)).body.items[0];
    const kinds = (await world.timeline(joined.id)).map(({ kind }) => kind);
    const [join] = joined.joins;
    const undone = await world.api.post(`/api/v1/people/${joined.id}/joins/${join.id}/undo`);
    const again = await world.api.post(`/api/v1/people/${joined.id}/joins/${join.id}/undo`);
    const externalUserId = joined.contacts[0].externalUserId;
    await world.staff('zhouning', 'edit-contact', { externalUserId, remark: '常来静安店' });
    const apart = await until(async () => {
      await kit.work.drain();
      const found = await world.findPerson(externalUserId);
      return found?.contacts[0]?.reps[0]?.remark === '常来静安店' ? found : undefined;
    });

    expect(joined.followers).toHaveLength(1);
    expect(join).toMatchObject({ reason: 'unionid', decidedBy: 'system' });
    expect(kinds).toEqual(expect.arrayContaining(['followed', 'friend-added', 'joined']));
    expect(undone.status).toBe(200);
    expect([...undone.body.contacts, ...undone.body.followers]).toHaveLength(1);
    expect(again.status).toBe(404);
    expect(apart.followers).toEqual([]);
    expect(apart.joins).toEqual([]);
  });

  test('a corp that tells no unionids is asked who a follower is, now or when they come', async () => {
    const world = await openWorld();
    const { kit, corpId, accountId } = world;
    await world.must('PATCH', `/wecom/corps/${corpId}`, { openPlatform: false });
    const kind = 'official-account';
    const { appId } = await world.must('POST', '/accounts', { kind, name: '山茶花' });
    const { id: officialId } = await anAccount(kit, { appId });
    const openids: string[] = [];
    for (const unionid of ['uCamellia01', 'uCamellia02']) {
      const { openid } = await world.must('POST', '/people', { appId, unionid });
      await world.must('POST', `/people/${openid}/follow`, { appId });
      await aFollower(kit, { accountId: officialId, openid, set: { unionid } });
      openids.push(openid);
    }
    const [first = '', second = ''] = openids;
    const find = async (openid: string) =>
      (await world.api.get(`/api/v1/people?openid=${openid}`)).body.items[0];
    const working = <T>(look: () => Promise<T | undefined>) =>
      until(async () => {
        await kit.work.drain();
        await world.advance(2_000);
        return look();
      });
    const customer = (openid: string) =>
      working(async () => {
        const found = await find(openid);
        return found.contacts.length > 0 ? found : undefined;
      });
    const asked = async () => {
      const [row] = await kit.db.read.all<{ n: number }>(
        `SELECT COUNT(*) AS n FROM follower_match`,
      );
      return row?.n === 2 ? true : undefined;
    };
    await world.person(first, 'add-rep', { userId: 'linlan' });
    await world.api.post(`/api/v1/accounts/${accountId}/sync`);
    const now = await customer(first);
    await working(asked);
    const apart = await find(second);
    await world.person(second, 'add-rep', { userId: 'zhouning' });
    const later = await customer(second);
    for (const [rep, { contacts }] of [
      ['linlan', now],
      ['zhouning', later],
    ] as const) {
      const { externalUserId } = contacts[0];
      await world.staff(rep, 'edit-contact', { externalUserId, mobiles: ['138 0013 8000'] });
    }
    const likely = await working(async () => {
      const { body } = await world.api.get(`/api/v1/people/${now.id}/same-person`);
      return body.items.length > 0 ? body.items : undefined;
    });
    await world.api.post(`/api/v1/people/${now.id}/merge/${later.id}`);
    await kit.db.transact((tx) => startContactSync(kit, tx, accountId, '山茶花'));
    await kit.work.drain();
    const merged = await find(second);

    expect(now.joins).toMatchObject([{ reason: 'wecom-id', decidedBy: 'system' }]);
    expect([apart.contacts, later.contacts.length]).toEqual([[], 1]);
    expect(later.joins).toMatchObject([{ reason: 'wecom-id' }]);
    expect(likely).toMatchObject([
      { person: { id: later.id }, evidence: [{ code: 'phone-noted' }] },
    ]);
    expect(merged.id).toBe(now.id);
    expect([merged.followers.length, merged.contacts.length]).toEqual([2, 2]);
  });
});
