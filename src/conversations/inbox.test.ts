import { openInboxWorld, lin, zhou, type InboxWorld } from '../../test/support/inbox-world';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { isOpenAt } from './opening-hours';

const hour = 3_600_000;
const shanghai = 'Asia/Shanghai';
/** Monday to Saturday, nine to six; the tests begin on a Saturday at 14:32. */
const hours = [{ days: [1, 2, 3, 4, 5, 6], from: '09:00', to: '18:00' }];

test.each([
  ['2026-11-21T09:59:59+08:00', '10:00', '21:00', false],
  ['2026-11-21T10:00:00+08:00', '10:00', '21:00', true],
  ['2026-11-21T21:00:00+08:00', '10:00', '21:00', false],
  ['2026-11-22T01:59:00+08:00', '20:00', '02:00', true],
  ['2026-11-21T01:59:00+08:00', '20:00', '02:00', false],
  ['2026-11-21T00:00:00+08:00', '00:00', '00:00', true],
])('at %s hours from %s to %s of a Saturday: open %s', (at, from, to, isOpen) => {
  expect(isOpenAt([{ days: [6], from, to }], Date.parse(at), shanghai)).toBe(isOpen);
});

onBothEngines('the inbox', (open) => {
  let world: InboxWorld | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const openWorld = async () => {
    const kit: TestKit = await open();
    const opened = await openInboxWorld(kit);
    world = opened;
    return { ...opened, kit };
  };

  test('outside its hours says so, once an hour, and only to who waits', async () => {
    const { kit, says, settings, post, conversationOf } = await openWorld();
    await settings({ hours, awayText: '九点上班' });

    const open = await says('oA', '人工');
    const during = await says('oA', '在吗');
    kit.clock.advance(4 * hour);
    const away = await says('oA', '在吗');
    const again = await says('oA', '有人吗');
    kit.clock.advance(hour);
    const later = await says('oA', '有人吗');
    const asked = await says('oB', '人工');
    await post(`/conversations/${await conversationOf('oA')}/take`);
    kit.clock.advance(2 * hour);
    const taken = await says('oA', '好的');

    expect(open).toContain('转接人工');
    expect([during, away, again, later]).toEqual([undefined, '九点上班', undefined, '九点上班']);
    expect(asked).toBe('九点上班');
    expect(taken).toBeUndefined();
  });

  test('keeps whom nobody answered in a day in sight, and tells them once', async () => {
    const { kit, says, settings, post, get, conversationOf, sending, wechat } = await openWorld();
    await settings({ hours: [], awayText: '明早第一个回你' });
    await says('oA', '人工');
    const id = await conversationOf('oA');
    const counts = async () => (await get('/conversations?view=all')).body.counts;
    const missed = async () =>
      (await get('/conversations?view=unanswered')).body.items.map((one: { id: string }) => one.id);

    kit.clock.advance(23 * hour);
    await kit.work.drain();
    const before = await counts();
    kit.clock.advance(hour);
    await kit.work.drain();
    await sending.sender.drain();
    const after = await counts();
    const shown = await get(`/conversations/${id}`);
    const answered = await says('oA', '几点开门');
    kit.clock.advance(hour);
    await kit.work.drain();
    const still = await missed();
    await post(`/conversations/${id}/take`);

    expect(before).toMatchObject({ waiting: 1, unanswered: 0 });
    expect(after).toMatchObject({ waiting: 0, unanswered: 1 });
    expect(shown.body).toMatchObject({ state: 'lapsed', assignee: null, handBackAt: null });
    expect(wechat.received.map(({ body }) => body)).toEqual([
      expect.objectContaining({ text: { content: '明早第一个回你' } }),
    ]);
    expect(answered).toBe('十点开门');
    expect(still).toEqual([id]);
    expect(await missed()).toEqual([]);
  });

  test('tells nobody twice that nobody is there', async () => {
    const { kit, says, settings, sending, wechat, post, get, conversationOf } = await openWorld();
    await settings({ hours, awayText: '九点上班' });
    kit.clock.advance(6 * hour);
    const asked = await says('oA', '人工');

    kit.clock.advance(24 * hour);
    await kit.work.drain();
    await sending.sender.drain();
    const path = `/conversations/${await conversationOf('oA')}`;
    const state = (await get(path)).body.state;
    await post(`${path}/hand-back`);

    expect([asked, state]).toEqual(['九点上班', 'lapsed']);
    expect(wechat.received).toEqual([]);
    expect((await get(path)).body.state).toBe('bot');
  });

  test('gives who asks to whoever had them, else in turn to who is there', async () => {
    const { says, settings, post, as, conversationOf, get } = await openWorld();
    await settings({ assign: 'round-robin' });
    const nobody = await says('o0', '人工');
    for (const one of [lin, zhou]) {
      as(one);
      await post('/presence', { online: true });
    }

    const given: string[] = [];
    for (const openid of ['oA', 'oB', 'oC']) {
      await says(openid, '人工');
      const { body } = await get(`/conversations/${await conversationOf(openid)}`);
      given.push(body.assignee?.id);
    }
    as(zhou);
    const id = await conversationOf('oA');
    await post(`/conversations/${id}/take`);
    await post(`/conversations/${id}/hand-back`);
    await says('oA', '人工');
    const sticky = await get(`/conversations/${id}`);
    await post('/presence', { online: false });
    await says('oD', '人工');
    const alone = await get(`/conversations/${await conversationOf('oD')}`);

    expect(nobody).toBeDefined();
    expect((await get(`/conversations/${await conversationOf('o0')}`)).body.assignee).toBeNull();
    expect(new Set(given.slice(0, 2))).toEqual(new Set(['LIN', 'ZHOU']));
    expect(given[2]).toBe(given[0]);
    expect(sticky.body).toMatchObject({ state: 'waiting', assignee: { id: 'ZHOU' } });
    expect(alone.body.assignee.id).toBe('LIN');
    expect((await get('/presence')).body.items).toEqual([{ id: 'LIN', name: '林芳' }]);
  });

  test('counts what each operator has not read, and forgets what a colleague read', async () => {
    const { says, post, as, get, conversationOf } = await openWorld();
    await says('oA', '人工');
    await says('oA', '在吗');
    const id = await conversationOf('oA');

    as(zhou);
    const read = await post(`/conversations/${id}/read`);
    const mine = await get('/conversations/counts');
    as(lin);
    const theirs = await get('/conversations/counts');

    expect(read.body.unread).toBe(0);
    expect([mine.body.unread, theirs.body.unread]).toEqual([0, 1]);
    expect((await get(`/conversations/${id}`)).body.unread).toBe(2);
  });

  test('puts a closed conversation away until the follower writes again', async () => {
    const { kit, says, post, get, conversationOf } = await openWorld();
    await says('oA', '人工');
    const id = await conversationOf('oA');
    const idsOf = async (view: string) =>
      (await get(`/conversations?view=${view}`)).body.items.map((one: { id: string }) => one.id);

    kit.clock.advance(1_000);
    await post(`/conversations/${id}/close`);
    const closed = [await idsOf('closed'), await idsOf('all'), await idsOf('waiting')];
    kit.clock.advance(hour);
    const answer = await says('oA', '几点开门');
    const reopened = [await idsOf('closed'), await idsOf('all')];

    expect(closed).toEqual([[id], [], []]);
    expect(answer).toBe('十点开门');
    expect(reopened).toEqual([[], [id]]);
  });

  test('lists who waits longest first, and pages', async () => {
    const { kit, says, get, conversationOf } = await openWorld();
    for (const openid of ['oA', 'oB', 'oC']) {
      await says(openid, '人工');
      kit.clock.advance(60_000);
    }

    const first = await get('/conversations?view=waiting&limit=2');
    const second = await get(`/conversations?view=waiting&limit=2&cursor=${first.body.nextCursor}`);
    const all = await get('/conversations?limit=2');
    const rest = await get(`/conversations?limit=2&cursor=${all.body.nextCursor}`);

    const ids = await Promise.all(['oA', 'oB', 'oC'].map(conversationOf));
    const idsIn = (...pages: { body: { items: { id: string }[] } }[]) =>
      pages.flatMap(({ body }) => body.items.map(({ id }) => id));
    expect(idsIn(first, second)).toEqual(ids);
    expect(idsIn(all, rest)).toEqual([...ids].reverse());
    expect(second.body.counts).toBeUndefined();
  });

  test('suggests answers of near questions and what operators often say, filled in', async () => {
    const { kit, says, post, served, get, conversationOf, replies } = await openWorld();
    await served.call('POST', '/api/v1/faqs', {
      ...{ question: '快递几天到', similar: ['多久发货'], answer: '一般三天', status: 'published' },
    });
    await replies.faqsAreLive();
    const made = await post('/canned-replies', {
      ...{ title: '快递慢', text: '{{ person.name }}您好，快递有点慢，抱歉', shortcut: 'kd' },
    });
    await says('oA', '我的快递几天能到呀');
    await says('oA', '人工');
    await says('oA', '在吗？有人吗');
    const id = await conversationOf('oA');
    await kit.database.writer.query(`UPDATE person SET displayName = '小雨'`);

    const { body } = await get(`/conversations/${id}`);
    const canned = await get(`/canned-replies?conversationId=${id}`);

    expect(body.suggestions).toEqual([
      { source: 'faq', text: '一般三天', faqId: expect.any(String), score: expect.any(Number) },
      { source: 'canned', text: '小雨您好，快递有点慢，抱歉' },
    ]);
    expect(canned.body.items).toEqual([{ ...made.body, filled: '小雨您好，快递有点慢，抱歉' }]);
  });

  test('pages and searches canned replies, and fills in no more than a menu shows', async () => {
    const { says, post, get, conversationOf, accountId } = await openWorld();
    await says('oA', '人工');
    const id = await conversationOf('oA');
    for (let nth = 0; nth < 25; nth += 1) {
      const title = `第 ${String(nth).padStart(2, '0')} 句`;
      const own = { accountId: nth % 2 === 0 ? accountId : null, shortcut: `s${nth}` };
      await post('/canned-replies', { title, text: `您好 100% ${nth}`, ...own });
    }
    type Kept = { title: string; filled?: string | null };
    const titles = (answer: { body: { items: Kept[] } }) =>
      answer.body.items.map(({ title }) => title);

    const first = await get('/canned-replies?limit=20');
    const rest = await get(`/canned-replies?limit=20&cursor=${first.body.nextCursor}`);
    const found = await get('/canned-replies?q=s12');
    const percent = await get(`/canned-replies?q=${encodeURIComponent('100% 3')}`);
    const filled = await get(`/canned-replies?conversationId=${id}&limit=200`);

    expect([titles(first).length, titles(rest).length, rest.body.nextCursor]).toEqual([
      20,
      5,
      null,
    ]);
    expect(new Set([...titles(first), ...titles(rest)]).size).toBe(25);
    expect([titles(found), titles(percent)]).toEqual([['第 12 句'], ['第 03 句']]);
    expect(filled.body.items).toHaveLength(20);
    expect(filled.body.items.every((one: Kept) => one.filled?.startsWith('您好'))).toBe(true);
  });

  test('keeps replies with a trail, and refuses one that cannot be read', async () => {
    const { kit, post, put, served, get } = await openWorld();

    const bad = await post('/canned-replies', { title: '坏', text: '{{ person.name ' });
    const made = await post('/canned-replies', { title: '你好', text: '您好' });
    const path = `/canned-replies/${made.body.id}`;
    const changed = await put(path, { title: '你好', text: '您好呀', shortcut: 'nh' });
    const gone = await served.call('DELETE', `/api/v1${path}`);

    expect([bad.status, made.status, changed.body.text, gone.status]).toEqual([
      ...[400, 201, '您好呀', 204],
    ]);
    expect((await get('/canned-replies')).body.items).toEqual([]);
    const trail = await kit.db.read.all<{ action: string }>(
      `SELECT action FROM audit_entry WHERE action LIKE 'canned%' ORDER BY id`,
    );
    expect(trail.map(({ action }) => action)).toEqual([
      ...['canned-reply.created', 'canned-reply.changed', 'canned-reply.deleted'],
    ]);
  });
});
