import { openInboxWorld, zhou, type InboxWorld } from '../../test/support/inbox-world';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';

const hour = 3_600_000;

onBothEngines("an operator's answer", (open) => {
  let world: InboxWorld | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  /** A follower who asked for a person. */
  const openWorld = async () => {
    const kit: TestKit = await open();
    const opened = await openInboxWorld(kit);
    world = opened;
    await opened.says('oA', '人工');
    const id = await opened.conversationOf('oA');
    const say = (text: string, clientKey: string) =>
      opened.post(`/conversations/${id}/messages`, { text, clientKey });
    const thread = async () => (await opened.get(`/conversations/${id}/messages`)).body.items;
    return { ...opened, kit, id, say, thread };
  };

  test('a key that was used for other words, or by somebody else, is refused and nothing is lost unseen', async () => {
    const { say, thread } = await openWorld();

    const first = await say('第一句', 'k9');
    const again = await say('第一句', 'k9');
    const other = await say('另一句', 'k9');

    expect([first.status, again.status, other.status]).toEqual([201, 201, 409]);
    expect(other.body.code).toBe('idempotency_key_reused');
    expect(again.body.id).toBe(first.body.id);
    const words = (await thread()).map(({ text }: { text: string }) => text);
    expect(words.filter((one: string) => one === '第一句')).toHaveLength(1);
  });

  test('is queued at once, sent by the ledger, paid from the window, and takes the conversation over', async () => {
    const { say, thread, sending, wechat, get, id } = await openWorld();

    const made = await say('这边帮您查一下', 'k1');
    const before = await get(`/conversations/${id}`);
    await sending.sender.drain();
    const [last] = await thread();

    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{ by: 'operator', operator: { id: 'LIN', name: '林芳' }, kind: 'text' },
        ...{ text: '这边帮您查一下', state: 'queued', reason: null, because: null },
      },
    });
    expect(before.body).toMatchObject({
      ...{ state: 'taken', assignee: { id: 'LIN' }, window: { left: 4 }, unread: 0 },
      ...{ lastBy: 'operator', lastText: '这边帮您查一下' },
    });
    expect(last).toMatchObject({ id: made.body.id, state: 'sent' });
    expect(wechat.received.map(({ openid, body }) => [openid, body])).toEqual([
      ['oA', expect.objectContaining({ text: { content: '这边帮您查一下' } })],
    ]);
  });

  test('sent twice with one key is one message', async () => {
    const { say, thread, sending, wechat } = await openWorld();

    const answers = await Promise.all([say('在的', 'k1'), say('在的', 'k1')]);
    const third = await say('在的', 'k1');
    await sending.sender.drain();

    expect(new Set([...answers, third].map(({ body }) => body.id)).size).toBe(1);
    expect(wechat.received).toHaveLength(1);
    const said = (await thread()).filter(
      ({ by, kind }: { by: string; kind: string }) => by === 'operator' && kind === 'text',
    );
    expect(said).toHaveLength(1);
  });

  test('is refused when the window is used up, and when it is closed', async () => {
    const { kit, say, says } = await openWorld();

    const five = [];
    for (const nth of [1, 2, 3, 4, 5]) five.push((await say(`第 ${nth} 条`, `k${nth}`)).status);
    const sixth = await say('第 6 条', 'k6');
    await says('oA', '好的');
    const again = await say('第 6 条', 'k7');
    kit.clock.advance(49 * hour);
    const late = await say('还在吗', 'k8');

    expect(five).toEqual([201, 201, 201, 201, 201]);
    expect([sixth.status, sixth.body.code]).toEqual([409, 'window_used_up']);
    expect(again.status).toBe(201);
    expect([late.status, late.body.code]).toEqual([409, 'window_closed']);
  });

  test('that WeChat refuses is shown with its reason, and the window is known to be closed', async () => {
    const { say, thread, sending, wechat, get, id } = await openWorld();
    wechat.script = () => 45015;

    await say('在的', 'k1');
    await sending.sender.drain();
    const [last] = await thread();

    expect(last).toMatchObject({ state: 'failed', reason: 'window-closed' });
    expect((await get(`/conversations/${id}`)).body.window).toBeNull();
  });

  test('reaches a follower who wants no news: they asked', async () => {
    const { say, says, sending, wechat } = await openWorld();
    await says('oA', '退订');

    await say('已为您处理', 'k1');
    await sending.sender.drain();

    expect(wechat.received).toHaveLength(1);
  });

  test('comes with the reasons of what the bot said before, and notes stay inside', async () => {
    const { says, post, thread, id, sending, wechat, get } = await openWorld();
    await post(`/conversations/${id}/hand-back`);
    await says('oA', '几点开门');
    const note = await post(`/conversations/${id}/notes`, { text: '对酒精过敏' });
    await sending.sender.drain();

    const told = (await thread()).map(
      ({ by, kind, text, because }: Record<string, string | null>) => [by, kind, text, because],
    );

    expect(told).toEqual(
      expect.arrayContaining([
        ['operator', 'note', '对酒精过敏', null],
        ['bot', 'text', '十点开门', '规则「几点开门」'],
        ['follower', 'text', '几点开门', null],
        ['follower', 'event', '找人工', null],
      ]),
    );
    expect(note.status).toBe(201);
    expect(wechat.received).toHaveLength(0);
    const listed = await get('/conversations?q=几点');
    expect(listed.body.items.map((one: { id: string }) => one.id)).toEqual([id]);
    expect((await get('/conversations?q=没说过的')).body.items).toEqual([]);
  });

  test('a colleague who is writing one is seen for eight seconds', async () => {
    const { kit, post, get, id, as } = await openWorld();

    await post(`/conversations/${id}/typing`);
    as(zhou);
    const during = await get(`/conversations/${id}`);
    kit.clock.advance(9_000);
    const after = await get(`/conversations/${id}`);

    expect(during.body.draftBy).toEqual({ id: 'LIN', name: '林芳' });
    expect(after.body.draftBy).toBeNull();
  });

  test.each([
    [{ text: '', clientKey: 'k' }],
    [{ text: '长'.repeat(683), clientKey: 'k' }],
    [{ text: '你好', clientKey: 'k k' }],
    [{ mediaId: '../x', clientKey: 'k' }],
    [{ clientKey: 'k' }],
  ])('%j is refused', async (body) => {
    const { post, id } = await openWorld();

    const { status } = await post(`/conversations/${id}/messages`, body);

    expect(status).toBe(400);
  });
});
