import { aFollower } from '../../test/support/an-account';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import {
  openReplyProcess,
  openReplyWorld,
  type ReplyProcess,
  type ReplyWorld,
} from '../../test/support/reply-world';
import { owner } from '../../test/support/serve-api';
import { timelineTitle } from '../relationships';
import { addSegment, judgingNow, membersSql, readRule } from '../segments';

const text = (said: string) => ({ type: 'text', text: said });
const minute = 60_000;

onBothEngines('rules with conditions', (open) => {
  let opened: ReplyProcess[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    opened = [];
  });
  async function world(): Promise<{ kit: TestKit } & ReplyWorld> {
    const kit = await open();
    const made = await openReplyWorld(kit);
    opened.push(made);
    return { ...made, kit };
  }
  const timeline = (kit: TestKit) =>
    kit.db.read.all<{ kind: string; params: string; refId: string | null }>(
      `SELECT kind, params, refId FROM timeline_entry
       WHERE kind NOT IN ('message-in', 'message-out') ORDER BY id`,
    );

  test('a rule is silent for one who just got it, in every process and after a restart', async () => {
    const { kit, rule, say, accountId, explain } = await world();
    const often = await rule({ answer: text('随便问') });
    const once = await rule({ priority: 1, answer: text('一次'), when: { quietMinutes: 10 } });
    const other = await openReplyProcess(kit, accountId);
    opened.push(other);

    const first = await say('有优惠吗');
    const again = await other.say('有优惠吗');
    const somebodyElse = await other.say('有优惠吗', 'oB');
    const told = await explain('有优惠吗', { openid: 'oA' });
    kit.clock.advance(10 * minute);
    const later = await other.say('有优惠吗');

    expect(first.reply).toEqual({ kind: 'text', text: '一次' });
    expect(again.reply).toEqual({ kind: 'text', text: '随便问' });
    expect(somebodyElse.reply).toEqual({ kind: 'text', text: '一次' });
    expect(later.reply).toEqual({ kind: 'text', text: '一次' });
    expect(told).toMatchObject({
      reply: { text: '随便问' },
      considered: [
        { id: often, code: 'won-as-only-match' },
        { id: once, matched: false, code: 'cooling-down' },
      ],
    });
  });

  test('a segment is asked of the one who writes, and of nobody when no rule asks', async () => {
    const { kit, rule, say, accountId, explain, api } = await world();
    const segment = await addSegment(kit, owner, {
      name: '会员',
      rule: { field: 'tag', op: 'has-any', value: ['会员'] },
    });
    await rule({ answer: text('给大家') });
    const forMembers = { priority: 1, answer: text('给会员'), when: { segmentIds: [segment.id] } };
    const members = await rule(forMembers);
    await aFollower(kit, { accountId, openid: 'oM', tags: ['会员'] });
    await aFollower(kit, { accountId, openid: 'oN' });

    const member = await say('优惠', 'oM');
    const other = await say('优惠', 'oN');
    const newcomer = await say('优惠', 'oZ');
    const told = await explain('优惠', { openid: 'oN' });
    const unknown = await api.call('POST', '/api/v1/reply-rules', {
      ...{ match: 'words', keywords: ['x'], answer: text('x') },
      when: { segmentIds: ['gone'] },
    });

    expect(member.reply).toEqual({ kind: 'text', text: '给会员' });
    expect([other.reply, newcomer.reply]).toEqual(
      Array.from({ length: 2 }, () => ({ kind: 'text', text: '给大家' })),
    );
    expect(told['considered']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: members,
          code: 'not-in-audience',
          why: '不在人群「会员」里',
        }),
      ]),
    );
    expect(await explain('优惠', { openid: 'oM' })).toMatchObject({ reply: { text: '给会员' } });
    expect(unknown).toMatchObject({ status: 400, body: { code: 'input_invalid' } });
  });

  test('tags given by one message decide the next one, even in the same breath', async () => {
    const { rule, say, kit } = await world();
    await rule({
      answer: text('欢迎会员'),
      priority: 1,
      when: { tags: { any: ['会员'], none: ['黑名单'] } },
    });
    const join = await rule({
      ...{ match: 'exact', keywords: ['入会'], answer: text('好的') },
      also: { addTags: ['会员'], removeTags: ['路人'], note: '自己入会' },
    });
    await say('你好');

    const taken = await Promise.all([say('入会'), say('有优惠吗'), say('入会')]);

    expect(taken.map(({ reply }) => reply)).toMatchObject([
      { text: '好的' },
      { text: '欢迎会员' },
      { text: '好的' },
    ]);
    const entries = await timeline(kit);
    expect(entries.map(({ kind, refId }) => [kind, refId])).toEqual([
      ['tagged', join],
      ['note', join],
      ['note', join],
    ]);
    const tags = await kit.db.read.all(
      `SELECT t.name FROM identity_tag g JOIN tag t ON t.id = g.tagId`,
    );
    expect(tags).toEqual([{ name: '会员' }]);
  });

  test('a mark stands on the timeline by its own name, and segments count it', async () => {
    const { rule, say, kit, explain } = await world();
    const checkIn = await rule({
      ...{ match: 'exact', keywords: ['签到'], answer: text('签到成功') },
      also: { mark: { name: '积分', amount: 10 } },
    });
    const members = async (least: number) => {
      const judging = await judgingNow(kit);
      const rule = { field: 'event:mark:积分', op: 'at-least', value: least, within: 7 };
      const { sql, params } = membersSql(readRule(rule, judging.fields), judging, {});
      return kit.db.read.all(sql, params);
    };
    await say('签到');
    await say('签到');

    const counts = [(await members(2)).length, (await members(3)).length];

    const marks = (await timeline(kit)).filter(({ kind }) => kind === 'mark:积分');
    expect(marks).toHaveLength(2);
    expect(marks[0]).toMatchObject({ refId: checkIn });
    expect(JSON.parse(String(marks[0]?.params))).toMatchObject({ name: '积分', amount: 10 });
    expect(timelineTitle('mark:积分', { name: '积分', amount: 10 }, 'zh-CN')).toContain('10');
    expect(counts).toEqual([1, 0]);
    expect(await explain('签到')).toMatchObject({ also: { mark: { name: '积分' } } });
  });

  test('a rule that hands over says its words, leaves a fact, and the bot is silent from then on', async () => {
    const { rule, say, kit } = await world();
    await rule({
      keywords: ['投诉'],
      answer: text('马上来'),
      also: { handOff: true },
    });

    const first = await say('我要投诉');
    const second = await say('我要投诉');

    expect(first.reply).toEqual({ kind: 'text', text: '马上来' });
    expect(second.reply).toBeUndefined();
    const entries = await timeline(kit);
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'conversation' }));
  });

  test('of several messages the first is the reply, the others follow as far as the window goes', async () => {
    const { kit, rule, say, take, accountId, explain } = await world();
    const card = { title: '到店礼', appId: 'wx00000001', path: 'pages/gift', thumbMediaId: 'T1' };
    await rule({
      answer: {
        type: 'several',
        messages: [
          text('{{ account.name }}有优惠'),
          { type: 'choices', before: '想看哪个', choices: ['护肤', '彩妆'] },
          { type: 'mini-program', ...card },
          text('{% if person.name != "" %}{{ person.name }}{% endif %}'),
        ],
      },
    });
    await rule({
      ...{ match: 'event', keywords: ['CLICK:gift'] },
      answer: {
        type: 'several',
        messages: Array.from({ length: 5 }, (_, at) => text(`第${at}条`)),
      },
    });

    const told = await explain('优惠');
    const taken = await say('优惠');
    const tapped = await take({ kind: 'menu-tapped', menu: 'click', key: 'gift' }, 'oB');
    await kit.db.transact((tx) =>
      tx.query(`UPDATE identity SET windows = '{}' WHERE accountId = ?`, [accountId]),
    );

    const rows = await kit.db.read.all<{ message: string; dueAt: number; origin: string }>(
      `SELECT r.message, d.dueAt, r.origin FROM send_run r JOIN delivery d ON d.runId = r.id
       ORDER BY r.id`,
    );
    const later = rows.map(({ message }) => (JSON.parse(message) as { message: object }).message);
    expect(taken.reply).toEqual({ kind: 'text', text: '山茶花有优惠' });
    expect(later.slice(0, 2)).toEqual([
      {
        ...{ kind: 'choices', before: '想看哪个' },
        choices: [
          { id: 'say-1', label: '护肤' },
          { id: 'say-2', label: '彩妆' },
        ],
      },
      { kind: 'mini-program', ...card },
    ]);
    expect(rows.map(({ dueAt }) => dueAt - kit.clock.business())).toEqual([
      ...[1_000, 2_000],
      ...[1_000, 2_000, 3_000],
    ]);
    // What the bench told is what was written: same words, same order, same number.
    expect(told).toMatchObject({
      messages: [
        { type: 'text', text: '山茶花有优惠' },
        { type: 'choices', before: '想看哪个' },
        { type: 'mini-program', title: '到店礼' },
      ],
      delivery: { total: 3, goes: 3, left: 5 },
    });
    // A tap opens a window of three: the fifth message has no room.
    expect(tapped.reply).toMatchObject({ text: '第0条' });
    expect(later.slice(2)).toMatchObject([{ text: '第1条' }, { text: '第2条' }, { text: '第3条' }]);
  });

  test('what is published in one process is answered by the others within two seconds', async () => {
    const { kit, rule, accountId } = await world();
    const other = await openReplyProcess(kit, accountId);
    opened.push(other);
    const before = await other.say('优惠');

    await rule({ answer: text('刚发布') });
    kit.clock.advance(1_600);

    expect(before.reply).toBeUndefined();
    expect((await other.say('优惠')).reply).toEqual({ kind: 'text', text: '刚发布' });
  });

  test('hours are judged by the clock of the organisation, and the bench can look at another hour', async () => {
    const { rule, say, explain } = await world();
    await rule({ answer: text('打烊了'), when: { hours: [{ from: '22:00', to: '10:00' }] } });

    const now = await say('优惠');
    const told = await explain('优惠');
    const atNight = await explain('优惠', { at: '2026-11-22T01:00:00+08:00' });

    expect(now.reply).toBeUndefined();
    expect(told).toMatchObject({
      reply: null,
      considered: [{ code: 'outside-hours', why: '不在时段内（22:00–10:00）' }],
    });
    expect(atNight).toMatchObject({ reply: { text: '打烊了' } });
  });

  test.each([
    [
      'a card first',
      {
        messages: [
          { type: 'mini-program', title: 't', appId: 'wx00000001', path: 'p', thumbMediaId: 'm' },
          text('x'),
        ],
      },
      'first_must_be_passive',
    ],
    [
      'a transfer among others',
      { messages: [text('x'), { type: 'transfer-to-agent' }] },
      'transfer_answers_alone',
    ],
    [
      'a video later',
      { messages: [text('x'), { type: 'video', mediaId: 'm' }] },
      'video_only_first',
    ],
  ])('%s is refused with its code', async (_, answer, code) => {
    const { api } = await world();

    const { status, body } = await api.call('POST', '/api/v1/reply-rules', {
      ...{ match: 'words', keywords: ['x'], answer: { type: 'several', ...answer } },
    });

    expect(status).toBe(400);
    expect(JSON.stringify(body)).toContain(code);
  });
});
