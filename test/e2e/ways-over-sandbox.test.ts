import { openFriendsWorld, type FriendsWorld } from '../support/friends-world';
import { onBothEngines } from '../support/open-kit';

const day = 86_400_000;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

onBothEngines('contact ways over the sandbox', (open) => {
  const opened: FriendsWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openFriendsWorld(await open());
    opened.push(world);
    const { accountId, kit } = world;
    for (const userId of ['linlan', 'zhouning']) {
      await kit.db.transact((tx) =>
        tx.query(
          `INSERT INTO staff (id, accountId, userId, name, position, status, seenAt)
           VALUES (?, ?, ?, ?, NULL, 'active', 0)`,
          [kit.newId(), accountId, userId, userId === 'linlan' ? '林岚' : '周宁'],
        ),
      );
    }
    const quiet = async () => {
      for (let looks = 0; looks < 200; looks += 1) {
        await kit.work.drain();
        const sql = `SELECT COUNT(*) AS n FROM job WHERE state = 'queued'`;
        const [left] = await kit.db.read.all<{ n: number }>(sql);
        if (left?.n === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error('work is left');
    };
    const make = async (more: object): Promise<Loose> => {
      const plan = { userIds: ['linlan'], shifts: [], spare: ['zhouning'] };
      const body = { accountId, name: '静安店 收银台', plan, ...more };
      const made = await world.api.post('/api/v1/contact-ways', body);
      await quiet();
      return made.status === 201 ? read(made.body.id) : made;
    };
    const read = async (id: string): Promise<Loose> =>
      (await world.api.get(`/api/v1/contact-ways/${id}`)).body;
    /** By the printed code, whoever stands behind it. */
    const scan = async (state: string, name = '小雨'): Promise<Loose> => {
      const { personId, externalUserId } = await world.must('POST', '/wecom/people', { name });
      const { userId } = await world.person(personId, 'add-rep', { state });
      await quiet();
      return { personId, externalUserId, userId };
    };
    const onPlatform = async (): Promise<string[]> => {
      const agent = world.book.weComOrThrow(accountId);
      const { items } = await world.wecom.listContactWays(agent);
      const ways = await Promise.all(items.map((id) => world.wecom.getContactWay(agent, id)));
      return ways.flatMap(({ userIds }) => userIds);
    };
    return { world, make, read, scan, onPlatform, quiet };
  };

  test('who comes by a code is greeted, tagged and remarked by it, and counted', async () => {
    const { world, make, read, scan, quiet } = await openWorld();
    const way = await make({
      ...{ tags: ['想到店'], remark: '静安', welcome: '我是{{ rep.name }}，欢迎来静安店' },
      state: 'shop_jingan',
    });

    const { personId, externalUserId, userId } = await scan('shop_jingan');
    const person = await world.findPerson(externalUserId);
    const path = `/wecom/books/messages?externalUserId=${externalUserId}&via=welcome`;
    const { items } = await world.must('GET', path);
    const seen = await world.wecom.getContact(
      world.book.weComOrThrow(world.accountId),
      externalUserId,
    );
    await world.person(personId, 'delete-rep', { userId });
    await quiet();
    const after = await read(way.id);
    const told = (await world.api.get(`/api/v1/contact-ways/${way.id}/statistics?days=2`)).body;

    expect(way).toMatchObject({ qrUrl: expect.stringContaining('/qr/'), trouble: null });
    expect(way.behind).toEqual([{ userId: 'linlan', name: '林岚' }]);
    expect(JSON.stringify(items)).toContain('我是林岚，欢迎来静安店');
    expect(person.tags.map((tag: Loose) => tag.name)).toEqual(['想到店']);
    expect(seen.links[0]?.remark).toBe('小雨 静安');
    expect(after).toMatchObject({ added: 1, friends: 0 });
    expect(told.days[1]).toMatchObject({ added: 1, lostByCustomer: 1, lostByRep: 0, still: 0 });
    expect(told.reps).toEqual([
      { userId: 'linlan', name: '林岚', added: 1, friends: 0, handedOver: 0, lost: 1 },
    ]);
    const lines = (await world.timeline(person.id)).map(({ title }: Loose) => title);
    expect(lines).toEqual(
      expect.arrayContaining(['加了 林岚 为好友，通过「静安店 收银台」', '自动打上标签「想到店」']),
    );
    expect(person.contacts[0].reps[0].addWay).toBe('qr-code');
  });

  test('a rep whose day is full gives way to the spare one, and is back after midnight', async () => {
    const { world, make, read, scan, onPlatform, quiet } = await openWorld();
    const way = await make({ capPerDay: 2 });

    const first = [await scan(way.state), await scan(way.state)].map(({ userId }) => userId);
    const full = await onPlatform();
    const next = await scan(way.state);
    const shown = await read(way.id);
    await world.advance(day);
    await world.kit.schedules.beat();
    await quiet();

    expect(first).toEqual(['linlan', 'linlan']);
    expect(full).toEqual(['zhouning']);
    expect(next.userId).toBe('zhouning');
    expect(shown.today).toEqual(
      expect.arrayContaining([
        { userId: 'linlan', name: '林岚', added: 2 },
        { userId: 'zhouning', name: '周宁', added: 1 },
      ]),
    );
    expect(await onPlatform()).toEqual(['linlan']);
  });

  test('a rep who leaves gives their codes to the others of the plan; one alone shows that nobody is left', async () => {
    const { world, make, read, scan, quiet } = await openWorld();
    const staff = `/wecom/corps/${world.corpId}/staff`;
    await world.must('POST', staff, { userId: 'xunuo', name: '许诺' });
    const heard = async () => {
      await world.advance(3_000);
      await quiet();
    };
    await heard();
    const plan = { userIds: ['linlan'], shifts: [], spare: ['zhouning'] };
    const shared = await make({ plan });
    const own = await make({ isSingle: true, plan: { ...plan, spare: [] } });
    const hired = await make({ plan: { ...plan, spare: ['xunuo'] } });

    await world.staff('linlan', 'leave');
    await world.staff('xunuo', 'rename', { newUserId: 'xu.nuo' });
    await heard();
    const came = await scan(shared.state);
    const put = async (userIds: string[]): Promise<Loose> => {
      const { capPerDay, skipsVerification, tags, remark, welcome } = shared;
      const rest = { capPerDay, skipsVerification, tags, remark, welcome };
      const body = { ...rest, name: '柜台', plan: { ...plan, userIds } };
      return world.api.put(`/api/v1/contact-ways/${shared.id}`, body);
    };
    const kept = await put(['linlan']);
    await put(['zhouning']);
    const again = await put(['linlan']);

    expect(came.userId).toBe('zhouning');
    expect((await read(own.id)).trouble).toBe('userid-unknown');
    expect(await read(hired.id)).toMatchObject({
      ...{ plan: { spare: ['xu.nuo'] }, behind: [{ userId: 'xu.nuo', name: '许诺' }] },
      trouble: null,
    });
    expect([kept.status, again.status]).toEqual([200, 400]);
    expect(again.body.errors).toEqual([
      expect.objectContaining({ code: 'staff_left', message: '已经离职：林岚。换一位导购。' }),
    ]);
  });

  test('what WeCom would refuse is refused here; a refusal of WeCom is shown; a removed code is gone', async () => {
    const { world, make, read, onPlatform, quiet } = await openWorld();
    const plan = { userIds: ['linlan', 'zhouning'], shifts: [], spare: [] };
    const way = await make({ state: 'parcel_card' });

    const crowd = await make({ isSingle: true, plan });
    const stranger = await make({ plan: { ...plan, userIds: ['nobody'] } });
    const twice = await make({ state: 'parcel_card' });
    const words = await make({ welcome: '你好 {{ person.name }}' });
    const staff = `/wecom/corps/${world.corpId}/staff/zhouning`;
    await world.must('PATCH', staff, { verified: false });
    const troubled = await make({ plan });
    await world.api.post(`/api/v1/contact-ways/${way.id}/remove`);
    await quiet();

    const codes = [crowd, stranger, words].map(({ body }) => body.errors?.[0]?.code);
    expect(codes).toEqual(['one_rep_only', 'staff_unknown', 'variable_unknown']);
    expect([twice.status, twice.body.code]).toEqual([409, 'way_state_taken']);
    expect(troubled).toMatchObject({ qrUrl: null, trouble: 'rep-not-verified' });
    expect((await read(way.id)).code).toBe('not_found');
    expect(await onPlatform()).toEqual([]);
  });

  test('who scans a code of rooms comes into one with a place; a room WeCom makes stays behind it', async () => {
    const { world, quiet } = await openWorld();
    const { accountId, api } = world;
    await world.must('PATCH', `/wecom/corps/${world.corpId}`, { roomSize: 2 });
    const heard = async () => {
      await world.advance(3_000);
      await quiet();
    };
    for (const name of ['福利群', '老客群']) await world.staff('linlan', 'create-room', { name });
    await heard();
    const rooms = (await api.get('/api/v1/rooms')).body.items as Loose[];
    const idOf = (name: string): string => rooms.find((room) => room.name === name).id;
    const scan = async (): Promise<Loose> => {
      const { personId } = await world.must('POST', '/wecom/people', { name: '小雨' });
      const { roomId } = await world.person(personId, 'join-room', { state: 'counter' });
      await heard();
      return { personId, roomId };
    };
    const body = { name: '柜台', roomIds: [idOf('福利群')], baseName: '新福利群' };
    const unnamed = { ...body, accountId, baseName: null };
    const strange = { ...body, accountId, roomIds: ['nothing'] };

    const refused = [
      await api.post('/api/v1/room-codes', unnamed),
      await api.post('/api/v1/room-codes', strange),
    ];
    const { id } = (await api.post('/api/v1/room-codes', { ...body, accountId, state: 'counter' }))
      .body;
    await quiet();
    const made = (await api.get(`/api/v1/room-codes/${id}`)).body;
    const [first, second] = [await scan(), await scan()];
    await world.person(first.personId, 'leave-room', { roomId: first.roomId });
    await heard();
    const more = [idOf('老客群'), idOf('福利群')];
    await api.put(`/api/v1/room-codes/${id}`, { ...body, roomIds: more });
    await quiet();
    const inRoom = await api.get(`/api/v1/rooms/${idOf('福利群')}/members?state=left`);
    const after = (await api.get(`/api/v1/room-codes/${id}`)).body;
    const { days } = (await api.get(`/api/v1/room-codes/${id}/statistics?days=2`)).body;
    await api.post(`/api/v1/room-codes/${id}/remove`);
    await quiet();
    const gone = await api.get(`/api/v1/room-codes/${id}`);

    expect(refused.map((answer: Loose) => answer.body.errors[0].code)).toEqual([
      ...['base_name_missing', 'room_unknown'],
    ]);
    expect(made).toMatchObject({
      qrUrl: expect.stringContaining('/qr/'),
      trouble: null,
      joined: 0,
    });
    expect(inRoom.body.items[0]).toMatchObject({ source: 'counter', sourceName: '柜台' });
    expect(second.roomId).not.toBe(first.roomId);
    expect(after.behind.map((room: Loose) => [room.name, room.came])).toEqual([
      ['老客群', 0],
      ['福利群', 0],
      ['新福利群1', 1],
    ]);
    expect(after).toMatchObject({ joined: 2, stayed: 1, roomIds: more });
    expect(days[1]).toMatchObject({ joined: 2, left: 1, still: 1 });
    expect(gone.status).toBe(404);
    await expect(world.person(first.personId, 'join-room', { state: 'counter' })).rejects.toThrow(
      '404',
    );
  });

  test('a greeting brings pictures WeCom holds already, by source, by rep, by the hour or for all', async () => {
    const { world, quiet } = await openWorld();
    const { accountId, api, kit } = world;
    const [picture, cover] = [await world.picture('橱窗'), await world.picture('小程序')];
    const link = { kind: 'link', title: '新人礼', url: 'https://shop.example/new' };
    const card = { kind: 'mini-program', title: '到店预约', page: 'pages/book', cover };
    const hours = (from: number, to: number) => {
      const at = (offset: number) =>
        new Intl.DateTimeFormat('sv-SE', {
          ...{ timeZone: kit.settings.orgZone, timeStyle: 'short' as const },
        }).format(kit.clock.business() + offset * 3_600_000);
      return { from: at(from), to: at(to) };
    };
    const path = `/api/v1/accounts/${accountId}/welcomes`;
    const welcomes = {
      standard: '你好',
      standardAttachments: [{ kind: 'image', media: picture }],
      bySource: [{ source: 'shop', text: '欢迎来店', attachments: [link] }],
      special: [
        { userIds: ['zhouning'], ...hours(2, 3), text: '不在班', attachments: [] },
        {
          ...{ userIds: ['zhouning'], ...hours(-2, 2), text: '{{ rep.name }}在' },
          attachments: [
            { ...card, appId: 'wx0123456789abcdef' },
            { kind: 'image', media: picture },
          ],
        },
      ],
    };
    const greeted = async (more: object): Promise<Loose[]> => {
      const { personId, externalUserId } = await world.must('POST', '/wecom/people', {});
      await world.person(personId, 'add-rep', more);
      await quiet();
      const books = `/wecom/books/messages?externalUserId=${externalUserId}&via=welcome`;
      return (await world.must('GET', books)).items.map((one: Loose) => one.kind).sort();
    };

    const stranger = { kind: 'image', media: 'lib-01ARZ3NDEKTSV4RRFFQ69G5FAV' };
    const refused = [
      await api.put(path, { ...welcomes, standardAttachments: [stranger] }),
      await api.put(path, {
        ...welcomes,
        special: [{ userIds: [], from: null, to: null, text: '好' }],
      }),
      await api.put(path, { ...welcomes, standardAttachments: Array(10).fill(link) }),
    ];
    const waiting = (await api.put(path, welcomes)).body.files;
    await quiet();
    const { files } = (await api.get(path)).body;
    const said = [
      await greeted({ userId: 'linlan' }),
      await greeted({ userId: 'linlan', state: 'shop' }),
      await greeted({ userId: 'zhouning' }),
    ];
    // Three days later the copies are other ones, without anybody's doing.
    await kit.db.transact((tx) => world.attachments.plan(tx));
    await world.advance(2.6 * day);
    await kit.schedules.beat();
    await quiet();
    await world.advance(0.42 * day);
    const later = await greeted({ userId: 'zhouning' });

    expect(refused.map((answer: Loose) => answer.body.errors[0].code)).toEqual([
      ...['media_missing', 'special_for_all', 'too_big'],
    ]);
    expect(waiting.map((one: Loose) => one.state)).toEqual(['waiting', 'waiting']);
    expect(files.map((one: Loose) => one.state)).toEqual(['live', 'live']);
    expect(said[0]).toEqual(['image', 'text']);
    expect(said[1]).toEqual(['link', 'text']);
    expect(said[2]).toEqual(['image', 'miniprogram', 'text']);
    expect(later).toEqual(said[2]);
  });

  test('a greeting of rooms reaches WeCom with its picture, is changed there, and is gone there', async () => {
    const { world, quiet } = await openWorld();
    const { accountId, api, wecom, kit } = world;
    const path = '/api/v1/room-greetings';
    const image = { kind: 'image', media: await world.picture('群规') };
    const body = { name: '福利群', text: '欢迎 %NICKNAME%', attachments: [image] };
    const read = async (id: string): Promise<Loose> => (await api.get(`${path}/${id}`)).body;
    const templateOf = async (id: string): Promise<string | null> => {
      const sql = `SELECT templateId FROM room_greeting WHERE id = ?`;
      return (
        (await kit.db.read.all<{ templateId: string | null }>(sql, [id]))[0]?.templateId ?? null
      );
    };

    const twoPictures = await api.post(path, { ...body, accountId, attachments: [image, image] });
    const { id } = (await api.post(path, { ...body, accountId })).body;
    await quiet();
    const [made, template] = [await read(id), await templateOf(id)];
    await api.put(`${path}/${id}`, { ...body, attachments: [], text: '你好' });
    await quiet();
    const changed = await read(id);
    await api.post(`${path}/${id}/remove`);
    await quiet();

    expect(twoPictures.body.errors[0].path).toBe('attachments');
    expect(made).toMatchObject({ state: 'ready', trouble: null });
    expect(changed).toMatchObject({ state: 'ready', text: '你好', attachments: [] });
    expect(template).toMatch(/^msg/);
    expect(await templateOf(id)).toBeNull();
    const agent = world.book.weComOrThrow(accountId);
    const again = wecom.changeRoomWelcome(agent, template ?? '', { text: '好' });
    await expect(again).rejects.toMatchObject({ errcode: 40058 });
  });

  test('of two editors of one thing the later one is told who was quicker', async () => {
    const { world, quiet } = await openWorld();
    const { accountId, api } = world;
    await world.staff('linlan', 'create-room', { name: '福利群' });
    await world.advance(3_000);
    await quiet();
    const room = (await api.get('/api/v1/rooms')).body.items[0].id as string;
    const plan = { userIds: ['linlan'], shifts: [], spare: [] };
    const things: [string, object][] = [
      ['contact-ways', { name: '柜台', plan }],
      ['contact-ways', { name: '短视频', plan, kind: 'link' }],
      ['room-codes', { name: '入群码', roomIds: [room], baseName: '群' }],
      ['room-greetings', { name: '群规', text: '你好' }],
    ];
    const paths = [`/api/v1/accounts/${accountId}/welcomes`];
    const forms: object[] = [{ standard: '你好', bySource: [] }];
    for (const [kind, form] of things) {
      const { body } = await api.post(`/api/v1/${kind}`, { accountId, ...form });
      paths.push(`/api/v1/${kind}/${body.id as string}`);
      forms.push(Object.fromEntries(Object.entries(form).filter(([name]) => name !== 'kind')));
    }

    for (const [index, path] of paths.entries()) {
      const form = forms[index] ?? {};
      const { version } = (await api.get(path)).body as { version: number };
      const both = await Promise.all([1, 2].map(() => api.put(path, { ...form, version })));
      const late = both.find(({ status }) => status === 409)?.body;
      const over = await api.put(path, { ...form, version: late?.version });
      const blind = await api.put(path, form);

      expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(late).toMatchObject({ code: 'record_changed_meanwhile', version: version + 1 });
      expect([late?.by, Date.parse(late?.at)]).toEqual([expect.any(String), expect.any(Number)]);
      expect([over.status, blind.status]).toEqual([200, 200]);
      expect(over.body.version).toBe(version + 2);
    }
  });

  test('a link brings its channel along: who comes by it is greeted and counted; uses that run out are told', async () => {
    const { world, make, read, quiet } = await openWorld();
    const { accountId, corpId, must, api } = world;
    await must('PATCH', `/wecom/corps/${corpId}`, { acquisitionBalance: 20 });
    await api.put(`/api/v1/accounts/${accountId}/friend-notices`, {
      ...{ tellsRep: true, tellsManager: true, managers: ['zhouning'], deletionsAnHour: 10 },
    });
    const way = await make({
      kind: 'link',
      state: 'douyin_07',
      welcome: '从视频来的朋友你好',
      name: '短视频',
    });
    const follow = (path: string) =>
      fetch(new URL(path, world.kit.settings.publicUrl), { redirect: 'manual' });
    const opened = await follow(way.linkUrl);
    const gone = await follow(way.linkUrl.replace(/ca\/\w+/, 'ca/none'));
    const [linkId, channel] = /ca\/(\w+)\?customer_channel=(\w+)/.exec(way.linkUrl)?.slice(1) ?? [];
    const before = (await api.get(`/api/v1/accounts/${accountId}/acquisition-balance`)).body;
    const { personId, externalUserId } = await must('POST', '/wecom/people', { name: '小雨' });
    const behind = await must('GET', `/wecom/links/${linkId}`);
    await world.person(personId, 'open', { url: way.linkUrl });
    await quiet();
    const greeted = await must(
      'GET',
      `/wecom/books/messages?externalUserId=${externalUserId}&via=welcome`,
    );
    const told = await must('GET', `/wecom/books/messages?userId=zhouning&via=app`);
    const low = (await api.get(`/api/v1/accounts/${accountId}/acquisition-balance`)).body;
    const counted = await read(way.id);
    const { name, plan, tags, remark, welcome } = counted;
    const change = {
      name,
      tags,
      remark,
      welcome,
      plan: { ...plan, userIds: ['zhouning'], spare: [] },
    };
    await api.put(`/api/v1/contact-ways/${way.id}`, change);
    await quiet();
    const changed = await read(way.id);
    const other = await must('POST', '/wecom/people', { name: '小雪' });
    const met = await world.person(other.personId, 'add-rep', { linkId, customerChannel: channel });
    await must('POST', `/wecom/corps/${corpId}/events`, {
      ...{ event: 'customer_acquisition', changeType: 'link_unavailable' },
      fields: { LinkId: linkId },
    });
    await quiet();
    const broken = await read(way.id);
    const links = (await api.get(`/api/v1/contact-ways?kind=link`)).body.items;
    const codes = (await api.get(`/api/v1/contact-ways?kind=code`)).body.items;
    await api.post(`/api/v1/contact-ways/${way.id}/remove`);
    await quiet();
    const agent = world.book.weComOrThrow(accountId);
    const { items: left } = await world.wecom.listAcquisitionLinks(agent);
    const single = await make({ kind: 'link', isSingle: true, plan: { ...plan, spare: [] } });

    expect(channel).toBe('douyin_07');
    expect(opened.headers.get('location')).toBe(
      `/sandbox/?ca=${linkId}&customer_channel=douyin_07`,
    );
    expect([opened.status, gone.status]).toEqual([302, 404]);
    expect(behind).toMatchObject({ corpId, userIds: ['linlan'] });
    expect(before).toMatchObject({ balance: 20, isLow: false });
    expect(JSON.stringify(greeted)).toContain('从视频来的朋友你好');
    expect(JSON.stringify(told)).toContain('获客助手的次数不到 20 次了');
    expect(low).toMatchObject({ balance: 19, isLow: true });
    expect(counted).toMatchObject({
      kind: 'link',
      added: 1,
      friends: 1,
      qrUrl: null,
      trouble: null,
    });
    expect(changed).toMatchObject({ behind: [{ userId: 'zhouning' }], linkUrl: way.linkUrl });
    expect(met.userId).toBe('zhouning');
    expect(broken).toMatchObject({ trouble: 'link-unavailable', added: 2 });
    expect([links.length, codes.length]).toEqual([1, 0]);
    expect(left).toEqual([]);
    expect(single.status).toBe(400);
  });
});
