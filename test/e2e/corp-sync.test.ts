import { startContactSync } from '../../src/relationships';
import type { Db } from '../../src/kernel/database';
import { openFriendsWorld, type FriendsWorld } from '../support/friends-world';
import { onBothEngines, type TestKit } from '../support/open-kit';

const minute = 60_000;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

/** A process that dies again and again, before its commit and after it. */
function dying(plain: TestKit): TestKit & { cuts: { armed: boolean; count: number } } {
  const cuts = { armed: false, count: 0 };
  let turn = 0;
  const transact: Db['transact'] = async (work) => {
    // Not while the directory is written: that is several transactions of one step.
    const [read] = await plain.db.read.all<{ reps: number }>(`SELECT reps FROM sync_report`);
    if (!cuts.armed || !read?.reps) return plain.db.transact(work);
    turn += 1;
    if (turn % 5 === 1) {
      cuts.count += 1;
      await plain.db
        .transact(async (tx) => {
          await work(tx);
          throw new Error('died before the commit');
        })
        .catch(() => undefined);
      throw new Error('died');
    }
    const done = await plain.db.transact(work);
    if (turn % 5 === 4) {
      cuts.count += 1;
      throw new Error('died after the commit');
    }
    return done;
  };
  const db = new Proxy(plain.db, {
    get: (target, name) =>
      name === 'transact' ? transact : (Reflect.get(target, name, target) as unknown),
  });
  return { ...plain, db, cuts };
}

