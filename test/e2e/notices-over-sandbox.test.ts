import { openFriendsWorld, type FriendsWorld } from '../support/friends-world';
import { onBothEngines } from '../support/open-kit';

const day = 86_400_000;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

onBothEngines('notices of losses and returns over the sandbox', (open) => {
  const opened: FriendsWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openFriendsWorld(await open());
    opened.push(world);
    const { kit, corpId, accountId } = world;
    const quiet = async () => {
      for (let looks = 0; looks < 200; looks += 1) {
        await kit.work.drain();
        const sql = `SELECT COUNT(*) AS n FROM job WHERE state = 'queued' AND dueAt <= ?`;
        const [left] = await kit.db.read.all<{ n: number }>(sql, [kit.clock.business()]);
        if (left?.n === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error('work is left');
    };
    const told = async (userId: string): Promise<string[]> => {
      const path = `/wecom/books/messages?corpId=${corpId}&userId=${userId}&via=app`;
      const { items } = await world.must('GET', path);
      return items.map((one: Loose) => String(one.text));
    };
    const befriend = async (userId: string, name: string): Promise<Loose> => {
      const made = await world.must('POST', '/wecom/people', { name });
      await world.person(made.personId, 'add-rep', { userId });
      await quiet();
      return made;
    };
    const changes = async (query = ''): Promise<Loose[]> =>
      (await world.api.get(`/api/v1/friend-changes?accountId=${accountId}${query}`)).body.items;
    return { world, quiet, told, befriend, changes };
  };

  test('a former friend who comes back over another rep: both know, and the history says so', async () => {
    const { world, quiet, told, befriend, changes } = await openWorld();
    const way = await world.api.post('/api/v1/contact-ways', {
      ...{ accountId: world.accountId, name: '收银台', state: 'till' },
      plan: { userIds: ['linlan'], shifts: [], spare: [] },
    });
    await quiet();
    const { personId, externalUserId } = await befriend('zhouning', '小雨');
    await world.advance(5 * day);
    await world.person(personId, 'delete-rep', { userId: 'zhouning' });
    await quiet();
    await world.advance(12 * day);
    await world.person(personId, 'add-rep', { state: 'till' });
    await quiet();

    const { id } = await world.findPerson(externalUserId);
    const titles = (await world.timeline(id)).map(({ title }) => title);
    const { body } = await world.api.get(`/api/v1/contact-ways/${way.body.id}/statistics`);
    expect(titles).toContain('以前是 zhouning 的好友，12 天后回来，加了 linlan');
    expect((await told('zhouning')).at(-1)).toBe('小雨 回来了：12 天后加了 linlan，没有加你。');
    expect(await told('linlan')).toEqual([
      '小雨 以前是 zhouning 的好友，12 天后回来，这次加了你。',
    ]);
    expect(body.back).toEqual({ same: 0, elsewhere: 1 });
    const [back] = await changes('&kind=elsewhere');
    const listed = await changes('&userId=linlan');
    const summary = await world.api.get('/api/v1/friend-changes/summary');
    expect(back).toMatchObject({
      ...{ name: '小雨', userId: 'linlan', source: 'till', told: ['zhouning', 'linlan'] },
      title: '以前是 zhouning 的好友，12 天后回来，加了 linlan',
    });
    expect(listed).toEqual([back]);
    expect(summary.body).toMatchObject({ lost: 1, returned: 0, elsewhere: 1 });
  });

  test('who was forgotten meanwhile comes back with a name, and the code that brought them keeps them', async () => {
    const { world, quiet, told, changes } = await openWorld();
    const way = await world.api.post('/api/v1/contact-ways', {
      ...{ accountId: world.accountId, name: '收银台', state: 'till' },
      plan: { userIds: ['zhouning'], shifts: [], spare: [] },
    });
    await quiet();
    const { personId } = await world.must('POST', '/wecom/people', { name: '小雨' });
    await world.person(personId, 'add-rep', { state: 'till' });
    await quiet();
    await world.person(personId, 'delete-rep', { userId: 'zhouning' });
    await quiet();
    const brought = async () => {
      const path = `/api/v1/contact-ways/${way.body.id}`;
      const { days, reps, back } = (await world.api.get(`${path}/statistics?days=60`)).body;
      const sum = (of: string) =>
        days.reduce((all: number, day: Loose) => all + Number(day[of]), 0);
      const { added, friends } = (await world.api.get(path)).body;
      return { days: [sum('added'), sum('lostByCustomer')], reps, back, list: [added, friends] };
    };
    const gone = await brought();
    const [lost] = await changes();
    await world.kit.db.transact(async (tx) => {
      await tx.query(`DELETE FROM contact_profile`);
    });
    await world.advance(31 * day);
    await world.person(personId, 'add-rep', { userId: 'zhouning' });
    await quiet();

    expect(lost).toMatchObject({ kind: 'lost', title: '删除或拉黑了 zhouning' });
    expect((await told('zhouning')).at(-1)).toBe('小雨 回来了：31 天后又加了你，第 2 次。');
    const rep = { userId: 'zhouning', added: 1, handedOver: 0 };
    expect(gone).toEqual({
      ...{ days: [1, 1], list: [1, 0], back: { same: 0, elsewhere: 0 } },
      reps: [expect.objectContaining({ ...rep, friends: 0, lost: 1 })],
    });
    expect(await brought()).toEqual({
      ...{ days: [1, 1], list: [1, 1], back: { same: 1, elsewhere: 0 } },
      reps: [expect.objectContaining({ ...rep, friends: 1, lost: 0 })],
    });
  });

  test('rep and leader are told once when a customer leaves and when they come back', async () => {
    const { world, quiet, told, befriend, changes } = await openWorld();
    const place = `/wecom/corps/${world.corpId}`;
    await world.must('PATCH', place, { leaders: { '1': ['linlan'] } });
    const { personId, externalUserId } = await befriend('zhouning', '小雨');

    await world.advance(9 * day);
    await world.person(personId, 'delete-rep', { userId: 'zhouning' });
    await quiet();
    const first = [await told('zhouning'), await told('linlan')];
    const { id } = await world.findPerson(externalUserId);
    await world.kit.db.transact((tx) =>
      tx.query(`UPDATE person SET displayName = '雨姐' WHERE id = ?`, [id]),
    );
    await world.advance(31 * day);
    await world.person(personId, 'add-rep', { userId: 'zhouning' });
    await quiet();
    const second = [await told('zhouning'), await told('linlan')];
    const listed = await changes();
    const summary = await world.api.get('/api/v1/friend-changes/summary?days=60');

    expect(first).toEqual([
      ['小雨 删除或拉黑了你，你们加好友 9 天。'],
      ['小雨 删除或拉黑了 zhouning，他们加好友 9 天。'],
    ]);
    expect(second).toEqual([
      [...(first[0] ?? []), '雨姐 回来了：31 天后又加了你，第 2 次。'],
      [...(first[1] ?? []), '雨姐 在 31 天后回来找 zhouning，第 2 次。'],
    ]);
    expect(listed.map(({ kind, name, told: to }) => [kind, name, to])).toEqual([
      ['returned', '雨姐', ['zhouning', 'linlan']],
      ['lost', '雨姐', ['zhouning', 'linlan']],
    ]);
    expect(await changes('&kind=lost')).toHaveLength(1);
    expect(await changes('&userId=linlan')).toEqual([]);
    expect(summary.body).toMatchObject({ lost: 1, dropped: 0, returned: 1, friends: 1 });
  });

  test('nobody above: those configured; a switched-off rep hears nothing', async () => {
    const { world, quiet, told, befriend, changes } = await openWorld();
    const path = `/api/v1/accounts/${world.accountId}/friend-notices`;
    const settings = { tellsRep: false, tellsManager: true, managers: ['linlan'] };
    const put = await world.api.put(path, { ...settings, deletionsAnHour: 3 });
    const lost = await befriend('zhouning', '子衿');
    const own = await befriend('linlan', '知夏');

    await world.person(lost.personId, 'delete-rep', { userId: 'zhouning' });
    await world.person(own.personId, 'delete-rep', { userId: 'linlan' });
    await quiet();

    expect(put.body).toEqual({ ...settings, deletionsAnHour: 3 });
    expect(await told('zhouning')).toEqual([]);
    expect(await told('linlan')).toEqual(['子衿 删除或拉黑了 zhouning。']);
    const listed = await changes();
    expect(listed.map(({ name, told: to }) => [name, to]).sort()).toEqual([
      ['子衿', ['linlan']],
      ['知夏', []],
    ]);
  });

  test('a rep who deletes many within an hour is told about once', async () => {
    const { world, quiet, told, befriend, changes } = await openWorld();
    await world.api.put(`/api/v1/accounts/${world.accountId}/friend-notices`, {
      ...{ tellsRep: true, tellsManager: true, managers: ['linlan'], deletionsAnHour: 3 },
    });
    const friends: Loose[] = [];
    for (const name of ['甲', '乙', '丙', '丁', '戊'])
      friends.push(await befriend('zhouning', name));
    const drop = async (from: number, to: number) => {
      for (const { externalUserId } of friends.slice(from, to)) {
        await world.staff('zhouning', 'delete-contact', { externalUserId });
        await quiet();
      }
    };

    await drop(0, 2);
    const few = await told('linlan');
    await drop(2, 5);
    const many = await told('linlan');

    expect(few).toEqual([]);
    expect(many).toEqual(['zhouning 一小时内删除了 3 位客户，请看一看。']);
    expect(await told('zhouning')).toEqual([]);
    expect((await changes('&kind=dropped')).map(({ told: to }) => to)).toEqual([
      ...[null, null, null, null, null],
    ]);
  });
});
