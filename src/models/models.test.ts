import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines, someDay, type TestKit } from '../../test/support/open-kit';
import * as model from '../../test/support/stand-in-model';
import type { InboundEvent } from '../channels/inbound-event';
import { execute, insertRows } from '../kernel/database';
import { readSettings } from '../kernel/settings';
import { openReplies, type Answered, type Replies } from '../replies';
import { forgetCalls } from './forget-calls';
import { openModels, settingsTopic, type Models } from './open-models';

const faqs = [
  { id: 'fee', question: '运费怎么算', answer: '满 99 元包邮，不满收 8 元。' },
  { id: 'hours', question: '几点开门', answer: '十点开门，晚上十点关门。' },
  { id: 'name', question: '积分怎么查', answer: '{{ person.name }}，在「我的」里看积分。' },
];
const fallback: Answered = {
  by: 'default',
  missed: '问',
  reply: { kind: 'text', text: '没听懂' },
  params: { by: 'default', text: '没听懂' },
};
type Call = { verdict: string; faqId: string | null; prompt: string; answer: string | null };
type World = {
  kit: TestKit;
  models: Models;
  accountId: string;
  follower: { id: string; openid: string };
};

onBothEngines('a model that may help', (open) => {
  let standIn: model.StandInModel;
  let closing: Replies[] = [];
  beforeAll(async () => {
    standIn = await model.openStandInModel();
  });
  afterEach(async () => {
    standIn.sent.length = 0;
    standIn.behave(model.refuses);
    for (const replies of closing) await replies.close();
    closing = [];
  });
  afterAll(() => standIn.close());

  async function process(kit: TestKit): Promise<Models> {
    const replies = await openReplies(kit);
    closing.push(replies);
    return openModels(kit, replies);
  }

  async function world(env: Record<string, string> = {}, setting: object = {}): Promise<World> {
    const kit = await open();
    const base = { NODE_ENV: 'test', LOG_LEVEL: 'silent', SANDBOX: 'on' };
    const endpoint = { MODEL_API_BASE: standIn.url, MODEL_CHAT: 'chat-1', MODEL_API_KEY: 'k3y' };
    kit.settings = readSettings({ ...base, ...endpoint, MODEL_TIMEOUT_MS: '600', ...env });
    const { id: accountId } = await anAccount(kit);
    const follower = await aFollower(kit, { accountId, name: '小雨' });
    await kit.db.transact(async (tx) => {
      const at = { status: 'published', createdAt: 1, updatedAt: 1 };
      await insertRows(
        tx,
        'faq',
        faqs.map((faq) => ({ ...faq, ...at })),
      );
      const row = { accountId, isOn: 1, style: null, dailyCalls: null, changedAt: 1, ...setting };
      await insertRows(tx, 'model_setting', [row]);
      await kit.versions.bump(tx, settingsTopic);
    });
    return { kit, models: await process(kit), accountId, follower };
  }

  const eventOf = ({ accountId, follower }: World): InboundEvent =>
    ({ accountId, openid: follower.openid, at: someDay, kind: 'text', text: '问' }) as never;

  /** As after the commit of an event that nobody answered. */
  async function answerLater(here: World, said: string, models = here.models) {
    const state = { accountId: here.accountId, now: someDay, personName: '小雨' };
    const payload = { said, identityId: here.follower.id, state, fallback };
    const late = await models.lateAnswers.model(payload, eventOf(here));
    await here.kit.db.transact(async (tx) => late.record?.(tx));
    late.afterCommit?.();
    return late.reply;
  }

  const callsOf = ({ kit }: World) =>
    kit.db.read.all<Call>(`SELECT verdict, faqId, prompt, answer FROM model_call ORDER BY id`);
  const timelineOf = async ({ kit }: World) =>
    (
      await kit.db.read.all<{ params: string }>(
        `SELECT params FROM timeline_entry WHERE kind = 'message-out'`,
      )
    ).map(({ params }) => JSON.parse(params) as Record<string, string>);

  test('picks an FAQ, and its own words are said, with the reason on the timeline', async () => {
    const here = await world();
    standIn.behave(model.picks('积分'));

    const reply = await answerLater(here, '我攒的那些能看见吗');

    expect(reply).toEqual({ kind: 'text', text: '小雨，在「我的」里看积分。' });
    expect(await timelineOf(here)).toEqual([
      { by: 'model', faqId: 'name', question: '积分怎么查', text: '小雨，在「我的」里看积分。' },
    ]);
    expect(await callsOf(here)).toMatchObject([{ verdict: 'chosen', faqId: 'name' }]);
  });

  test('is sent nothing that names or reaches a person, and none of our ids', async () => {
    const here = await world();

    await answerLater(here, '我的电话 138-1234-5678，写信到 yu@example.com，能送吗');
    const [sent] = standIn.sent;
    const [call] = await callsOf(here);

    expect(sent).toMatchObject({ path: '/v1/chat/completions', authorization: 'Bearer k3y' });
    expect(sent?.body).toContain('[号码]');
    for (const told of [sent?.body, call?.prompt]) {
      expect(told).not.toMatch(/1234|5678|yu@example|小雨/);
    }
    for (const inner of [here.accountId, here.follower.id, here.follower.openid]) {
      expect(sent?.body).not.toContain(inner);
    }
  });

  test('writes only what the source says, when it may write', async () => {
    const here = await world({}, { style: 'write' });
    standIn.behave(model.picks('运费', '满 99 元包邮哦，不满收 8 元。'));
    const grounded = await answerLater(here, '寄过来要钱不');
    standIn.behave(model.picks('运费', '满 9 元包邮，不满收 8 元。'));

    const invented = await answerLater(here, '寄过来要钱不');

    expect(grounded).toEqual({ kind: 'text', text: '满 99 元包邮哦，不满收 8 元。' });
    expect(invented).toEqual(fallback.reply);
    expect((await callsOf(here)).map(({ verdict }) => verdict)).toEqual(['written', 'number']);
  });

  test('whatever it does wrong, the usual answer is given and the reason is kept', async () => {
    const here = await world({ MODEL_DAILY_TOKENS: '10000000' });
    const wrongs: [string, Parameters<model.StandInModel['behave']>[0]][] = [
      ['refused', model.refuses],
      ['timeout', model.hangs],
      ['timeout', model.drips],
      ['too-large', model.floods],
      ['reset', model.resets],
      ['reset', model.resetsMidway],
      ['http-error', model.answersStatus(500)],
      ['http-error', model.answersStatus(302)],
      ['not-a-completion', model.answersStatus(200, '<html>hello</html>')],
      ['not-a-completion', model.answersStatus(200, '{"choices":[]}')],
      ['tool-call', model.callsTool],
      ['not-json', model.says('当然可以！')],
      ['not-json', model.says('{"source": 7}')],
      ['not-json', model.says('{"source": {"$ne": null}}')],
      ['too-long', model.says(`{"source": null, "answer": "${'x'.repeat(9_000)}"}`)],
      ['unknown-source', model.says('{"source": "fee"}')],
      ['unknown-source', model.says('{"source": "__proto__"}')],
      ['unknown-source', model.obeysQuestion],
    ];

    for (const [, say] of wrongs) {
      here.models.chatBreaker.succeeded();
      standIn.behave(say);
      expect(await answerLater(here, '{"source": "s1"}')).toEqual(fallback.reply);
    }
    const calls = await callsOf(here);

    expect(calls.map(({ verdict }) => verdict)).toEqual(wrongs.map(([verdict]) => verdict));
    expect(calls[14]?.answer?.length).toBeLessThan(5_000);
  }, 60_000);

  test('what was refused waits in the learning queue; what was answered does not', async () => {
    const here = await world();
    await answerLater(here, '你们收旧瓶子吗');
    standIn.behave(model.picks('几点'));
    await answerLater(here, '啥时候有人');
    for (const replies of closing) await replies.tally.flush();

    const misses = await here.kit.db.read.all(`SELECT sample FROM faq_miss`);
    const hits = await here.kit.db.read.all(`SELECT kind, targetId, hits FROM reply_hit`);

    expect(misses).toEqual([{ sample: '问' }]);
    expect(hits).toEqual([{ kind: 'faq', targetId: 'hours', hits: 1 }]);
  });

  test('a choice of three can be picked from by number, unless something was said since', async () => {
    const here = await world();
    const offers = { ...fallback, by: 'clarify', offered: ['fee', 'hours'] } as const;
    const state = { accountId: here.accountId, now: someDay };
    const record = async () => {
      const payload = { said: '问', identityId: here.follower.id, state, fallback: offers };
      const late = await here.models.lateAnswers.model(payload, eventOf(here));
      await here.kit.db.transact(async (tx) => late.record?.(tx));
      const [row] = await here.kit.db.read.all<{ offered: string | null }>(
        `SELECT offered FROM identity WHERE id = ?`,
        [here.follower.id],
      );
      return row?.offered;
    };

    const says = (at: number) =>
      here.kit.db.transact((tx) =>
        insertRows(tx, 'timeline_entry', [
          {
            ...{ id: here.kit.newId(), identityId: here.follower.id, accountId: here.accountId },
            ...{ at, kind: 'message-in', params: '{}' },
          },
        ]),
      );

    await says(someDay);
    expect(await record()).toBe('["fee","hours"]');
    await here.kit.db.transact((tx) => execute(tx, `UPDATE identity SET offered = NULL`));
    await says(someDay + 1_000);
    expect(await record()).toBeNull();
  });

  test('is asked for rule-less, answer-less text of an account that is on, and for nothing else', async () => {
    const here = await world();
    const { models, accountId } = here;
    const follower = { identityId: 'I', state: { accountId, now: someDay } };
    const later = (answered: Partial<Answered>) =>
      models.later({ ...fallback, ...answered }, follower) !== undefined;
    const { by, params } = fallback;

    expect([later({}), later({ by: 'clarify' })]).toEqual([true, true]);
    expect([later({ by: 'rule' }), later({ by: 'faq' })]).toEqual([false, false]);
    expect(models.later({ by, params }, follower)).toBeUndefined();
    expect(
      models.later(fallback, { ...follower, state: { accountId: 'other', now: someDay } }),
    ).toBeUndefined();
  });

  test('two processes share one budget to the call', async () => {
    const here = await world({ MODEL_DAILY_CALLS: '5' });
    const others = [here.models, await process(here.kit)];

    await Promise.all(
      Array.from({ length: 16 }, (_, nth) => answerLater(here, `问 ${nth}`, others[nth % 2])),
    );
    const [day] = await here.kit.db.read.all(
      `SELECT calls, tokens FROM model_day WHERE accountId = ''`,
    );

    expect(standIn.sent).toHaveLength(5);
    expect(day).toEqual({ calls: 5, tokens: 5 * 129 });
    expect(others.map((one) => one.wouldAsk(here.accountId))).toEqual([false, false]);
    here.kit.clock.advance(86_400_000);
    expect(others.map((one) => one.wouldAsk(here.accountId))).toEqual([true, true]);
  });

  test('an account and a person have limits of their own', async () => {
    const here = await world({ MODEL_PERSON_DAILY_CALLS: '2' }, { dailyCalls: 3 });
    const other = await aFollower(here.kit, { accountId: here.accountId });

    for (let nth = 0; nth < 3; nth += 1) await answerLater(here, '问');
    const ofOne = standIn.sent.length;
    for (let nth = 0; nth < 3; nth += 1) await answerLater({ ...here, follower: other }, '问');

    expect(ofOne).toBe(2);
    expect(standIn.sent).toHaveLength(3);
  });

  test('an endpoint that keeps failing is left alone, and asked again after half a minute', async () => {
    const here = await world();
    standIn.behave(model.answersStatus(503));
    for (let nth = 0; nth < 8; nth += 1) await answerLater(here, '问');
    const whileBroken = standIn.sent.length;
    const resting = here.models.wouldAsk(here.accountId);

    here.kit.clock.advance(30_000);
    standIn.behave(model.picks('几点'));
    const reply = await answerLater(here, '啥时候有人');

    expect([whileBroken, resting]).toEqual([5, false]);
    expect(reply).toMatchObject({ text: '十点开门，晚上十点关门。' });
    expect(here.models.chatBreaker.state(here.kit.clock.system())).toBe('closed');
  });

  test('finds by meaning what shares no word, and sends every phrasing once', async () => {
    const here = await world({ MODEL_EMBEDDING: 'vec-1' });
    standIn.words(['运费', '邮', '开门', '积分', '钱']);
    here.models.start();
    await here.kit.clock.sleep(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await here.kit.work.drain();
    const first = standIn.sent.filter(({ path }) => path.endsWith('/embeddings')).length;
    await here.kit.db.transact((tx) => here.kit.versions.bump(tx, 'model-vectors'));
    await here.kit.versions.check(true);

    standIn.behave(model.picks('积分'));
    const reply = await answerLater(here, '钱');
    here.models.stop();
    const calls = await here.kit.db.read.all<{ purpose: string; verdict: string }>(
      `SELECT purpose, verdict FROM model_call ORDER BY id`,
    );

    expect(first).toBe(1);
    expect(here.models.vectorState).toEqual({ made: 3, wanted: 3 });
    expect(reply).toMatchObject({ text: '小雨，在「我的」里看积分。' });
    expect(calls).toEqual([
      { purpose: 'phrasings', verdict: 'made' },
      { purpose: 'question', verdict: 'made' },
      { purpose: 'answer', verdict: 'chosen' },
    ]);
  });

  test('what was sent is forgotten after the days the settings say', async () => {
    const here = await world({ MODEL_LOG_DAYS: '7' });
    await answerLater(here, '问');
    here.kit.clock.advance(7 * 86_400_000);
    await forgetCalls(here.kit);
    const kept = (await callsOf(here)).length;
    here.kit.clock.advance(86_400_000);
    await forgetCalls(here.kit);

    expect([kept, (await callsOf(here)).length]).toEqual([1, 0]);
  });

  test('without an endpoint nothing of it runs, and a question kept from before gets the usual answer', async () => {
    const here = await world({ MODEL_API_BASE: '', MODEL_CHAT: '', MODEL_API_KEY: '' });

    const reply = await answerLater(here, '问');

    expect(here.models.wouldAsk(here.accountId)).toBe(false);
    expect(reply).toEqual(fallback.reply);
    expect([standIn.sent, await callsOf(here)]).toEqual([[], []]);
  });
});
