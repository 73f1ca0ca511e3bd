import { readKfMessage } from '../../src/channels/wecom/kf-message';
import { execute } from '../../src/kernel/database';
import { eventOfKf } from '../../src/kf/kf-events';
import { openFriendsWorld, type FriendsWorld } from '../support/friends-world';
import { onBothEngines } from '../support/open-kit';

const hour = 3_600_000;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read answers freely
type Loose = any;

onBothEngines('WeChat customer service over the sandbox', (open) => {
  const opened: FriendsWorld[] = [];
  afterEach(async () => {
    for (const world of opened.splice(0)) await world.close();
  });

  /** A corp whose customer service is on, with a rule for 「人工」 and one that answers. */
  const openWorld = async () => {
    const world = await openFriendsWorld(await open());
    opened.push(world);
    const { api, accountId, corpId, kit, must, sending } = world;
    const path = `/api/v1/accounts/${accountId}/kf`;
    const { kfId } = await must('POST', `/wecom/corps/${corpId}/kf`, { name: '山茶花客服' });
    const listed = await api.post(`${path}/refresh`, {});
    const turnedOn = await api.put(`${path}/${kfId}`, {
      enabled: true,
      welcome: '你好，这里是山茶花',
    });
    const rule = (keywords: string[], answer: object) =>
      api.post('/api/v1/reply-rules', {
        ...{ match: 'words', keywords, priority: 0, appId: null, answer, publish: true },
      });
    await rule(['人工'], { type: 'transfer-to-agent' });
    await rule(['开门'], { type: 'text', text: '十点开门' });
    const { personId, externalUserId } = await must('POST', '/wecom/people', { name: '小雨' });
    let ahead = 0;
    /** WeCom tells whole seconds: what is said in one stands in no order. */
    const advance = async (ms: number) => {
      ahead += ms;
      await world.advance(ms);
    };
    const settle = async () => {
      kit.clock.set(Date.now() + ahead);
      await kit.work.drain();
      await sending.sender.drain();
      await kit.work.drain();
    };
    await settle();
    /** What stands on the phone, oldest first. */
    const phone = async (): Promise<string[]> => {
      const { items } = await must(
        'GET',
        `/wecom/books/messages?corpId=${corpId}&externalUserId=${externalUserId}&via=kf`,
      );
      const lines: { id: number; direction: string; text: string }[] = items;
      return lines.sort((a, b) => a.id - b.id).map((one) => `${one.direction} ${one.text}`);
    };
    /** Until the phone shows this many lines that came in. */
    const until = async (look: () => Promise<boolean>): Promise<void> => {
      for (let tries = 0; tries < 200; tries += 1) {
        await settle();
        if (await look()) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error('it did not happen');
    };
    const count = async (sql: string): Promise<number> => {
      const [row] = await kit.db.read.all<{ n: number }>(sql);
      return row?.n ?? 0;
    };
    return {
      ...{ ...world, path, kfId, personId, externalUserId, settle, phone, until, count },
      ...{ listed, turnedOn },
      advance,
      says: async (text: string, more: object = {}) => {
        await advance(2_000);
        await world.person(personId, 'kf-say', { kfId, text, ...more });
      },
      heard: (what: string, times = 1) =>
        until(async () => (await phone()).filter((one) => one === `in ${what}`).length === times),
      conversations: async (view = 'all'): Promise<Loose[]> =>
        (await api.get(`/api/v1/conversations?view=${view}`)).body.items,
      thread: async (id: string): Promise<Loose[]> =>
        (await api.get(`/api/v1/conversations/${id}/messages`)).body.items,
    };
  };

  test('greets, answers, hands over, and an operator answers on the phone', async () => {
    const world = await openWorld();
    const { api } = world;

    await world.person(world.personId, 'kf-enter', { kfId: world.kfId, scene: 'shop' });
    await world.heard('你好，这里是山茶花');
    await world.says('几点开门');
    await world.heard('十点开门');
    await world.says('人工');
    await world.until(async () => (await world.conversations('waiting')).length === 1);
    const [waiting] = await world.conversations('waiting');
    const path = `/api/v1/conversations/${waiting.id}`;
    await world.says('开门了吗');
    await world.until(async () => (await world.thread(waiting.id))[0]?.text === '开门了吗');
    await world.advance(2_000);
    await world.settle();
    const sent = await api.post(`${path}/messages`, { text: '您好，我是林芳', clientKey: 'k1' });
    await world.heard('您好，我是林芳');
    const [taken] = await world.conversations('mine');
    const thread = await world.thread(waiting.id);

    expect(world.listed.body.items).toMatchObject([{ name: '山茶花客服', enabled: false }]);
    expect(world.turnedOn.body.items).toMatchObject([{ enabled: true, isListed: true }]);
    expect(waiting).toMatchObject({
      ...{ channel: 'wecom-kf', personName: '小雨', personNamed: true, state: 'waiting' },
      ...{ lastText: '几点开门', window: { left: 4 } },
    });
    expect(sent.status).toBe(201);
    expect(taken).toMatchObject({ state: 'taken', window: { left: 4 } });
    expect(await world.phone()).toEqual([
      ...['in 你好，这里是山茶花', 'out 几点开门', 'in 十点开门', 'out 人工'],
      ...[expect.stringContaining('转接人工'), 'out 开门了吗', 'in 您好，我是林芳'],
    ]);
    expect(thread.map(({ by, text, state }) => `${by} ${state} ${text}`).reverse()).toEqual([
      'follower null 打开了微信客服，来自「shop」',
      'bot null 你好，这里是山茶花',
      'follower null 几点开门',
      'bot sent 十点开门',
      'follower null 人工',
      expect.stringContaining('bot sent 已为您转接人工'),
      'follower null 找人工',
      'follower null 开门了吗',
      'operator null test 接待',
      'operator sent 您好，我是林芳',
    ]);
  });

  test('five answers for one message, and no sixth; after two days none', async () => {
    const world = await openWorld();
    await world.says('在吗');
    await world.until(async () => (await world.conversations()).length === 1);
    const [{ id }] = await world.conversations();
    const say = (text: string) =>
      world.api.post(`/api/v1/conversations/${id}/messages`, { text, clientKey: text });

    const answers = [];
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f']) answers.push(await say(text));
    await world.settle();
    await world.says('还在吗');
    await world.heard('e');
    await world.until(async () => (await world.conversations())[0]?.window?.left === 5);
    await world.advance(49 * hour);
    const late = await say('g');

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 409]);
    expect(answers[5]?.body.code).toBe('window_used_up');
    expect(late.body.code).toBe('window_closed');
    expect((await world.phone()).filter((one) => one.startsWith('in'))).toHaveLength(5);
  });

  test('what WeCom refuses all the same is told with its reason, and corrects our books', async () => {
    const world = await openWorld();
    await world.says('在吗');
    await world.until(async () => (await world.conversations()).length === 1);
    const [{ id }] = await world.conversations();
    const app = world.book.weComOrThrow(world.accountId);
    const chat = { kfId: world.kfId, externalUserId: world.externalUserId };
    for (const text of ['1', '2', '3', '4', '5']) {
      await world.wecom.sayInKf(app, chat, { kind: 'text', text });
    }

    await world.api.post(`/api/v1/conversations/${id}/messages`, { text: 'x', clientKey: 'x' });
    await world.until(async () => (await world.thread(id))[0]?.state === 'failed');
    const [message] = await world.thread(id);
    const [after] = await world.conversations();

    expect(message).toMatchObject({ reason: 'kf-window-used-up' });
    expect(message.reasonText).toContain('5 条');
    expect(after.window).toBeNull();
  });

  test('a bell that rings again and two readers at once read everything once', async () => {
    const world = await openWorld();
    const { kit, accountId, kfId } = world;
    await world.says('几点开门', { times: 30 });
    await world.heard('十点开门', 5);
    const read = world.count(`SELECT COUNT(*) AS n FROM timeline_entry WHERE kind = 'message-in'`);
    const before = await read;
    const [place] = await kit.db.read.all<{ readTo: string }>(`SELECT readTo FROM kf_account`);

    await kit.db.transact((tx) =>
      execute(tx, `UPDATE kf_account SET readTo = NULL, readAt = NULL`),
    );
    await world.must('POST', `/wecom/corps/${world.corpId}/events`, {
      ...{ event: 'kf_msg_or_event', fields: { OpenKfId: kfId, Token: '' } },
    });
    await world.says('还有吗');
    await world.until(
      async () =>
        (await world.count(
          `SELECT COUNT(*) AS n FROM timeline_entry WHERE kind = 'message-in'`,
        )) === 31,
    );
    const [after] = await kit.db.read.all<Loose>(`SELECT * FROM kf_account`);

    expect(before).toBe(30);
    expect(Number(after.readTo.slice(2))).toBe(Number(place?.readTo.slice(2)) + 1);
    expect(after).toMatchObject({ accountId, leaseBy: null, lastError: null });
    expect((await world.phone()).filter((one) => one === 'in 十点开门')).toHaveLength(5);
  });

  test('what was missed for long waits for a person, and old words of before are only kept', async () => {
    const world = await openWorld();
    const { api, path, kfId } = world;
    await api.put(`${path}/${kfId}`, { enabled: false, welcome: null });
    await world.says('几点开门');
    await world.advance(hour);
    await world.settle();
    await api.put(`${path}/${kfId}`, { enabled: true, welcome: null });
    await world.until(async () => (await world.conversations()).length === 1);
    const [{ id, state }] = await world.conversations();
    const silent = await world.phone();
    await api.post(`/api/v1/conversations/${id}/hand-back`, {});
    await world.says('几点开门');
    await world.heard('十点开门');

    expect(state).toBe('waiting');
    expect(silent).toEqual(['out 几点开门']);
    expect((await world.thread(id)).map(({ text }) => text)).toContain('几点开门');
  });

  test('words of before we were there are kept, and nobody answers them', async () => {
    const world = await openWorld();
    const { kit } = world;
    await kit.db.transact((tx) => execute(tx, `UPDATE kf_account SET enabled = 0, readTo = NULL`));
    await world.says('几点开门');
    await world.until(async () => (await world.count(`SELECT COUNT(*) AS n FROM job`)) === 0);
    await world.advance(hour);
    await world.settle();
    await world.api.put(`${world.path}/${world.kfId}`, { enabled: true, welcome: null });
    await world.until(async () => (await world.conversations()).length === 1);
    await world.says('周日开门吗');
    await world.heard('十点开门');

    expect(await world.conversations('waiting')).toEqual([]);
    expect((await world.phone()).filter((one) => one.startsWith('in'))).toHaveLength(1);
  });

  test('to WeCom’s own staff when the inbox is theirs: the bot is silent until the session ends', async () => {
    const world = await openWorld();
    const { api, accountId, externalUserId, kfId } = world;
    await api.put(`/api/v1/inbox-settings?accountId=${accountId}`, {
      ...{ handBackAfterMinutes: 30, assign: 'none', hours: [], awayText: null, inbox: 'wechat' },
    });
    const app = world.book.weComOrThrow(accountId);
    const chat = { kfId, externalUserId };
    const stateOf = async () => (await world.wecom.kfState(app, kfId, externalUserId)).state;
    const place = { accountId, corpId: app.corpId, agentId: app.agentId, kfId };
    let last = 0;
    /** As a pull would bring it: the sandbox has no servicers who talk. */
    const brings = async (body: object) => {
      await world.advance(2_000);
      const ids = { open_kfid: kfId, external_userid: externalUserId };
      const message = readKfMessage({
        ...{ msgid: `s${(last += 1)}`, send_time: Math.floor(world.kit.clock.business() / 1000) },
        ...{ ...ids, ...body },
      });
      const event = eventOfKf(place, message, { late: undefined, nameOf: () => '周宁' });
      if (event) await world.intake.take(event);
    };
    const happens = (facts: object) =>
      brings({
        ...{ origin: 4, msgtype: 'event' },
        event: { ...facts, open_kfid: kfId, external_userid: externalUserId },
      });

    await world.says('人工');
    await world.until(async () => (await stateOf()) === 'pool');
    await happens({
      ...{ event_type: 'session_status_change', change_type: 1, new_servicer_userid: 'zhouning' },
    });
    await world.says('几点开门');
    await brings({
      ...{ origin: 5, servicer_userid: 'zhouning', msgtype: 'text', text: { content: '十一点' } },
    });
    await world.until(async () => (await world.conversations())[0]?.lastText === '十一点');
    const [during] = await world.conversations();
    await happens({ event_type: 'servicer_recall_msg', recall_msgid: 's2' });
    const [recalled] = await world.thread(during.id);
    const silent = await world.phone();
    await world.wecom.moveKfChat(app, chat, { state: 'ended' });
    await happens({ event_type: 'session_status_change', change_type: 3 });
    await world.says('几点开门');
    await world.heard('十点开门');
    const [sent] = await world.kit.db.read.all<{ messageId: string }>(
      `SELECT messageId FROM send_receipt WHERE runId IS NOT NULL`,
    );
    await happens({ event_type: 'msg_send_fail', fail_msgid: sent?.messageId, fail_type: 10 });
    const failed = (await world.thread(during.id)).find(({ state }) => state === 'failed');

    expect(during).toMatchObject({ isElsewhere: true, state: 'bot' });
    expect(silent).toEqual(['out 人工', 'out 几点开门']);
    expect(recalled).toMatchObject({
      ...{ by: 'operator', operator: { name: '周宁' }, text: '十一点', recalled: true },
    });
    expect(failed).toMatchObject({ text: '十点开门', reason: 'refused-by-follower' });
    expect((await world.conversations())[0]).toMatchObject({ isElsewhere: false });
  });

  test('an operator gives a chat to one of WeCom’s own, or to the queue; refusals are words', async () => {
    const world = await openWorld();
    const { api, must, corpId, kfId, externalUserId } = world;
    await must('POST', `/wecom/corps/${corpId}/kf/${kfId}/servicers`, {
      ...{ serving: ['zhouning'], away: ['linlan'] },
    });
    await world.says('人工');
    await world.until(async () => (await world.conversations('waiting')).length === 1);
    const [{ id }] = await world.conversations('waiting');
    const path = `/api/v1/conversations/${id}/wecom-service`;
    const servicer = (userId: string) => ({ to: 'servicer', userId });
    const asServicer = (action: string, more: object = {}) =>
      world.staff('zhouning', action, { kfId, externalUserId, ...more });

    const before = await api.get(path);
    const away = await api.post(path, servicer('linlan'));
    const stranger = await api.post(path, servicer('nobody'));
    const given = await api.post(path, servicer('zhouning'));
    const again = await api.post(path, servicer('zhouning'));
    const [during] = await world.conversations();
    await world.advance(2_000);
    await asServicer('kf-answer', { text: '我是周宁' });
    await world.says('几点开门');
    await world.until(async () => (await world.thread(id))[0]?.text === '几点开门');
    const lines = await world.phone();
    await asServicer('kf-end');
    await world.until(async () => (await world.conversations())[0]?.isElsewhere === false);
    const ended = await api.post(path, { to: 'pool' });
    await world.says('几点开门');
    await world.heard('十点开门');
    const pooled = await api.post(path, { to: 'pool' });

    expect(before.body).toMatchObject({
      state: expect.stringMatching(/new|bot/),
      servicers: [
        { userId: 'linlan', serving: false },
        { userId: 'zhouning', serving: true },
      ],
    });
    expect([away, stranger].map(({ status, body }) => [status, body.code])).toEqual([
      [409, 'kf_servicer_away'],
      [409, 'kf_not_servicer'],
    ]);
    expect([given, again].map(({ body }) => body.servicer?.userId)).toEqual([
      ...['zhouning', 'zhouning'],
    ]);
    expect(during).toMatchObject({ isElsewhere: true, state: 'bot' });
    expect(lines.slice(-2)).toEqual(['in 我是周宁', 'out 几点开门']);
    expect(ended.body.code).toBe('kf_ended');
    expect(pooled.body.state).toBe('pool');
    const texts = (await world.thread(id)).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([expect.stringContaining('转给企业微信里的 zhouning')]),
    );
  });
});
