import { enqueue } from '../../src/kernel/work';
import { ordersWaitingFor, planDigest } from '../../src/outreach';
import { onBothEngines } from '../support/open-kit';
import { openOutreachWorld, type OutreachWorld } from '../support/outreach-world';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

onBothEngines('messages through reps', (open) => {
  const opened: OutreachWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openOutreachWorld(await open());
    opened.push(world);
    return world;
  };
  const confirm = async (world: OutreachWorld, userId: string) => {
    for (const { msgId, confirmed } of await world.onPhone(userId))
      if (!confirmed) await world.staff(userId, 'confirm-mass', { msgId });
  };

  test('a plan names reps and reasons; the list is frozen; what a rep confirms is sent and remembered', async () => {
    const world = await openWorld();
    const rain = await world.befriend('小雨', 'linlan');
    const snow = await world.befriend('小雪', 'linlan', 'zhouning');
    const gone = await world.befriend('小风', 'linlan');
    const never = await world.befriend('小云', 'zhouning');
    await world.sync();
    await world.person(gone.personId, 'delete-rep', { userId: 'linlan' });
    await world.settle();
    const [cloud] = await world.kit.db.read.all<{ id: string }>(
      `SELECT id FROM identity WHERE externalId = ?`,
      [never.externalUserId],
    );
    await world.kit.db.transact((tx) =>
      tx.query(`UPDATE identity SET optedOutAt = 1 WHERE id = ?`, [cloud?.id]),
    );
    const id = await world.draft();

    const plan = (await world.act(id, 'plan')).body;
    await world.start(id);
    await world.befriend('小虹', 'linlan');
    await world.settle();
    const orders = await world.orders(id);
    const phones = [await world.onPhone('linlan'), await world.onPhone('zhouning')];
    const before = await world.read(id);
    await confirm(world, 'linlan');
    await world.later(minute);
    const half = await world.read(id);
    await world.person(snow.personId, 'delete-rep', { userId: 'zhouning' });
    await confirm(world, 'zhouning');
    await world.later(minute);
    const after = await world.read(id);

    expect(plan).toMatchObject({ audience: 4, willReceive: 2, reps: 2, outsiders: 0 });
    expect(plan.leftOut).toEqual(
      expect.arrayContaining([
        { reason: 'opted-out', count: 1 },
        { reason: 'not-a-friend', count: 1 },
      ]),
    );
    expect(orders.map(({ rep, people }) => [rep.name, people])).toEqual([
      ['林岚', 1],
      ['周宁', 1],
    ]);
    expect(phones.map(({ length }) => length)).toEqual([1, 1]);
    expect(before).toMatchObject({ status: 'running', counts: { waiting: 2, 'left-out': 2 } });
    expect(half).toMatchObject({ counts: { sent: 1, waiting: 1 } });
    expect(half.reps).toEqual({ all: 2, confirmed: 1, open: 1, unknown: 0 });
    expect(after).toMatchObject({
      ...{ status: 'finished', counts: { sent: 1, 'not-a-friend': 1, waiting: 0 } },
    });
    const person = await world.findPerson(rain.externalUserId);
    const titles = (await world.timeline(person.id)).map(({ title }) => title);
    expect(titles).toContain('林岚 群发了「春日上新」');
    const told = await world.must('GET', `/wecom/books/messages?userId=linlan&via=app`);
    expect(JSON.stringify(told)).toContain('群发「春日上新」等你确认，共 1 位客户');
  });

  test('a segment names persons by any identity; words with variables are refused', async () => {
    const world = await openWorld();
    const rain = await world.befriend('小雨', 'linlan');
    await world.befriend('小雪', 'linlan');
    await world.sync();
    const { id: personId } = await world.findPerson(rain.externalUserId);
    await world.api.put(`/api/v1/people/${personId}/tags`, { add: ['爱花'], remove: [] });
    const segmentId = await world.segment({ field: 'tag', op: 'has-any', value: '爱花' });
    const id = await world.draft({ segmentId });

    const plan = (await world.act(id, 'plan')).body;
    await world.start(id);
    const [row] = await world.recipients(id);
    const refused = await world.api.post('/api/v1/outreach', {
      ...{ accountId: world.accountId, name: '名字', text: '{{ person.name }}，你好' },
    });

    expect(plan).toMatchObject({ audience: 1, willReceive: 1 });
    expect(row).toMatchObject({ name: '小雨', rep: { userId: 'linlan' }, state: 'waiting' });
    expect(refused.status).toBe(400);
    expect(JSON.stringify(refused.body)).toContain('no_variables');
  });

  test('who has had as many as they may is left out, and WeCom’s own count is believed', async () => {
    const world = await openWorld();
    await world.must('PATCH', `/wecom/corps/${world.corpId}`, { massCap: 'day' });
    await world.befriend('小雨', 'linlan');
    await world.sync();
    const [first, second] = [await world.draft(), await world.draft({ name: '第二条' })];
    await world.start(first);
    // Ordered while the first waits: nobody has received anything yet, so WeCom takes both.
    await world.start(second);
    await confirm(world, 'linlan');
    await world.later(minute);
    const path = `/api/v1/accounts/${world.accountId}/mass-cap`;
    const usual = (await world.api.get(path)).body;
    await world.api.put(path, { rule: 'day' });
    const third = await world.draft({ name: '第三条' });
    const full = (await world.act(third, 'plan')).body;
    await world.later(day);
    const tomorrow = (await world.act(third, 'plan')).body;

    expect(usual).toEqual({ rule: 'days-of-month' });
    const ends = [await world.read(first), await world.read(second)].map(({ counts }) => counts);
    expect(ends.map(({ sent, capped }) => `${sent} ${capped}`).sort()).toEqual(['0 1', '1 0']);
    expect(full).toMatchObject({ willReceive: 0, leftOut: [{ reason: 'capped', count: 1 }] });
    expect(tomorrow).toMatchObject({ willReceive: 1, leftOut: [] });
  });

  test('a rep is reminded three times a day at most; a cancelled message stops who has not confirmed', async () => {
    const world = await openWorld();
    await world.befriend('小雨', 'linlan');
    await world.befriend('小雪', 'zhouning');
    await world.sync();
    const id = await world.draft({ remindAfterHours: 2 });
    await world.start(id);
    await confirm(world, 'zhouning');
    await world.later(minute);

    await world.later(2 * hour);
    const [auto] = await world.orders(id);
    const asked = [];
    for (let time = 0; time < 3; time += 1) {
      asked.push((await world.act(id, 'remind')).body);
      await world.later(minute);
    }
    const cancelled = await world.act(id, 'cancel');
    await world.settle();
    const again = await world.act(id, 'cancel');
    const after = await world.read(id);
    const late = world
      .onPhone('linlan')
      .then(([order]) => world.staff('linlan', 'confirm-mass', { msgId: order?.msgId }));

    expect(auto).toMatchObject({ rep: { name: '林岚' }, remindersToday: 1 });
    expect(asked).toEqual([
      { reminded: 1, limited: 0 },
      { reminded: 1, limited: 0 },
      { reminded: 0, limited: 1 },
    ]);
    expect([cancelled.status, again.status]).toEqual([200, 200]);
    expect(after).toMatchObject({ status: 'cancelled', counts: { sent: 1, cancelled: 1 } });
    expect(after.endedAt).not.toBeNull();
    await expect(late).rejects.toThrow();
  });

  test('an order whose answer got lost is found in WeCom and never given twice', async () => {
    const world = await openWorld();
    await world.befriend('小雨', 'linlan');
    await world.befriend('小雪', 'zhouning');
    await world.sync();
    const id = await world.draft();
    await world.must('POST', '/faults', {
      ...{ where: 'wecom-mass', kind: 'reset-mid-reply', count: 2 },
    });
    await world.start(id);
    const lost = await world.orders(id);
    await world.later(2 * minute);
    const found = await world.orders(id);
    const phones = [await world.onPhone('linlan'), await world.onPhone('zhouning')];

    expect(lost.map(({ state }) => state)).toEqual(['unclear', 'unclear']);
    expect(found.map(({ state }) => state)).toEqual(['ordered', 'ordered']);
    expect(phones.map(({ length }) => length)).toEqual([1, 1]);
  });

  test('an order that is not found stays unknown until somebody decides', async () => {
    const world = await openWorld();
    await world.befriend('小雨', 'linlan');
    await world.befriend('小雪', 'zhouning');
    await world.sync();
    const id = await world.draft();
    await world.must('POST', '/faults', {
      ...{ where: 'wecom-mass', kind: 'reset-before-accept', count: 1 },
    });
    await world.start(id);
    await world.later(2 * minute);
    await world.later(5 * minute);
    await world.later(16 * minute);
    const [unknown] = (await world.orders(id)).filter(({ state }) => state === 'unknown');
    const decide = (choice: string) => world.act(id, `orders/${unknown.id}/decide`, { choice });
    const looked = await decide('look');
    await world.settle();
    const still = (await world.orders(id)).find((one) => one.id === unknown.id);
    const ordered = await decide('order');
    await world.settle();
    const now = (await world.orders(id)).find((one) => one.id === unknown.id);
    const late = await decide('drop');

    expect(unknown).toBeDefined();
    expect([looked.status, ordered.status, late.status]).toEqual([200, 200, 409]);
    expect(still.state).toBe('unknown');
    expect(now.state).toBe('ordered');
    expect(await world.onPhone(unknown.rep.userId)).toHaveLength(1);
  });

  test('who finds that somebody was asking looks in WeCom instead of asking', async () => {
    const world = await openWorld();
    const { kit } = world;
    await world.befriend('小雨', 'linlan');
    await world.sync();
    const id = await world.draft();
    await world.start(id);
    // As a kill between WeCom's answer and our row leaves it.
    const [ordered] = await world.orders(id);
    await kit.db.transact(async (tx) => {
      await tx.query(`UPDATE outreach_order SET state = 'ordering', messageId = NULL`);
      await tx.query(`UPDATE outreach_recipient SET state = 'queued'`);
      await tx.query(`DELETE FROM job WHERE kind LIKE 'outreach-%'`);
      const job = { id: kit.newId(), kind: 'outreach-order', payload: { orderId: ordered.id } };
      await enqueue(tx, [{ ...job, dueAt: 0, createdAt: 0 }]);
    });
    await world.settle();
    await world.later(2 * minute);
    const [order] = await world.orders(id);
    await confirm(world, 'linlan');
    await world.later(minute);

    expect(order.state).toBe('ordered');
    expect(await world.onPhone('linlan')).toHaveLength(1);
    expect(await world.read(id)).toMatchObject({ status: 'finished', counts: { sent: 1 } });
  });

  test('a rep is told each morning what waits, and the list of it is theirs alone', async () => {
    const world = await openWorld();
    const { kit, accountId } = world;
    await world.befriend('小雨', 'linlan');
    await world.sync();
    await kit.db.transact((tx) => planDigest(kit, tx));
    await kit.schedules.beat();
    await world.start(await world.draft());
    await world.start(await world.draft({ name: '第二条' }));
    const theirs = await ordersWaitingFor(kit.db.read, { accountId, userId: 'linlan' });
    const others = await ordersWaitingFor(kit.db.read, { accountId, userId: 'zhouning' });
    const now = kit.clock.business();
    const morning = Math.floor((now + 8 * hour) / day) * day + 2 * hour + 3 * minute;
    await world.later(morning + (morning > now ? 0 : day) - now + 1_000);
    await kit.schedules.beat();
    await world.settle();
    const told = await world.must('GET', `/wecom/books/messages?userId=linlan&via=app`);
    await confirm(world, 'linlan');
    await world.later(hour);
    const after = await ordersWaitingFor(kit.db.read, { accountId, userId: 'linlan' });

    expect(theirs.map(({ name, people }) => [name, people])).toEqual([
      ['春日上新', 1],
      ['第二条', 1],
    ]);
    expect(others).toEqual([]);
    expect(JSON.stringify(told)).toContain('你有 2 条群发等你确认');
    expect(after).toEqual([]);
  });

  test('a message starts at its time, and nobody waits for ever for a rep', async () => {
    const world = await openWorld();
    await world.befriend('小雨', 'linlan');
    await world.sync();
    const startsAt = new Date(world.kit.clock.business() + 3 * hour).toISOString();
    const id = await world.draft({ startsAt });
    await world.start(id);
    const waits = await world.read(id);
    await world.later(3 * hour + 1_000);
    const runs = await world.read(id);
    for (let days = 0; days < 8; days += 1) await world.later(day);
    const over = await world.read(id);

    expect(waits).toMatchObject({ status: 'scheduled', frozenAt: null });
    expect(runs).toMatchObject({ status: 'running', counts: { waiting: 1 } });
    expect(over).toMatchObject({ status: 'finished', counts: { expired: 1 } });
  });

  test('what a rep who left was to confirm ends with them, not after a week', async () => {
    const world = await openWorld();
    const { kit, accountId } = world;
    await world.befriend('小雨', 'linlan');
    await world.sync();
    const id = await world.draft();
    await world.start(id);
    await world.later(1_000);
    await kit.db.transact((tx) =>
      tx.query(`UPDATE staff SET status = 'quit' WHERE accountId = ? AND userId = 'linlan'`, [
        accountId,
      ]),
    );
    await world.later(hour);

    expect(await world.read(id)).toMatchObject({ status: 'finished', counts: { expired: 1 } });
    expect(await world.orders(id)).toMatchObject([{ state: 'expired', reason: 'rep-left' }]);
  });

  test('pictures and mini-programs go with it, uploaded again when the copy WeCom held is too old', async () => {
    const world = await openWorld();
    const rain = await world.befriend('小雨', 'linlan');
    await world.sync();
    const media = await world.picture('上新');
    const title = '到店预约';
    const attachments = [
      { kind: 'image', media },
      {
        kind: 'mini-program',
        title,
        appId: 'wx0123456789abcdef',
        page: 'pages/book',
        cover: media,
      },
    ];
    const links = [{ title: '新品', url: 'https://shop.example/new' }];
    const tooMany = { links, attachments: Array(9).fill(attachments[0]) };
    const refused = world.draft(tooMany);
    await expect(refused).rejects.toThrow('too_big');
    const id = await world.draft({ links, attachments });
    await world.settle();
    await world.later(4 * day);

    await world.start(id);
    await confirm(world, 'linlan');
    await world.later(minute);
    const shown = await world.read(id);
    const books = `/wecom/books/messages?externalUserId=${rain.externalUserId}&via=mass`;
    const { items } = await world.must('GET', books);

    expect(shown.attachments.map((one: { kind: string }) => one.kind)).toEqual([
      ...['link', 'image', 'mini-program'],
    ]);
    expect(shown.counts.sent).toBe(1);
    expect(items.map((one: { kind: string }) => one.kind).sort()).toEqual([
      ...['image', 'link', 'miniprogram', 'text'],
    ]);
  });
});
