import { execute } from '../../src/kernel/database';
import { handOverOf } from '../../src/relationships';
import { knownFriends } from '../../src/sales';
import { openFriendsWorld, type FriendsWorld } from '../support/friends-world';
import { onBothEngines } from '../support/open-kit';

const minute = 60_000;
const hour = 60 * minute;
type Named = { name: string };

onBothEngines('tags and customers of a corp', (open) => {
  const opened: FriendsWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openFriendsWorld(await open());
    opened.push(world);
    return world;
  };
  /** What is due now, and what follows from it. */
  const settle = async (world: FriendsWorld): Promise<void> => {
    for (let round = 0; round < 60; round += 1) {
      await world.kit.work.drain();
      const soon = world.kit.clock.business() + minute;
      const [left] = await world.kit.db.read.all<{ n: number }>(
        `SELECT COUNT(*) AS n FROM job WHERE state = 'queued' AND dueAt < ?`,
        [soon],
      );
      if (left?.n === 0) return;
      await world.advance(2_000);
    }
    throw new Error('work without an end');
  };
  const sync = async (world: FriendsWorld): Promise<void> => {
    await world.api.post(`/api/v1/accounts/${world.accountId}/sync`);
    await settle(world);
  };
  const befriend = async (world: FriendsWorld, name: string, ...userIds: string[]) => {
    const made = await world.must('POST', '/wecom/people', { name });
    for (const userId of userIds) await world.person(made.personId, 'add-rep', { userId });
    return made as { personId: string; externalUserId: string };
  };
  const tagNames = async (world: FriendsWorld, externalUserId: string): Promise<string[]> =>
    (await world.findPerson(externalUserId)).tags.map(({ name }: Named) => name);
  /** Tags in WeCom by rep. */
  const inWeCom = async (world: FriendsWorld, personId: string) => {
    const { contacts } = await world.must('GET', `/wecom/people/${personId}`);
    const { items: groups } = await world.must('GET', `/wecom/corps/${world.corpId}/tags`);
    const names = new Map<string, string>(
      groups.flatMap(({ tags }: { tags: { id: string; name: string }[] }) =>
        tags.map((tag) => [tag.id, tag.name]),
      ),
    );
    return Object.fromEntries(
      contacts[0].reps.map(({ userId, tagIds }: { userId: string; tagIds: string[] }) => [
        userId,
        tagIds.map((id) => names.get(id)).sort(),
      ]),
    ) as Record<string, string[]>;
  };
  const addTags = (world: FriendsWorld, group: string, names: string[]) =>
    world.must('POST', `/wecom/corps/${world.corpId}/tags`, { group, names });
  const toldTo = async ({ must, corpId }: FriendsWorld, userId: string): Promise<string[]> => {
    const path = `/wecom/books/messages?corpId=${corpId}&userId=${userId}&via=app`;
    const { items } = await must('GET', path);
    return items.map(({ text }: { text: string }) => text);
  };
  const view = async (world: FriendsWorld) =>
    (await world.api.get(`/api/v1/accounts/${world.accountId}/corp-tags`)).body;

  test('tags are followed from WeCom and told to it; what one rep noted is not spread', async () => {
    const world = await openWorld();
    await addTags(world, '意向', ['高意向', '待回访']);
    const { personId, externalUserId } = await befriend(world, '小雨', 'linlan', 'zhouning');
    await sync(world);
    const { items: groups } = await world.must('GET', `/wecom/corps/${world.corpId}/tags`);
    const idOf = (name: string) => groups[0].tags.find((one: Named) => one.name === name).id;
    const [high, later] = [idOf('高意向'), idOf('待回访')];
    await world.staff('linlan', 'edit-contact', { externalUserId, addTags: [high] });
    await settle(world);
    const followed = await tagNames(world, externalUserId);

    const { id } = await world.findPerson(externalUserId);
    await world.api.put(`/api/v1/people/${id}/tags`, { add: ['待回访'], remove: [] });
    await settle(world);
    const told = await inWeCom(world, personId);
    await world.api.put(`/api/v1/people/${id}/tags`, { add: [], remove: ['高意向'] });
    await settle(world);
    const taken = await inWeCom(world, personId);
    await world.staff('linlan', 'edit-contact', { externalUserId, removeTags: [later] });
    await settle(world);
    const half = await tagNames(world, externalUserId);
    await world.staff('zhouning', 'edit-contact', { externalUserId, removeTags: [later] });
    await settle(world);

    expect(followed).toEqual(['高意向']);
    expect(told).toEqual({ linlan: ['待回访', '高意向'].sort(), zhouning: ['待回访'] });
    expect(taken).toEqual({ linlan: ['待回访'], zhouning: ['待回访'] });
    expect(half).toEqual(['待回访']);
    expect(await tagNames(world, externalUserId)).toEqual([]);
    expect(await view(world)).toMatchObject({ waiting: 0, refused: [] });
    const kinds = (await world.timeline(id)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => /tagged/.test(kind))).toEqual([
      ...['untagged', 'untagged', 'tagged', 'tagged'],
    ]);
  });

  test('a name in two groups is shown and followed in neither; a renamed tag is followed', async () => {
    const world = await openWorld();
    const { corpId, kit, accountId } = world;
    await addTags(world, '意向', ['高', '来过店']);
    await addTags(world, '价值', ['高']);
    const { externalUserId } = await befriend(world, '小雪', 'linlan');
    await sync(world);
    const { items: groups } = await world.must('GET', `/wecom/corps/${corpId}/tags`);
    const idOf = (group: string, name: string) =>
      groups.find((one: Named) => one.name === group).tags.find((one: Named) => one.name === name)
        .id;
    await world.staff('linlan', 'edit-contact', {
      ...{ externalUserId, addTags: [idOf('意向', '高'), idOf('意向', '来过店')] },
    });
    await settle(world);
    const before = await view(world);
    const first = await tagNames(world, externalUserId);
    await world.must('PATCH', `/wecom/tags/${idOf('价值', '高')}`, {
      name: '高价值',
    });
    await world.must('PATCH', `/wecom/tags/${idOf('意向', '来过店')}`, {
      name: '到过店',
    });
    await settle(world);
    const after = await view(world);
    const renamed = await tagNames(world, externalUserId);
    const { id } = await world.findPerson(externalUserId);
    await world.api.put(`/api/v1/people/${id}/tags`, { add: ['会员'], remove: [] });
    const only = (await view(world)).onlyHere.find(({ name }: Named) => name === '会员');
    const made = await world.api.post(`/api/v1/accounts/${accountId}/corp-tags`, {
      ...{ group: '观系', tagIds: [only.id] },
    });
    await settle(world);
    const [row] = await kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM link_corp_tag l JOIN corp_tag c ON c.id = l.corpTag
       WHERE c.name = '会员'`,
    );

    const conflicts = (one: { groups: { tags: (Named & { conflict: boolean })[] }[] }) =>
      one.groups.flatMap(({ tags }) => tags.filter(({ conflict }) => conflict)).length;
    expect([conflicts(before), conflicts(after)]).toEqual([2, 0]);
    expect(first).toEqual(['来过店']);
    expect(renamed.sort()).toEqual(['到过店', '高'].sort());
    expect(made.status).toBe(201);
    expect(row?.n).toBe(1);
  });

  test('customers of a rep here are handed over: one refuses, one cannot be asked twice', async () => {
    const world = await openWorld();
    const { api, accountId } = world;
    const rain = await befriend(world, '小雨', 'linlan');
    const snow = await befriend(world, '小雪', 'linlan');
    await world.must('POST', `/wecom/corps/${world.corpId}/staff`, {
      ...{ userId: 'chenyu', name: '陈屿' },
    });
    await sync(world);
    const order = { accountId, way: 'on-job', fromUserId: 'linlan', toUserId: 'zhouning' };

    const made = await api.post('/api/v1/handovers', { ...order, message: '以后由周宁照顾您' });
    const again = await api.post('/api/v1/handovers', order);
    const wrong = await api.post('/api/v1/handovers', { ...order, way: 'resigned' });
    await settle(world);
    const asked = (await api.get(`/api/v1/handovers/${made.body.id}`)).body;
    await world.person(snow.personId, 'refuse-transfer');
    await settle(world);
    const refused = (await api.get(`/api/v1/handovers/${made.body.id}/items?state=refused`)).body;
    await world.advance(25 * hour);
    await settle(world);
    await settle(world);

    expect([made.status, again.status, wrong.status]).toEqual([201, 409, 400]);
    expect(asked).toMatchObject({ total: 2, counts: { waiting: 2 }, endedAt: null });
    expect(refused.items).toEqual([expect.objectContaining({ name: '小雪' })]);
    const over = (await api.get(`/api/v1/handovers/${made.body.id}`)).body;
    expect(over).toMatchObject({ counts: { done: 1, refused: 1, waiting: 0 } });
    expect(over.endedAt).not.toBeNull();
    const person = await world.findPerson(rain.externalUserId);
    const states = person.contacts[0].reps.map(
      ({ userId, state }: { userId: string; state: string }) => [userId, state],
    );
    expect(states.sort()).toEqual([
      ...[
        ['linlan', 'transferred'],
        ['zhouning', 'friend'],
      ],
    ]);
    // Told by two events and by our order, it is one thing that happened.
    const titles = (await world.timeline(person.id)).map(({ title }) => title);
    expect(titles.filter((title) => /移交完成|名下移交$|周宁 为好友/.test(title))).toEqual([
      '移交完成：林岚 → 周宁',
    ]);
    const sides = await world.kit.db.read.all<{ id: string; userId: string }>(
      `SELECT id, userId FROM staff_link WHERE state IN ('friend', 'transferred')
       AND identityId = (SELECT id FROM identity WHERE externalId = ?) ORDER BY userId`,
      [rain.externalUserId],
    );
    const told = await Promise.all(sides.map(({ id }) => handOverOf(world.kit.db.read, id)));
    expect(told).toEqual([
      { to: '周宁', knownSince: expect.any(Number) },
      { from: '林岚', knownSince: told[0]?.knownSince },
    ]);
    const [known] = await knownFriends(world.kit, { accountId, userId: 'zhouning' });
    expect(known?.facts.handedOver).toEqual({ from: '林岚' });
    expect(await toldTo(world, 'zhouning')).toEqual(['林岚 的客户 小雨 交接给你了。']);
  });

  test('customers and rooms of a rep who left are handed over, although nobody tells how it ended', async () => {
    const world = await openWorld();
    const { api, accountId, kit } = world;
    const way = await api.post('/api/v1/contact-ways', {
      ...{ accountId, name: '收银台', state: 'till' },
      plan: { userIds: ['linlan'], shifts: [], spare: [] },
    });
    const rain = await befriend(world, '小雨');
    await world.person(rain.personId, 'add-rep', { userId: 'linlan', state: 'till' });
    await world.staff('linlan', 'create-room', { name: '静安老客' });
    await sync(world);
    await world.staff('linlan', 'leave');
    await settle(world);
    const left = (await api.get(`/api/v1/accounts/${accountId}/givers?state=left`)).body;
    // The answers to our orders are lost: they are asked for once more, and that is no refusal.
    await world.must('POST', '/faults', {
      ...{ where: 'wecom-transfer', kind: 'reset-mid-reply', count: 2 },
    });

    const made = await api.post('/api/v1/handovers', {
      ...{ accountId, way: 'resigned', fromUserId: 'linlan', toUserId: 'zhouning' },
      withRooms: true,
    });
    await settle(world);
    const asked = (await api.get(`/api/v1/handovers/${made.body.id}`)).body;
    await world.must('POST', '/faults', { where: 'wecom-callback', kind: 'drop-callback' });
    for (let hours = 0; hours < 27; hours += 1) {
      await world.advance(hour);
      await kit.work.drain();
    }

    expect(left.items).toEqual([expect.objectContaining({ userId: 'linlan', friends: 1 })]);
    expect(asked).toMatchObject({ counts: { waiting: 1, rejected: 0 }, rooms: { done: 1 } });
    const over = (await api.get(`/api/v1/handovers/${made.body.id}`)).body;
    expect(over.counts).toMatchObject({ done: 1, waiting: 0 });
    const person = await world.findPerson(rain.externalUserId);
    expect(person.contacts[0].reps[0]).toMatchObject({ userId: 'linlan', state: 'transferred' });
    const titles = (await world.timeline(person.id)).map(({ title }) => title);
    expect(titles.filter((title) => /移交完成|名下移交$|周宁 为好友/.test(title))).toEqual([
      '移交完成：林岚 → 周宁',
    ]);
    expect(await toldTo(world, 'zhouning')).toEqual(['林岚 的客户 小雨 交接给你了。']);
    const { reps } = (await api.get(`/api/v1/contact-ways/${way.body.id}/statistics`)).body;
    expect(reps).toEqual([
      expect.objectContaining({ userId: 'linlan', added: 1, friends: 0, handedOver: 1, lost: 0 }),
    ]);
  });

  test('rooms go with a hand-over, and are done when WeCom names the new owner', async () => {
    const world = await openWorld();
    const { api, accountId, kit } = world;
    const { roomId } = await world.staff('linlan', 'create-room', { name: '静安老客' });
    const other = await world.staff('linlan', 'create-room', { name: '徐汇新客' });
    await sync(world);
    await world.staff('zhouning', 'create-room', { name: '周宁的群' });
    await world.must('POST', `/wecom/rooms/${other.roomId}/change-owner`, { userId: 'zhouning' });
    await kit.db.transact((tx) =>
      execute(tx, `UPDATE room SET ownerId = 'linlan' WHERE roomId = ?`, [other.roomId]),
    );
    const order = { accountId, fromUserId: 'linlan', toUserId: 'zhouning', withRooms: true };

    const made = await api.post('/api/v1/handovers', {
      ...{ ...order, way: 'on-job', identityIds: [] },
    });
    const again = await api.post('/api/v1/handovers', {
      ...{ ...order, way: 'on-job', identityIds: [] },
    });
    await settle(world);
    const over = (await api.get(`/api/v1/handovers/${made.body.id}`)).body;
    const rooms = (await api.get(`/api/v1/handovers/${made.body.id}/rooms`)).body.items;
    const there = await world.must('GET', `/wecom/rooms/${roomId}`);

    expect([made.status, made.body.rooms.queued, again.status]).toEqual([201, 2, 409]);
    expect(over).toMatchObject({ total: 0, rooms: { done: 1, rejected: 1, waiting: 0 } });
    expect(over.endedAt).not.toBeNull();
    const told = rooms.map(({ name, state, reason }: Record<string, string>) => [
      ...[name, state, reason],
    ]);
    expect(told.sort()).toEqual([
      ['徐汇新客', 'rejected', 'owner-unchanged'],
      ['静安老客', 'done', null],
    ]);
    expect(there.owner).toBe('zhouning');
  });
});
