import { anAccount } from '../../test/support/an-account';
import { onBothEngines, type TestKit } from '../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../test/support/serve-api';
import { AccountBook } from '../accounts';
import { insertRows } from '../kernel/database';
import { openReplies, replyOperations, type Replies } from './index';
import { readLastSaid } from './last-said';

const faqs = [
  {
    question: '怎么查物流',
    similar: ['我的快递到哪了', '包裹到哪里了', '物流在哪看'],
    answer: '点我的订单',
  },
  {
    question: '门店几点开门',
    similar: ['营业到几点', '周末几点下班', '今天营业吗'],
    answer: '十点到晚上九点',
  },
  {
    question: '怎么取消订单',
    similar: ['不想要了还没发货', '拍错了怎么撤单'],
    answer: '没发货前可以取消',
  },
];

type World = {
  kit: TestKit;
  api: ServedApi;
  replies: Replies;
  accountId: string;
  otherId: string;
  say: (text: string, more?: Said) => ReturnType<Replies['answerMessage']>;
};
type Said = { choiceId?: string; offered?: readonly string[]; accountId?: string };

onBothEngines('learning questions', (open) => {
  let opened: { api: ServedApi; replies: Replies } | undefined;
  afterEach(async () => {
    await opened?.api.close();
    await opened?.replies.close();
    opened = undefined;
  });

  async function world(): Promise<World> {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA', name: '山茶花', createdAt: 1 });
    const { id: otherId } = await anAccount(kit, { appId: 'wxB', name: '订阅号', createdAt: 2 });
    const book = await AccountBook.open(kit);
    const replies = await openReplies(kit);
    const api = await serveApi(kit, replyOperations(kit, { book, replies }));
    opened = { api, replies };
    for (const faq of faqs) await api.call('POST', '/api/v1/faqs', faq);
    const say: World['say'] = (text, { choiceId, offered, accountId: other } = {}) => {
      const said = { kind: 'text' as const, text, choiceId };
      const state = {
        accountId: other ?? accountId,
        now: kit.clock.business(),
        ...(offered ? { offered } : {}),
      };
      const answered = replies.answerMessage(said, state);
      if (answered) replies.count(answered, kit.clock.business(), other ?? accountId);
      return answered;
    };
    return { kit, api, replies, accountId, otherId, say };
  }
  const idOf = async (api: ServedApi, question: string): Promise<string> => {
    const { body } = await api.call('GET', '/api/v1/faqs');
    return String(body.items.find((one: { question: string }) => one.question === question)?.id);
  };

  test('questions that ask the same thing are one entry, counted together, and go and come together', async () => {
    const { api, say } = await world();
    for (const text of ['可以带狗进店吗', '能带狗进店里吗', '带狗进店可以吗', '可以带狗进店吗'])
      say(text);
    say('你们招聘店员吗');

    const { body } = await api.call('GET', '/api/v1/faqs/learning');
    const [dogs] = body.items;
    await api.call('DELETE', `/api/v1/faqs/learning/${dogs.id}`);
    const left = await api.call('GET', '/api/v1/faqs/learning');
    const ignored = await api.call('GET', '/api/v1/faqs/learning?state=ignored');
    await api.call('POST', `/api/v1/faqs/learning/${dogs.id}/restore`);
    const back = await api.call('GET', `/api/v1/faqs/learning/${dogs.id}`);

    expect(body).toMatchObject({ total: 2, asked: 5 });
    expect(dogs).toMatchObject({ text: '可以带狗进店吗', count: 4, reason: 'unanswered' });
    expect(dogs.phrasings).toHaveLength(3);
    expect(left.body.items.map((one: { text: string }) => one.text)).toEqual(['你们招聘店员吗']);
    expect(ignored.body.items).toMatchObject([{ count: 4 }]);
    expect(back.body).toMatchObject({ count: 4, answers: [] });
  });

  test('a question is kept, counted and made a phrasing without the number of who asked it', async () => {
    const { kit, api, say } = await world();
    say('可以带狗进店吗，我电话 13812345678');
    say('可以带狗进店吗，我电话 139 8765 4321');
    const before = { id: 'M', askedTimes: 1, state: 'open', firstAt: 1, lastAt: 1 };
    const birds = { folded: '能不能带鸟微信号niaoniao', sample: '能不能带鸟，微信号 niaoniao' };
    await kit.db.transact((tx) => insertRows(tx, 'faq_miss', [{ ...before, ...birds }]));

    const { body } = await api.call('GET', '/api/v1/faqs/learning');
    const [dogs] = body.items;
    const made = await api.call('POST', '/api/v1/faqs', {
      ...{ question: '可以带宠物吗', similar: [dogs.text], answer: '可以，牵好绳子' },
      learnedFrom: dogs.phrasings.map((one: { id: string }) => one.id),
    });
    const origins = await api.call('GET', `/api/v1/faqs/${made.body.id}/phrasings`);

    expect(body.items.map((one: { text: string; count: number }) => [one.text, one.count])).toEqual(
      [
        ['可以带狗进店吗，我电话 [号码]', 2],
        ['能不能带鸟，[账号]', 1],
      ],
    );
    expect(origins.body.items).toMatchObject([
      { source: 'question', sentence: '可以带狗进店吗，我电话 [号码]' },
    ]);
    const kept = await kit.db.read.all(`SELECT folded, sample FROM faq_miss`);
    expect(JSON.stringify(kept)).not.toMatch(/\d{4}/);
  });

  test('who may see one account sees what was asked there, and decides nothing', async () => {
    const { api, say, otherId } = await world();
    say('可以带狗进店吗');
    say('可以带狗进店吗', { accountId: otherId });
    // The same question, put by somebody of the account that they may not see.
    say('可以 带狗，进店吗？');
    say('你们招聘店员吗');
    await api.call('GET', '/api/v1/faqs/learning');
    api.as({ accountIds: [otherId] });

    const { status, body } = await api.call('GET', '/api/v1/faqs/learning');
    const refused = await api.call('DELETE', `/api/v1/faqs/learning/${body.items[0].id}`);
    api.as({ accountIds: [] });
    const nobody = await api.call('GET', '/api/v1/faqs/learning');

    expect(status).toBe(200);
    expect(body.items).toMatchObject([{ text: '可以带狗进店吗', count: 1 }]);
    expect(refused.status).toBe(403);
    expect(nobody.body.items).toEqual([]);
  });

  test('a person who answered soon after is quoted', async () => {
    const { kit, api, say, accountId } = await world();
    const at = kit.clock.business();
    const entry = (id: string, later: number, kind: string, params: object) => ({
      ...{ id, identityId: 'i1', accountId, at: at + later, kind },
      ...{ params: JSON.stringify(params), refKind: null, refId: null },
    });
    say('可以带狗进店吗');
    await kit.db.transact((tx) =>
      insertRows(tx, 'timeline_entry', [
        entry('t1', -1_000, 'message-in', { messageKind: 'text', text: '可以带狗进店吗？' }),
        entry('t2', 0, 'message-out', { by: 'default', text: '没听懂' }),
        entry('t3', 60_000, 'message-out', {
          by: 'operator',
          operator: '李娜',
          text: '可以，请牵好绳子',
        }),
      ]),
    );

    const { body } = await api.call('GET', '/api/v1/faqs/learning');
    const one = await api.call('GET', `/api/v1/faqs/learning/${body.items[0].id}`);

    expect(one.body.answers).toMatchObject([{ text: '可以，请牵好绳子', by: '李娜' }]);
  });

  test('an account that asks whether an answer helped learns from both words', async () => {
    const { api, say, otherId } = await world();
    const quiet = say('我的快递到哪里了呀');
    const put = await api.call('PUT', '/api/v1/faqs/feedback', { appId: 'wxA', isOn: true });
    const asking = say('我的快递到哪里了呀');
    const elsewhere = say('我的快递到哪里了呀', { accountId: otherId });
    const offered = asking?.offered ?? [];
    const yes = say('有帮助', { choiceId: 'faq.judge.helpful', offered });
    const no = say('没帮助', { offered });
    const later = say('没帮助');

    const queue = await api.call('GET', '/api/v1/faqs/learning');
    const likely = await api.call('GET', '/api/v1/faqs/candidates');
    const settings = await api.call('GET', '/api/v1/faqs/feedback');

    expect(put.status).toBe(204);
    expect([quiet?.reply, elsewhere?.reply]).toEqual([
      { kind: 'text', text: '点我的订单' },
      { kind: 'text', text: '点我的订单' },
    ]);
    expect(asking?.reply).toMatchObject({ text: expect.stringContaining('faq.judge.not-helpful') });
    expect(readLastSaid(offered)).toMatchObject({ ids: [], asked: '我的快递到哪里了呀' });
    expect([yes?.by, no?.by]).toEqual(['feedback', 'feedback']);
    expect(later?.by).not.toBe('feedback');
    expect(queue.body.items[0]).toMatchObject({
      text: '我的快递到哪里了呀',
      reason: 'not-helpful',
    });
    expect(likely.body.items).toMatchObject([
      { phrasing: '我的快递到哪里了呀', source: 'helpful', question: '怎么查物流' },
    ]);
    expect(settings.body.items).toMatchObject([{ isOn: true }, { isOn: false }]);
  });

  test('an answer that did not help is open until somebody changes it', async () => {
    const { kit, api, say } = await world();
    await api.call('PUT', '/api/v1/faqs/feedback', { appId: 'wxA', isOn: true });
    const offered = say('我的快递到哪里了呀')?.offered ?? [];
    say('没帮助', { offered });
    const count = async () =>
      (await api.call('GET', '/api/v1/faqs/learning')).body.items.filter(
        (one: { reason: string }) => one.reason === 'not-helpful',
      ).length;

    const before = await count();
    kit.clock.advance(60_000);
    const id = await idOf(api, '怎么查物流');
    await api.call('PUT', `/api/v1/faqs/${id}`, { ...faqs[0], answer: '点我的订单，再点物流' });

    expect([before, await count()]).toEqual([1, 0]);
  });

  test('a pick makes the sentence a candidate; accepted, it answers and tells where it is from', async () => {
    const { api, say, replies } = await world();
    const id = await idOf(api, '怎么查物流');
    const offered = [id, 'asked 东西到啥地方啦'];
    const picked = say('1', { offered });
    const { body } = await api.call('GET', `/api/v1/faqs/candidates?faqId=${id}`);
    const accepted = await api.call('POST', `/api/v1/faqs/candidates/${body.items[0].id}/accept`);
    const again = await api.call('POST', `/api/v1/faqs/candidates/${body.items[0].id}/accept`);
    const origins = await api.call('GET', `/api/v1/faqs/${id}/phrasings`);
    const live = replies.book.faqIndex.scorer.knowledge.exact.has('东西到哪里啦');

    expect(picked).toMatchObject({ by: 'faq', faqId: id });
    expect([accepted.status, again.status]).toEqual([204, 404]);
    expect(live).toBe(true);
    expect(origins.body.items.at(-1)).toMatchObject({
      ...{ text: '东西到啥地方啦', source: 'pick', by: 'Owner' },
      ...{ sentence: '东西到啥地方啦', account: '山茶花' },
    });
    expect(origins.body.items[0]).toMatchObject({ source: 'operator', by: 'Owner' });
    await api.call('PUT', `/api/v1/faqs/${id}`, faqs[0]);
    const removed = await api.call('GET', `/api/v1/faqs/${id}/phrasings`);
    expect(removed.body.items).toHaveLength(3);
  });

  test('what was learned from the queue names its sentence to who may see the account', async () => {
    const { api, say, otherId } = await world();
    say('可以带狗 进店吗？');
    const { body } = await api.call('GET', '/api/v1/faqs/learning');
    const made = await api.call('POST', '/api/v1/faqs', {
      question: '带宠物',
      similar: ['可以带狗进店吗'],
      answer: '可以',
      learnedFrom: [body.items[0].phrasings[0].id],
    });

    const origins = await api.call('GET', `/api/v1/faqs/${made.body.id}/phrasings`);
    api.as({ accountIds: [otherId] });
    const forOthers = await api.call('GET', `/api/v1/faqs/${made.body.id}/phrasings`);

    expect(forOthers.body.items).toMatchObject([{ sentence: null, account: null }]);
    expect(origins.body.items).toMatchObject([
      { source: 'question', sentence: '可以带狗 进店吗？', account: '山茶花' },
    ]);
  });

  test('kept questions are run on a draft before it is saved, and on what is live', async () => {
    const { api } = await world();
    const id = await idOf(api, '门店几点开门');
    await api.call('POST', '/api/v1/faqs/examples', { question: '周末营业到几点', faqId: id });
    await api.call('POST', '/api/v1/faqs/examples', { question: '怎么开发票', faqId: null });
    const unknown = await api.call('POST', '/api/v1/faqs/examples', { question: '早', faqId: 'x' });

    const kept = await api.call('GET', '/api/v1/faqs/examples');
    const harmful = await api.call('POST', '/api/v1/faqs/effect', {
      question: '周末营业到几点',
      similar: ['怎么开发票'],
      sentences: ['周末营业到几点'],
    });
    const items = kept.body.items as { id: string }[];
    await api.call('DELETE', `/api/v1/faqs/examples/${items[0]?.id}`);
    const left = await api.call('GET', '/api/v1/faqs/examples');

    expect(unknown.status).toBe(400);
    expect(kept.body).toMatchObject({ total: 2, broken: 0 });
    expect(harmful.body).toMatchObject({
      own: { total: 1, answered: 1 },
      examples: { total: 2, changed: 2 },
      isSample: false,
    });
    expect(left.body.total).toBe(1);
  });
});
