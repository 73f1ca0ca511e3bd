import { aFollower } from '../support/an-account';
import { openChatWorld, type ChatWorld } from '../support/chat-world';
import { onBothEngines } from '../support/open-kit';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

const button = (name: string, more: object = {}) => ({ name, action: 'click', key: name, ...more });
const shop = { action: 'view', key: '', url: 'https://shop.example/' };

onBothEngines('menus over the sandbox', (open) => {
  const opened: ChatWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openChatWorld(await open());
    opened.push(world);
    const { accountId, api } = world;
    const path = '/api/v1/menus';
    const begin = async (tagId: string | null = null): Promise<Loose> =>
      (await api.post(path, { accountId, tagId })).body;
    const read = async (id: string): Promise<Loose> => (await api.get(`${path}/${id}`)).body;
    const save = async (menu: Loose, draft: object[]): Promise<Loose> =>
      (await api.put(`${path}/${menu.id}`, { draft, revision: menu.revision })).body;
    const publish = async (menu: Loose, draft: object[]): Promise<Loose> => {
      const { revision } = await save(await read(menu.id), draft);
      const answer = await api.post(`${path}/${menu.id}/publish`, { revision });
      await world.quiet();
      return answer.status === 200 ? read(menu.id) : answer.body;
    };
    const of = (menu: Loose, what: string) => api.get(`${path}/${menu.id}/${what}`);
    return { world, begin, read, save, publish, of, path };
  };

  test('a published menu is on the phone, and a tap is answered by the rule that names its key', async () => {
    const { world, begin, read, publish, of } = await openWorld();
    const anna = await world.follower();
    const empty = await anna.menu();
    const menu = await begin();
    const draft = [
      button('帮助', { key: 'HELP' }),
      button('更多', { buttons: [button('官网', shop)] }),
    ];

    const live = await publish(menu, draft);
    const rule = await world.api.post('/api/v1/reply-rules', {
      ...{ match: 'event', keywords: ['CLICK:HELP'], appId: world.appId, publish: true },
      answer: { type: 'text', text: '每天 10 点到 22 点' },
    });
    const tapped = await anna.act('tap', { key: 'HELP' });
    const asked = await world.api.post('/api/v1/menus/match', {
      ...{ accountId: world.accountId, personId: anna.personId },
    });
    const versions = (await of(menu, 'versions')).body.items;

    expect(empty).toEqual({ button: [] });
    expect(live).toMatchObject({ state: 'live', followers: 1, trouble: null });
    expect(live.keys).toEqual([{ key: 'CLICK:HELP', rule: null }]);
    expect((await read(menu.id)).keys[0].rule.id).toBe(rule.body.id);
    expect((await anna.menu()).button).toEqual([
      { name: '帮助', type: 'click', key: 'HELP' },
      { name: '更多', sub_button: [{ name: '官网', type: 'view', url: 'https://shop.example/' }] },
    ]);
    expect(tapped.received[0]).toMatchObject({ kind: 'text', text: '每天 10 点到 22 点' });
    expect(asked.body.entries[1].buttons[0]).toMatchObject({ name: '官网', action: 'view' });
    expect(versions).toMatchObject([{ number: 1, isLive: true, by: 'test' }]);
    expect(versions[0].changes[0]).toMatchObject({ kind: 'added', where: '帮助' });
  });

  test('what WeChat would refuse is told beside the draft and stops the publishing', async () => {
    const { begin, publish, save } = await openWorld();
    const menu = await begin();
    const draft = [
      button('一二三四五六', { key: '' }),
      button('网', { ...shop, url: 'javascript:alert(1)' }),
      button('', { buttons: Array.from({ length: 6 }, (_, at) => button(`子${at}`)) }),
      button('四'),
    ];

    const saved = await save(menu, draft);
    const refused = await publish(menu, draft);
    const nothing = await publish(menu, []);

    const codes = saved.problems.map(({ path, code }: Loose) => `${path} ${code}`);
    expect(codes).toEqual([
      'draft menu_too_many',
      'draft.0.name name_too_long',
      'draft.0.key key_missing',
      'draft.1.url url_invalid',
      'draft.2.name name_missing',
      'draft.2.buttons buttons_too_many',
    ]);
    expect(refused.errors.map(({ code }: Loose) => code)).toContain('url_invalid');
    expect(nothing.errors[0]).toMatchObject({ path: 'draft', code: 'menu_empty' });
  });

  test('two who edit at once are told; an earlier version comes back', async () => {
    const { world, begin, read, publish, of, path } = await openWorld();
    const anna = await world.follower();
    const menu = await begin();
    await publish(menu, [button('旧')]);
    const first = (await of(menu, 'versions')).body.items[0];
    await publish(menu, [button('新'), button('旧')]);

    const stale = await world.api.put(`${path}/${menu.id}`, { draft: [], revision: 1 });
    const { revision } = await read(menu.id);
    const back = await world.api.post(`${path}/${menu.id}/restore`, {
      versionId: first.id,
      revision,
    });
    await world.api.post(`${path}/${menu.id}/publish`, { revision: back.body.revision });
    await world.quiet();
    const page = await world.api.get(`${path}/${menu.id}/versions?limit=2`);
    const [latest, middle] = page.body.items;

    expect([stale.status, stale.body.code]).toEqual([409, 'menu_changed_meanwhile']);
    expect(back.body).toMatchObject({ state: 'changed', draft: first.entries });
    expect((await anna.menu()).button).toMatchObject([{ name: '旧' }]);
    expect(latest).toMatchObject({ number: 3, isLive: true });
    expect(latest.changes).toMatchObject([
      { kind: 'moved', where: '旧' },
      { kind: 'removed', where: '新' },
    ]);
    expect(middle.isLive).toBe(false);
    expect(page.body.nextCursor).not.toBeNull();
  });

  test('a change made elsewhere is seen and can be taken over; a retried publishing ends well', async () => {
    const { world, begin, read, publish, of, path } = await openWorld();
    const menu = await begin();
    await publish(menu, [button('甲')]);
    const account = world.book.channelOrThrow(world.accountId);

    const same = (await of(menu, 'live')).body;
    await world.client.createMenu(account, [{ name: '别处', action: 'click', key: 'X' }]);
    const other = (await of(menu, 'live')).body;
    const { revision } = await read(menu.id);
    const taken = await world.api.post(`${path}/${menu.id}/take-live`, { revision });
    await world.must('POST', '/faults', { where: 'menu', kind: 'errcode:-1', count: 1 });
    const saved = await read(menu.id);
    await world.api.post(`${path}/${menu.id}/publish`, { revision: saved.revision });
    await world.quiet();
    const waiting = await read(menu.id);
    await world.advance(5_000);
    await world.quiet();
    const done = await read(menu.id);

    expect(same).toMatchObject({ differs: false, changes: [] });
    expect(other.differs).toBe(true);
    expect(other.changes.map(({ kind }: Loose) => kind).sort()).toEqual(['added', 'removed']);
    expect(taken.body.draft).toMatchObject([{ name: '别处', action: 'click', key: 'X' }]);
    expect(waiting).toMatchObject({ state: 'publishing', trouble: 'system-busy' });
    expect(done).toMatchObject({ state: 'live', trouble: null });
  });

  test('followers with a tag see their own menu, as long as they carry it', async () => {
    const { world, begin, read, publish, path } = await openWorld();
    const { kit, accountId } = world;
    const [anna, ben] = [await world.follower('小雨'), await world.follower('大山')];
    await aFollower(kit, { accountId: 'elsewhere', tags: ['会员'] });
    const [tag] = await kit.db.read.all<{ id: string }>(`SELECT id FROM tag WHERE name = '会员'`);
    const tagId = tag?.id ?? '';
    const carry = (identityId: string) =>
      kit.db.transact((tx) =>
        tx.query(
          `INSERT INTO identity_tag (identityId, tagId, addedBy, at) VALUES (?, ?, 't', 0)`,
          [...[identityId, tagId]],
        ),
      );
    await carry(anna.identityId);

    const early = await begin(tagId);
    const tooEarly = await publish(early, [button('会员日')]);
    await publish(await begin(), [button('大家')]);
    const own = await publish(early, [button('会员日')]);
    const before = [await anna.menu(), await ben.menu()].map(({ button: [one] }) => one.name);
    await publish(early, [button('会员日2')]);
    await kit.db.transact((tx) =>
      tx.query(`DELETE FROM identity_tag WHERE identityId = ?`, [anna.identityId]),
    );
    await carry(ben.identityId);
    await world.advance(6 * 60_000);
    await kit.schedules.beat();
    await world.quiet();
    const after = [await anna.menu(), await ben.menu()].map(({ button: [one] }) => one.name);
    const onPlatform = await world.client.getMenus(world.book.channelOrThrow(accountId));
    await world.api.post(`${path}/${early.id}/withdraw`);
    await world.quiet();
    const withdrawn = (await ben.menu()).button[0].name;
    const again = await begin(tagId);

    expect(tooEarly.code).toBe('menu_default_missing');
    expect(own).toMatchObject({ state: 'live', followers: 1, tag: { id: tagId, name: '会员' } });
    expect(before).toEqual(['会员日', '大家']);
    expect(after).toEqual(['大家', '会员日2']);
    expect(onPlatform.personal).toHaveLength(1);
    expect(withdrawn).toBe('大家');
    expect(again).toMatchObject({ id: early.id, state: 'off' });
    expect((await read(again.id)).problems).toEqual([]);
  });

  test('all menus go at once; three domains are the most; strangers see nothing', async () => {
    const { world, begin, read, publish, path } = await openWorld();
    const { kit, accountId } = world;
    await aFollower(kit, { accountId: 'elsewhere', tags: ['会员'] });
    const [tag] = await kit.db.read.all<{ id: string }>(`SELECT id FROM tag`);
    const anna = await world.follower();
    const menu = await begin();
    await publish(menu, [button('大家')]);
    const own = await begin(tag?.id ?? '');
    const pages = ['a', 'b', 'c', 'd'].map((host) =>
      button(host, { ...shop, url: `https://${host}.example/` }),
    );

    const wide = await publish(own, [button('页', { buttons: pages })]);
    const twice = await world.api.post(path, { accountId, tagId: null });
    await world.api.post(`${path}/${menu.id}/withdraw`);
    await world.quiet();

    expect(wide.errors[0].code).toBe('menu_domains');
    expect([twice.status, twice.body.code]).toEqual([409, 'menu_exists']);
    expect(await anna.menu()).toEqual({ button: [] });
    expect((await read(menu.id)).state).toBe('off');
    world.api.as({ accountIds: ['other'] });
    const answers = await Promise.all([
      world.api.get(`${path}?accountId=${accountId}`),
      world.api.get(`${path}/${menu.id}`),
      world.api.put(`${path}/${menu.id}`, { draft: [], revision: 1 }),
      world.api.post(path, { accountId, tagId: null }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });
});
