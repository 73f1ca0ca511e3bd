import { insertRows } from '../kernel/database';
import { aFollower } from '../../test/support/an-account';
import { openInboxWorld, lin, zhou, type InboxWorld } from '../../test/support/inbox-world';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';

const minute = 60_000;
const handedOff = expect.stringContaining('转接人工');

onBothEngines('a conversation with a person', (open) => {
  let world: InboxWorld | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const openWorld = async (): Promise<InboxWorld & { kit: TestKit }> => {
    const kit = await open();
    const opened = await openInboxWorld(kit);
    world = opened;
    return { ...opened, kit };
  };

  test('begins with 「人工」: the bot is silent until an operator hands back', async () => {
    const { kit, says, get, post, conversationOf } = await openWorld();

    const before = await says('oA', '几点开门');
    kit.clock.advance(minute);
    const asked = await says('oA', '人工');
    const handed = await get('/conversations?view=waiting');
    const silent = await says('oA', '几点开门');
    const id = await conversationOf('oA');
    const waiting = await get('/conversations?view=waiting');
    const taken = await post(`/conversations/${id}/take`);
    const stillSilent = await says('oA', '在吗');
    const back = await post(`/conversations/${id}/hand-back`);
    const after = await says('oA', '几点开门');

    expect([before, asked, silent, stillSilent, after]).toEqual([
      ...['十点开门', handedOff, undefined, undefined, '十点开门'],
    ]);
    expect(handed.body.items).toMatchObject([{ lastText: '几点开门', lastBy: 'follower' }]);
    expect(waiting.body.items).toEqual([
      expect.objectContaining({
        ...{ id, state: 'waiting', unread: 2, lastText: '几点开门', lastBy: 'follower' },
        ...{ window: expect.objectContaining({ left: 5 }), assignee: null },
      }),
    ]);
    expect(waiting.body.counts).toEqual({ waiting: 1, unanswered: 0, mine: 0, all: 1, unread: 1 });
    expect(taken.body).toMatchObject({ state: 'taken', assignee: { id: 'LIN', name: '林芳' } });
    expect(back.body).toMatchObject({ state: 'bot', assignee: null, handBackAt: null });
  });

  test('does not keep who wants no more messages from saying so', async () => {
    const { kit, says, post, conversationOf } = await openWorld();
    await says('oA', '人工');
    const id = await conversationOf('oA');
    await post(`/conversations/${id}/take`);

    const answer = await says('oA', '退订');
    const next = await says('oA', '几点开门');

    const [row] = await kit.db.read.all<{ optedOutAt: number | null; attended: string }>(
      `SELECT optedOutAt, attended FROM identity WHERE id = ?`,
      [id],
    );
    expect(answer).toContain('退订');
    expect(row).toEqual({ optedOutAt: kit.clock.business(), attended: 'taken' });
    expect(next).toBeUndefined();
  });

  test('is asked for once, however often WeChat delivers the message', async () => {
    const { kit, take, eventOf } = await openWorld();
    const event = eventOf('oA', { kind: 'text', text: '人工' }, 'once');

    const first = await take(event);
    const again = await Promise.all([take(event), take(event)]);

    const entries = await kit.db.read.all<{ kind: string }>(
      `SELECT kind FROM timeline_entry WHERE kind = 'conversation'`,
    );
    const jobs = await kit.db.read.all(`SELECT id FROM job WHERE kind = 'conversation-idle'`);
    expect(again.map(({ reply }) => reply)).toEqual([first.reply, first.reply]);
    expect(entries).toHaveLength(1);
    expect(jobs).toHaveLength(1);
  });

  test('goes to WeChat’s own customer service where the account says so', async () => {
    const { says, settings, get } = await openWorld();
    await settings({ inbox: 'wechat' });

    const asked = await says('oA', '人工');
    const next = await says('oA', '几点开门');

    expect([asked, next]).toEqual(['transfer-to-agent', '十点开门']);
    expect((await get('/conversations?view=waiting')).body.items).toEqual([]);
  });

  test('is handed back by itself after a silence of both, also by a process that started since', async () => {
    const { kit, says, post, get, another, conversationOf } = await openWorld();
    await says('oA', '人工');
    const id = await conversationOf('oA');
    await post(`/conversations/${id}/take`);
    kit.clock.advance(20 * minute);
    await says('oA', '还在吗');
    await kit.work.drain();
    kit.clock.advance(20 * minute);
    await kit.work.drain();
    const early = await get(`/conversations/${id}`);

    const restarted = await another();
    kit.clock.advance(11 * minute);
    await kit.work.drain();
    await restarted.close();
    const late = await get(`/conversations/${id}`);

    expect(early.body).toMatchObject({ state: 'taken' });
    expect(early.body.handBackAt).toBe(
      new Date(kit.clock.business() - 31 * minute + 30 * minute).toISOString(),
    );
    expect(late.body).toMatchObject({ state: 'bot', assignee: null });
    expect(await says('oA', '几点开门')).toBe('十点开门');
    const thread = await get(`/conversations/${id}/messages`);
    expect(thread.body.items.map(({ text }: { text: string }) => text)).toContain(
      '很久没有人说话，交还给机器人',
    );
  });

  test('is listed by what was said in the second of the call, before it or after, and not by the call', async () => {
    const { says, get } = await openWorld();
    await says('oA', '人工');
    await says('oA', '面膜漏了');
    await says('oB', '人工');
    await says('oC', '买的精华漏了');
    await says('oC', '人工');

    const { body } = await get('/conversations?view=waiting');

    expect(body.items.map(({ lastText }: { lastText: string }) => lastText).sort()).toEqual(
      ['面膜漏了', '人工', '买的精华漏了'].sort(),
    );
  });

  test('is found and headed by the name WeCom has for the person, where its account is seen', async () => {
    const { kit, says, get, as, accountId, conversationOf } = await openWorld();
    await says('oA', '人工');
    const id = await conversationOf('oA');
    const personId = (await get(`/conversations/${id}`)).body.personId as string;
    const friend = await aFollower(kit, {
      ...{ accountId: 'CORP', openid: 'wmA', personId, set: { kind: 'external-contact' } },
    });
    const told = { name: '阮棠', kind: 'wechat', fetchedAt: 1 };
    await kit.db.transact((tx) =>
      insertRows(tx, 'contact_profile', [{ identityId: friend.id, ...told }]),
    );
    const search = () => get(`/conversations?view=all&q=${encodeURIComponent('阮')}`);

    const [list, head, found] = [
      await get('/conversations'),
      await get(`/conversations/${id}`),
      await search(),
    ];
    as({ ...lin, accountIds: [accountId] });
    const [ours, unfound] = [await get(`/conversations/${id}`), await search()];
    await kit.database.writer.query(`UPDATE person SET displayName = '棠棠'`);
    const remarked = await get(`/conversations/${id}`);

    const named = { personName: '阮棠', personNamed: true };
    expect([list.body.items, head.body, found.body.items]).toMatchObject([[named], named, [named]]);
    expect(ours.body.personNamed).toBe(false);
    expect(unfound.body.items).toEqual([]);
    expect(remarked.body.personName).toBe('棠棠');
  });

  test('is listed with the name of the button that was tapped, and with links as they are read', async () => {
    const { kit, take, eventOf, says, accountId, post, get } = await openWorld();
    const link = '点 <a href="https://example.com/r">申请退换</a>';
    await post('/reply-rules', {
      ...{ match: 'words', keywords: ['退货'], priority: 0, appId: null },
      ...{ answer: { type: 'text', text: link }, publish: true },
    });
    await kit.db.transact(async (tx) => {
      const entries = [{ key: '', name: '服务', buttons: [{ key: 'shops', name: '门店地址' }] }];
      const by = { createdAt: 1, changedAt: 1, changedBy: '' };
      await insertRows(tx, 'menu', [
        { id: 'M', accountId, tagKey: '', draft: '[]', revision: 1, liveVersionId: 'V', ...by },
      ]);
      const row = { id: 'V', menuId: 'M', number: 1, note: 'published', at: 1, byName: '' };
      await insertRows(tx, 'menu_version', [{ ...row, entries: JSON.stringify(entries) }]);
    });

    await take(eventOf('oA', { kind: 'menu-tapped', menu: 'click', key: 'shops' }));
    await take(eventOf('oB', { kind: 'menu-tapped', menu: 'click', key: 'gone' }));
    await says('oC', '退货');
    const lists = await get('/conversations');

    const words = lists.body.items.map((one: { lastText: string }) => one.lastText).sort();
    expect(words).toEqual(['点 申请退换', '点了菜单 gone', '点了菜单 门店地址']);
  });

  test('of two operators only one has it; taking it from the other is written down', async () => {
    const { kit, says, post, as, conversationOf } = await openWorld();
    await says('oA', '人工');
    const id = await conversationOf('oA');

    const mine = await post(`/conversations/${id}/take`);
    as(zhou);
    const answers = [
      await post(`/conversations/${id}/take`),
      await post(`/conversations/${id}/messages`, { text: '你好', clientKey: 'k1' }),
      await post(`/conversations/${id}/hand-back`),
      await post(`/conversations/${id}/close`),
    ];
    const forced = await post(`/conversations/${id}/take`, { force: true });
    as(lin);
    const late = await post(`/conversations/${id}/messages`, { text: '你好', clientKey: 'k2' });

    const trail = await kit.db.read.all<{ action: string }>(
      `SELECT action FROM audit_entry WHERE action LIKE 'conversation%'`,
    );
    expect(mine.status).toBe(200);
    expect(answers.map(({ status, body }) => [status, body.code, body.by?.name])).toEqual(
      Array(4).fill([409, 'conversation_taken', '林芳']),
    );
    expect(forced.body).toMatchObject({ state: 'taken', assignee: { name: '周婷' } });
    expect([late.status, late.body.by.name]).toEqual([409, '周婷']);
    expect(trail).toEqual([{ action: 'conversation.taken-over' }]);
  });

  test('two who take it at the same moment at two processes: one has it, the other is told who', async () => {
    const { says, post, another, conversationOf, get } = await openWorld();
    await says('oA', '人工');
    const id = await conversationOf('oA');
    const other = await another();
    other.as(zhou);

    const answers = await Promise.all([
      post(`/conversations/${id}/take`),
      other.post(`/conversations/${id}/take`),
    ]);
    const seen = await get(`/conversations/${id}`);
    await other.close();

    const [winner, loser] = answers[0].status === 200 ? answers : [answers[1], answers[0]];
    expect([winner.status, loser.status]).toEqual([200, 409]);
    expect(loser.body.by).toEqual(winner.body.assignee);
    expect(seen.body.assignee).toEqual(winner.body.assignee);
  });

  test('a limited operator sees and touches nothing of other accounts', async () => {
    const { says, post, get, put, as, conversationOf } = await openWorld();
    await says('oA', '人工');
    const id = await conversationOf('oA');

    as({ ...zhou, accountIds: [] });
    const lists = [await get('/conversations'), await get('/conversations?view=waiting&q=人工')];
    const answers = [
      await get(`/conversations/${id}`),
      await get(`/conversations/${id}/messages`),
      await get(`/conversations/${id}/media/01ARZ3NDEKTSV4RRFFQ69G5FAV`),
      await get(`/canned-replies?conversationId=${id}`),
      await post(`/conversations/${id}/take`),
      await post(`/conversations/${id}/hand-back`),
      await post(`/conversations/${id}/close`),
      await post(`/conversations/${id}/assign`, { operatorId: null }),
      await post(`/conversations/${id}/messages`, { text: '你好', clientKey: 'k1' }),
      await post(`/conversations/${id}/notes`, { text: '备注' }),
      await post(`/conversations/${id}/read`),
      await post(`/conversations/${id}/typing`),
    ];
    const global = [
      await put('/inbox-settings', {
        ...{ handBackAfterMinutes: 5, assign: 'none', hours: [], awayText: null },
      }),
      await post('/canned-replies', { title: '你好', text: '你好' }),
    ];

    for (const { body } of lists) {
      expect(body.items).toEqual([]);
      expect(body.counts).toEqual({ waiting: 0, unanswered: 0, mine: 0, all: 0, unread: 0 });
    }
    expect(answers.map(({ status }) => status)).toEqual(Array(answers.length).fill(404));
    expect(global.map(({ status }) => status)).toEqual([403, 403]);
  });
});