onBothEngines('a corp kept in step', (open) => {
  const opened: FriendsWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async (kit?: TestKit) => {
    const world = await openFriendsWorld(kit ?? (await open()));
    opened.push(world);
    return world;
  };
  const count = async (world: FriendsWorld, what: string): Promise<number> => {
    const [row] = await world.kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM ${what}`);
    return row?.n ?? 0;
  };
  /** Runs everything, the waits between tries included. */
  const settle = async (world: FriendsWorld): Promise<void> => {
    for (let round = 0; round < 200; round += 1) {
      await world.kit.work.drain();
      if ((await count(world, `job WHERE state = 'queued'`)) === 0) return;
      world.kit.clock.set(world.kit.clock.business() + minute);
    }
    throw new Error('work without an end');
  };
  const crowd = (world: FriendsWorld, contacts: number, seed: number): Promise<unknown> =>
    world.must('POST', `/wecom/corps/${world.corpId}/crowd`, {
      ...{ contacts, userIds: ['linlan', 'zhouning'], seed },
    });
  const sync = async (world: FriendsWorld): Promise<string> => {
    const { kit, accountId } = world;
    return kit.db.transact((tx) => startContactSync(kit, tx, accountId, '山茶花'));
  };
  const reports = async (world: FriendsWorld) =>
    (await world.api.get(`/api/v1/accounts/${world.accountId}/sync-reports`)).body.items;

  test('a sync that dies again and again ends with everybody, each counted once', async () => {
    const kit = dying(await open());
    const world = await openWorld(kit);
    await crowd(world, 830, 5);

    const progressId = await sync(world);
    kit.cuts.armed = true;
    await settle(world);
    kit.cuts.armed = false;

    expect(kit.cuts.count).toBeGreaterThan(5);
    expect(await count(world, 'job')).toBe(0);
    const tables = ['identity', 'person', 'staff_link', 'link_episode', 'timeline_entry'];
    for (const table of tables) expect([table, await count(world, table)]).toEqual([table, 830]);
    const [progress] = await kit.db.read.all(
      `SELECT done, total, state FROM progress WHERE id = ?`,
      [progressId],
    );
    expect(progress).toEqual({ done: 830, total: 830, state: 'done' });
    expect(await reports(world)).toEqual([
      expect.objectContaining({ kind: 'sync', reps: 2, listed: 830, newContacts: 830 }),
    ]);
  });

  test('the nightly repair adds who is missing, ends who is gone, and says how many', async () => {
    const world = await openWorld();
    const { kit, accountId } = world;
    await crowd(world, 60, 1);
    await sync(world);
    await settle(world);
    const [friend] = await kit.db.read.all<{ externalId: string; userId: string }>(
      `SELECT i.externalId, l.userId FROM staff_link l JOIN identity i ON i.id = l.identityId
       ORDER BY i.externalId LIMIT 1`,
    );
    const externalUserId = friend?.externalId ?? '';
    await world.must('POST', '/faults', { where: 'wecom-callback', kind: 'drop-callback' });
    await world.staff(friend?.userId ?? '', 'delete-contact', { externalUserId });
    await crowd(world, 55, 2);
    await world.advance(20 * minute);

    const started = await world.api.post(`/api/v1/accounts/${accountId}/repair`);
    await settle(world);
    const [first] = await reports(world);
    await world.api.post(`/api/v1/accounts/${accountId}/repair`);
    await settle(world);
    const [second] = await reports(world);

    expect(started.status).toBe(202);
    expect(first).toMatchObject({
      ...{ kind: 'repair', reps: 2, listed: 114, newContacts: 55, newLinks: 55, goneLinks: 1 },
    });
    expect(first.endedAt).not.toBeNull();
    expect(second).toMatchObject({ newContacts: 0, newLinks: 0, goneLinks: 0, unread: 0 });
    const gone = await world.findPerson(externalUserId);
    expect(gone.contacts[0].reps[0].state).toBe('gone');
    expect((await world.timeline(gone.id))[0].title).toContain('已不在企业微信里');
    const { userId = '' } = friend ?? {};
    const told = `/wecom/books/messages?corpId=${world.corpId}&userId=${userId}&via=app`;
    const { items } = await world.must('GET', told);
    const [loss] = (await world.api.get('/api/v1/friend-changes?kind=gone')).body.items;
    const { body } = await world.api.get('/api/v1/friend-changes/summary');
    expect(items.map((one: Loose) => one.text)).toEqual([
      `${String(gone.contacts[0].name)} 已不是你的企业微信好友（对账发现，不知道是谁删的）。`,
    ]);
    expect(loss).toMatchObject({ kind: 'gone', personId: gone.id, userId, told: [userId] });
    expect(body).toMatchObject({ lost: 0, dropped: 0, gone: 1 });
  });

  test('staff who come, move, get another id or leave are followed', async () => {
    const world = await openWorld();
    const { kit, corpId } = world;
    const { personId, externalUserId } = await world.must('POST', '/wecom/people', {});
    await world.person(personId, 'add-rep', { userId: 'linlan' });
    await world.must('POST', `/wecom/corps/${corpId}/staff`, { userId: 'newbie', name: '小新' });
    const { id } = await world.must('POST', `/wecom/corps/${corpId}/departments`, {
      ...{ name: '静安店', parentId: 1 },
    });
    await world.must('PATCH', `/wecom/corps/${corpId}/staff/linlan`, {
      ...{ name: '林岚岚', departments: [id] },
    });
    await world.staff('linlan', 'rename', { newUserId: 'lin.lan' });
    await world.staff('newbie', 'leave');
    await world.advance(10_000);
    await settle(world);

    const staff = await kit.db.read.all(
      `SELECT userId, name, status FROM staff WHERE userId IN ('linlan', 'lin.lan', 'newbie')
       ORDER BY userId`,
    );
    const homes = await kit.db.read.all(
      `SELECT s.userId, d.name FROM staff_department s JOIN department d
       ON d.accountId = s.accountId AND d.departmentId = s.departmentId WHERE s.userId = 'lin.lan'`,
    );
    const person = await world.findPerson(externalUserId);
    expect(staff).toEqual([
      { userId: 'lin.lan', name: '林岚岚', status: 'active' },
      { userId: 'newbie', name: '小新', status: 'quit' },
    ]);
    expect(homes).toEqual([{ userId: 'lin.lan', name: '静安店' }]);
    expect(person.contacts[0].reps).toEqual([
      expect.objectContaining({ userId: 'lin.lan', name: '林岚岚', state: 'friend', addCount: 1 }),
    ]);
    expect(await world.timeline(person.id)).toEqual([
      expect.objectContaining({ title: '加了 林岚岚 为好友' }),
    ]);
  });

  test('what was told of a member before they left, and arrives after it, does not bring them back', async () => {
    const world = await openWorld();
    const { kit, corpId } = world;
    const found = async () => {
      const sql = `SELECT name, status FROM staff WHERE userId = 'newbie'`;
      const [row] = await kit.db.read.all<{ name: string; status: string }>(sql);
      return row;
    };
    await world.must('POST', `/wecom/corps/${corpId}/staff`, { userId: 'newbie', name: '小新' });
    await world.must('POST', '/faults', {
      ...{ where: 'wecom-callback', kind: 'late-callback:1500', count: 1 },
    });
    const late = world.must('POST', `/wecom/corps/${corpId}/events`, {
      ...{ event: 'change_contact', changeType: 'update_user' },
      fields: { UserID: 'newbie', Name: '小小新', Status: 1 },
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await world.staff('newbie', 'leave');
    const left = await found();
    await late;

    expect([left?.status, (await found())?.status]).toEqual(['quit', 'quit']);
  });

  test('who joins and leaves a room is known, with how they came and went', async () => {
    const world = await openWorld();
    const { api, accountId } = world;
    const befriend = async (name: string) => {
      const made = await world.must('POST', '/wecom/people', { name });
      await world.person(made.personId, 'add-rep', { userId: 'linlan' });
      return made;
    };
    const [rain, snow] = [await befriend('小雨'), await befriend('小雪')];
    const stranger = await world.must('POST', '/wecom/people', { name: '路人' });
    const { roomId } = await world.staff('linlan', 'create-room', { name: '老客福利群' });
    await world.advance(10_000);
    await settle(world);
    for (const { personId } of [rain, snow, stranger]) {
      await world.advance(2_000);
      await world.person(personId, 'join-room', { roomId, invitedBy: 'linlan' });
    }
    await world.advance(30_000);
    await settle(world);
    await world.person(snow.personId, 'leave-room', { roomId });
    await world.advance(30_000);
    await settle(world);

    const [room] = (await api.get('/api/v1/rooms')).body.items;
    const members = (await api.get(`/api/v1/rooms/${room.id}/members?limit=2`)).body;
    const left = (await api.get(`/api/v1/rooms/${room.id}/members?state=left`)).body;
    const titles = async ({ externalUserId }: { externalUserId: string }) =>
      (await world.timeline((await world.findPerson(externalUserId)).id)).map(({ title }) => title);
    const told = await titles(snow);
    await world.person(stranger.personId, 'add-rep', { userId: 'zhouning' });
    await world.advance(10_000);
    await settle(world);
    const late = await titles(stranger);
    const before = await count(world, 'room_episode');
    await api.post(`/api/v1/accounts/${accountId}/sync`);
    await settle(world);
    const after = await count(world, 'room_episode');
    await world.must('POST', `/wecom/rooms/${roomId}/dismiss`);
    await world.advance(30_000);
    await settle(world);

    expect(room).toMatchObject({
      ...{ name: '老客福利群', owner: { userId: 'linlan' }, members: 3, customers: 2 },
      ...{ joined7d: 4, left7d: 1, state: 'normal' },
    });
    expect(members.items.map(({ name }: { name: string }) => name)).toEqual(['路人', '小雨']);
    expect(members.nextCursor).not.toBeNull();
    expect(left.items).toEqual([
      expect.objectContaining({ name: '小雪', joinedBy: 'invited', leftBy: 'themselves' }),
    ]);
    expect(told.slice(0, 2)).toEqual([
      ...['退出了客户群「老客福利群」', '被邀请进了客户群「老客福利群」'],
    ]);
    expect(late).toContain('被邀请进了客户群「老客福利群」');
    expect(after).toBe(before);
    const gone = (await api.get(`/api/v1/rooms/${room.id}`)).body;
    expect(gone).toMatchObject({ state: 'dismissed' });
    expect((await titles(rain))[0]).toBe('客户群「老客福利群」解散');
  });

  test('rooms in figures: who is there and came today, and what was said the day before, by owner', async () => {
    const world = await openWorld();
    const { api, accountId } = world;
    const rooms: string[] = [];
    for (const userId of ['linlan', 'zhouning']) {
      const { roomId } = await world.staff(userId, 'create-room', { name: `${userId}的群` });
      rooms.push(roomId as string);
    }
    await world.advance(10_000);
    await settle(world);
    const say = (roomId: string | undefined, memberId: string) =>
      world.must('POST', `/wecom/rooms/${String(roomId)}/say`, { memberId, text: '早' });
    await say(rooms[0], 'linlan');
    await say(rooms[0], 'linlan');
    await say(rooms[1], 'zhouning');
    await world.advance(86_400_000);
    const { personId } = await world.must('POST', '/wecom/people', { name: '小雨' });
    await world.person(personId, 'join-room', { roomId: rooms[1], invitedBy: 'zhouning' });
    await world.advance(10_000);
    await settle(world);
    await api.post(`/api/v1/accounts/${accountId}/sync`);
    await settle(world);

    const all = (await api.get('/api/v1/room-figures')).body;
    const own = (await api.get(`/api/v1/room-figures?accountId=${accountId}&ownerId=zhouning`))
      .body;
    const listed = (await api.get('/api/v1/rooms?ownerId=zhouning')).body.items;

    expect(all).toMatchObject({ rooms: 2, members: 3, customers: 1, joinedToday: 1, leftToday: 0 });
    expect(all.days.at(-1)).toMatchObject({ messages: 3, talkingRooms: 2 });
    expect(all.owners.map(({ userId }: { userId: string }) => userId)).toEqual([
      ...['linlan', 'zhouning'],
    ]);
    expect(own).toMatchObject({ rooms: 1, members: 2, joinedToday: 1 });
    expect(own.days.at(-1)).toMatchObject({ messages: 1 });
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(['zhouning的群']);
  });
});
