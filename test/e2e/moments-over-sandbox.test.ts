import { onBothEngines } from '../support/open-kit';
import { openOutreachWorld, type OutreachWorld } from '../support/outreach-world';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

onBothEngines('moments through reps', (open) => {
  const opened: OutreachWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });
  const openWorld = async () => {
    const world = await openOutreachWorld(await open());
    opened.push(world);
    return world;
  };
  const draft = (world: OutreachWorld, body: object = {}) =>
    world.draft({ kind: 'moment', name: '山茶花开了', text: '店里的山茶花开了', ...body });
  const onPhone = async (world: OutreachWorld, userId: string) =>
    (await world.must('GET', `/wecom/corps/${world.corpId}/staff/${userId}/orders`)).moments as {
      momentId: string;
      confirmed: boolean;
      content: object;
    }[];
  /** WeCom makes a moment behind a job; the reps have it some seconds later. */
  const start = async (world: OutreachWorld, id: string) => {
    await world.start(id);
    await world.later(minute);
  };
  const publish = async (world: OutreachWorld, userId: string) => {
    for (const { momentId, confirmed } of await onPhone(world, userId))
      if (!confirmed) await world.staff(userId, 'confirm-moment', { momentId });
    await world.later(minute);
  };
  const tag = async (world: OutreachWorld, name: string, ...externalUserIds: string[]) => {
    const path = `/wecom/corps/${world.corpId}/tags`;
    const made = await world.must('POST', path, { group: '兴趣', names: [name] });
    const tagId = made.tags?.[0]?.id ?? made.tagIds?.[0] ?? made[0]?.id;
    for (const externalUserId of externalUserIds)
      await world.staff('linlan', 'edit-contact', { externalUserId, addTags: [tagId] });
    await world.sync();
    const listed = await world.api.get(`/api/v1/accounts/${world.accountId}/corp-tags`);
    const tags = listed.body.groups.flatMap((group: { tags: object[] }) => group.tags);
    return tags.find((one: { name: string }) => one.name === name).id as string;
  };

  test('planned by tag, published by each rep, and who saw and liked it is remembered', async () => {
    const world = await openWorld();
    const rain = await world.befriend('小雨', 'linlan', 'zhouning');
    const snow = await world.befriend('小雪', 'linlan');
    await world.befriend('小云', 'zhouning');
    await world.sync();
    const camellia = await tag(world, '爱花', rain.externalUserId, snow.externalUserId);
    await world.kit.db.transact((tx) =>
      tx.query(`UPDATE identity SET optedOutAt = 1 WHERE externalId = '${snow.externalUserId}'`),
    );
    const everybody = await draft(world);
    const id = await draft(world, { tagIds: [camellia], userIds: ['linlan'] });

    const all = (await world.act(everybody, 'plan')).body;
    const plan = (await world.act(id, 'plan')).body;
    await start(world, everybody);
    const before = await world.read(everybody);
    await publish(world, 'linlan');
    const half = await world.read(everybody);
    const [first] = await onPhone(world, 'linlan');
    const react = (personId: string, kind: string) =>
      world.person(personId, 'react-to-moment', {
        ...{ momentId: first?.momentId, userId: 'linlan', kind },
      });
    await react(rain.personId, 'like');
    await react(snow.personId, 'comment');
    await publish(world, 'zhouning');
    await world.later(hour);
    const after = await world.read(everybody);
    const viewers = await world.recipients(everybody);
    const told = await world.must('GET', `/wecom/books/messages?userId=linlan&via=app`);

    expect(all).toMatchObject({ audience: 3, willReceive: 3, reps: 2, optedOut: 1, cap: null });
    expect(all.busiest.map(({ name, people }: never) => [name, people])).toEqual([
      ['林岚', 2],
      ['周宁', 2],
    ]);
    expect(plan).toMatchObject({ audience: 2, willReceive: 2, reps: 1, optedOut: 1 });
    expect(before).toMatchObject({
      ...{ kind: 'moment', status: 'running', counts: { waiting: 3 } },
      moment: { state: 'ordered', reps: [], tags: [] },
    });
    expect(half).toMatchObject({
      counts: { sent: 2, waiting: 1 },
      reps: { confirmed: 1, open: 1 },
    });
    expect(after).toMatchObject({
      ...{ status: 'finished', counts: { sent: 3 }, liked: 1, commented: 1 },
    });
    expect(viewers.filter(({ likedAt }) => likedAt !== null).map(({ name }) => name)).toEqual([
      '小雨',
    ]);
    const titles = async (externalUserId: string) =>
      (await world.timeline((await world.findPerson(externalUserId)).id)).map(({ title }) => title);
    expect(await titles(rain.externalUserId)).toEqual(
      expect.arrayContaining([
        '林岚 的朋友圈「山茶花开了」到了客户的手机上',
        '赞了 林岚 的朋友圈「山茶花开了」',
      ]),
    );
    expect(await titles(snow.externalUserId)).toContain('评论了 林岚 的朋友圈「山茶花开了」');
    expect(JSON.stringify(told)).toContain('朋友圈「山茶花开了」等你发表，2 位客户能看到');
    const [saved] = await Promise.all([world.read(id)]);
    expect(saved.moment).toMatchObject({ tags: [{ name: '爱花' }], reps: [{ name: '林岚' }] });
  });

  test('a moment whose answer got lost is found in WeCom; one that is not there waits for a decision', async () => {
    const world = await openWorld();
    await world.befriend('小雨', 'linlan');
    await world.befriend('小雪', 'zhouning');
    await world.sync();
    const fault = (kind: string) =>
      world.must('POST', '/faults', { where: 'wecom-moments', kind, count: 1 });
    const lost = await draft(world);
    await fault('reset-mid-reply');
    await world.start(lost);
    const unclear = await world.read(lost);
    await world.later(2 * minute);
    const found = await world.read(lost);
    await publish(world, 'linlan');

    const never = await draft(world, { name: '第二条', text: '第二条' });
    await fault('reset-before-accept');
    await world.start(never);
    for (const wait of [2, 5, 16]) await world.later(wait * minute);
    const unknown = await world.read(never);
    const [order] = await world.orders(never);
    const decided = await world.act(never, `orders/${order.id}/decide`, { choice: 'order' });
    await world.later(minute);
    const late = await world.act(never, `orders/${order.id}/decide`, { choice: 'drop' });

    expect(unclear).toMatchObject({ moment: { state: 'unclear' }, counts: { queued: 2 } });
    expect(found).toMatchObject({ moment: { state: 'ordered' }, counts: { waiting: 2 } });
    expect(await world.read(lost)).toMatchObject({ counts: { sent: 1, waiting: 1 } });
    expect(unknown).toMatchObject({ moment: { state: 'unknown' }, reps: { unknown: 2 } });
    expect([decided.status, late.status]).toEqual([200, 409]);
    expect(await onPhone(world, 'linlan')).toHaveLength(2);
    expect(await onPhone(world, 'zhouning')).toHaveLength(2);
  });

  test('who has not published is reminded by us; a cancelled moment stays where it is published', async () => {
    const world = await openWorld();
    await world.befriend('小雨', 'linlan');
    await world.befriend('小雪', 'zhouning');
    await world.sync();
    const id = await draft(world, { remindAfterHours: 2 });
    await start(world, id);
    await publish(world, 'zhouning');
    await world.later(2 * hour);
    const asked = (await world.act(id, 'remind')).body;
    await world.later(minute);
    const told = await world.must('GET', `/wecom/books/messages?userId=linlan&via=app`);
    const cancelled = await world.act(id, 'cancel');
    await world.settle();
    const after = await world.read(id);
    const [order] = await world.orders(id);
    const [late] = await onPhone(world, 'linlan');

    expect(asked).toEqual({ reminded: 1, limited: 0 });
    expect(JSON.stringify(told)).toContain('第 1 次提醒：朋友圈「山茶花开了」还没发表');
    expect(JSON.stringify(told)).toContain('第 2 次提醒');
    expect(cancelled.status).toBe(200);
    expect(after).toMatchObject({ status: 'cancelled', counts: { sent: 1, cancelled: 1 } });
    expect(after.endedAt).not.toBeNull();
    expect(order).toMatchObject({ rep: { name: '林岚' }, state: 'cancelled' });
    expect(late).toBeUndefined();
  });

  test('pictures go by an upload of their own; mixtures, segments and strangers are refused', async () => {
    const world = await openWorld();
    const rain = await world.befriend('小雨', 'linlan');
    await world.sync();
    const media = await world.picture('上新');
    const image = { kind: 'image', media };
    const link = { kind: 'covered-link', title: '新品', url: 'https://shop.example', cover: media };
    const refused = async (body: object) => {
      const given = {
        kind: 'moment',
        accountId: world.accountId,
        name: '朋友圈',
        text: '',
        ...body,
      };
      const answer = await world.api.post('/api/v1/outreach', given);
      return `${answer.status} ${answer.body.error?.fields?.[0]?.code ?? JSON.stringify(answer.body)}`;
    };
    const why = [
      await refused({}),
      await refused({ attachments: [image, link] }),
      await refused({ attachments: [link, link] }),
      await refused({ text: '一', segmentId: await world.segment({}) }),
      await refused({ text: '一', userIds: ['nobody'] }),
      await refused({ text: '一', tagIds: ['nothing'] }),
      await refused({ kind: 'message', text: '一', attachments: [link] }),
    ];
    const pictures = await draft(world, { text: '', attachments: Array(9).fill(image) });
    const card = await draft(world, { attachments: [link] });
    await start(world, pictures);
    await start(world, card);
    await publish(world, 'linlan');
    const books = `/wecom/books/messages?externalUserId=${rain.externalUserId}&via=moment`;
    const { items } = await world.must('GET', books);

    expect(why.map((one) => one.split(' ')[0])).toEqual(Array(7).fill('400'));
    expect(why.join()).toMatch(/words_missing.*moment_mixed.*moment_mixed.*moment_by_tags/);
    expect(why.join()).toMatch(/staff_unknown.*tag_unknown.*moment_only/);
    expect(items.filter((one: { kind: string }) => one.kind === 'image')).toHaveLength(9);
    expect(items.filter((one: { kind: string }) => one.kind === 'link')).toHaveLength(1);
    expect((await world.read(card)).counts.sent).toBe(1);
  });

  test('of the fifth moment in a month the plan says that it will not come, and it does not', async () => {
    const world = await openWorld();
    await world.befriend('小雨', 'linlan');
    await world.sync();
    for (let n = 1; n <= 4; n += 1) {
      await start(world, await draft(world, { name: `第 ${n} 条`, text: `第 ${n} 条` }));
      await publish(world, 'linlan');
    }
    const fifth = await draft(world, { name: '第五条' });
    const plan = (await world.act(fifth, 'plan')).body;
    await start(world, fifth);
    await publish(world, 'linlan');
    const waits = await world.read(fifth);
    await world.later(day);
    await world.later(2 * hour);
    const over = await world.read(fifth);
    const bulk = (await world.act(await world.draft(), 'plan')).body;

    expect(plan).toMatchObject({ willReceive: 0, leftOut: [{ reason: 'capped', count: 1 }] });
    expect(waits).toMatchObject({ status: 'running', counts: { waiting: 1 } });
    expect(over).toMatchObject({ status: 'finished', counts: { undelivered: 1 } });
    expect(bulk).toMatchObject({ willReceive: 1, leftOut: [] });
  });
});
