import { aFollower, anAccount } from '../../test/support/an-account';
import { onBothEngines, someDay, type TestKit } from '../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../test/support/serve-api';
import { skincareFaqs } from '../../test/fixtures/skincare-faqs';
import { AccountBook } from '../accounts';
import { overviewOperations } from '../console';
import { openReplies, replyOperations, type Replies } from './index';

type World = { kit: TestKit; api: ServedApi; replies: Replies; accountId: string; otherId: string };

const opening = {
  match: 'words',
  keywords: ['几点开门'],
  priority: 0,
  appId: null,
  answer: { type: 'text', text: '十点开门' },
  publish: true,
};
const ndjson = { 'content-type': 'application/x-ndjson' };
const linesOf = (faqs: readonly object[]) => faqs.map((faq) => JSON.stringify(faq)).join('\n');
const withAnswers = skincareFaqs.map((faq) => ({ ...faq, answer: `答 ${faq.id}` }));

onBothEngines('replies', (open) => {
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
    return { kit, api, replies, accountId, otherId };
  }

  test('a published rule answers at once, a change and a deletion too, and each leaves a trail', async () => {
    const { kit, api, replies, accountId } = await world();
    const ask = () =>
      replies.answerMessage({ kind: 'text', text: '几点开门呀' }, { accountId, now: someDay });

    const made = await api.call('POST', '/api/v1/reply-rules', opening);
    const path = `/api/v1/reply-rules/${String(made.body.id)}`;
    const first = ask();
    const changed = await api.call('PUT', path, {
      ...opening,
      answer: { type: 'text', text: '十一点' },
    });
    const second = ask();
    const draft = await api.call('PUT', path, { ...opening, publish: false });
    const third = ask();
    const gone = await api.call('DELETE', path);

    expect(made).toMatchObject({
      status: 201,
      body: {
        match: 'words',
        name: '几点开门',
        status: 'published',
        appId: null,
        hits30d: 0,
        conflicts: [],
      },
    });
    expect(first?.reply).toEqual({ kind: 'text', text: '十点开门' });
    expect(changed.body.status).toBe('published');
    expect(second?.reply).toEqual({ kind: 'text', text: '十一点' });
    expect(draft.body).toMatchObject({ status: 'draft', publishedAt: null });
    expect(third?.ruleId).toBeUndefined();
    expect([gone.status, (await api.call('GET', path)).status]).toEqual([204, 404]);
    const trail = await kit.db.read.all<{ action: string }>(
      'SELECT action FROM audit_entry ORDER BY id',
    );
    expect(trail.map((one) => one.action)).toEqual([
      'reply-rule.created',
      'reply-rule.changed',
      'reply-rule.changed',
      'reply-rule.deleted',
    ]);
  });

  test('explain tells the band, the answers, ten questions and why every rule won or lost', async () => {
    const { api, accountId, kit } = await world();
    await api.call('POST', '/api/v1/faqs/import', linesOf(withAnswers), ndjson);
    await api.call('PUT', '/api/v1/reply-settings?appId=wxA', {
      welcome: null,
      default: { type: 'text', text: '没听懂，{{ person.name }}' },
    });
    const long = await api.call('POST', '/api/v1/reply-rules', opening);
    const short = await api.call('POST', '/api/v1/reply-rules', { ...opening, keywords: ['开门'] });
    const draft = await api.call('POST', '/api/v1/reply-rules', { ...opening, publish: false });
    const one = await aFollower(kit, { accountId, name: '小雨' });

    const explain = async (text: string) =>
      (
        await api.call('POST', '/api/v1/replies/explain', {
          text,
          appId: 'wxA',
          openid: one.openid,
        })
      ).body;
    const byRule = await explain('几点开门呀');
    const byFaq = await explain('会员积分怎么用');
    const byNobody = await explain('zzzz');

    expect(byRule).toMatchObject({
      band: 'rule',
      answer: { type: 'text', text: '十点开门' },
      defaultAnswer: { type: 'text', text: '没听懂，小雨' },
      considered: [
        { id: long.body.id, matched: true, code: 'won' },
        { id: short.body.id, matched: true, code: 'lost-to-longer-keyword' },
        { id: draft.body.id, matched: false, code: 'draft' },
      ],
    });
    expect(byRule.considered[0].why).toContain('「几点开门」最长');
    expect(byRule.faq).toHaveLength(10);
    expect(byFaq).toMatchObject({ band: 'answer', answer: { type: 'text', text: '答 points' } });
    expect(byFaq.faq[0].id).toBe('points');
    const scores = byFaq.faq.map((near: { score: number }) => near.score);
    expect(scores).toEqual([...scores].sort((a: number, b: number) => b - a));
    expect(byNobody).toMatchObject({ band: 'none', answer: null, by: 'default' });
    expect(byNobody.faq).toHaveLength(10);
  });

  test('an import is answered when it is live; a second one counts nothing; a third what changed', async () => {
    const { api, replies, accountId } = await world();
    const given = linesOf(withAnswers);

    const first = await api.call('POST', '/api/v1/faqs/import', given, ndjson);
    const answered = replies.answerMessage(
      { kind: 'text', text: '会员积分怎么用' },
      { accountId, now: someDay },
    );
    const second = await api.call('POST', '/api/v1/faqs/import', `\ufeff${given}\r\n\n`, ndjson);
    const changed = withAnswers.map((faq) =>
      faq.id === 'points' ? { ...faq, similar: ['积分'] } : faq,
    );
    const third = await api.call('POST', '/api/v1/faqs/import', linesOf(changed), ndjson);
    const { body: points } = await api.call('GET', '/api/v1/faqs/points');

    expect(first).toMatchObject({
      status: 200,
      body: { imported: withAnswers.length, updated: 0, rejected: [] },
    });
    expect(answered).toMatchObject({ by: 'faq', faqId: 'points' });
    expect(second.body).toMatchObject({ imported: 0, updated: 0, rejected: [] });
    expect(third.body).toMatchObject({ imported: 0, updated: 1, rejected: [] });
    expect(points.similar).toEqual(['积分']);
  });

  test('lines that do not fit are told with number and reason, and the others are taken', async () => {
    const { api, kit } = await world();
    const good = (id: string) =>
      JSON.stringify({ id, question: `问题 ${id}`, similar: [], answer: '答' });
    const lines = [
      good('one'),
      '{"id":"two"',
      '[1]',
      '{"id":"有空 格","question":"q","answer":"a"}',
      '{"id":"x","question":" ","answer":"a"}',
      '{"id":"x","question":"q","similar":"s","answer":"a"}',
      '{"id":"x","question":"q"}',
      `{"id":"x","question":"q","answer":"${'长'.repeat(90_000)}"}`,
      '{"id":"x","question":"a\\u0000b","answer":"a"}',
      '{"__proto__":{"id":"x","question":"q","answer":"a"}}',
      '{"id":7,"question":"数字也行","answer":"a"}',
      good('one').replace('答', '改过'),
      good('last'),
    ];
    const bytes = Buffer.concat([
      Buffer.from(lines.join('\n')),
      Buffer.from('\n'),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
    ]);

    const { status, body } = await api.call('POST', '/api/v1/faqs/import', bytes, ndjson);

    expect(status).toBe(200);
    expect(body).toMatchObject({ imported: 3, updated: 1 });
    expect(
      body.rejected.map((one: { line: number; code: string }) => [one.line, one.code]),
    ).toEqual([
      [2, 'not_json'],
      [3, 'not_an_object'],
      [4, 'id_invalid'],
      [5, 'question_invalid'],
      [6, 'similar_invalid'],
      [7, 'answer_invalid'],
      [8, 'line_too_long'],
      [9, 'question_invalid'],
      [10, 'id_invalid'],
      [14, 'not_utf8'],
    ]);
    expect(body.rejected[0].reason).toBe('这一行不是有效的 JSON');
    const rows = await kit.db.read.all<{ id: string; answer: string }>(
      'SELECT id, answer FROM faq ORDER BY id',
    );
    expect(rows.map(({ id }) => id)).toEqual(['7', 'last', 'one']);
  });

  test('another kind of body, one that is too large and one that breaks off change nothing', async () => {
    const { api, kit } = await world();
    const line = `${JSON.stringify({ id: 'a', question: 'q', answer: 'a' })}\n`;

    const json = await api.call('POST', '/api/v1/faqs/import', line, {
      'content-type': 'application/json',
    });
    const declared = await api
      .call('POST', '/api/v1/faqs/import', 'x'.repeat(50 * 1_024 * 1_024 + 1), ndjson)
      .catch(() => ({ status: 413 }));

    expect([json.status, declared.status]).toEqual([415, 413]);
    expect(await kit.db.read.all('SELECT id FROM faq')).toEqual([]);
  });

  test('an ignored question can be taken up again, and every number about open ones is the same', async () => {
    const { api, replies, kit, accountId } = await world();
    const overview = await serveApi(
      kit,
      overviewOperations(kit, { openQuestions: () => replies.openQuestions.count() }),
    );
    const said = async () => {
      const [list, page] = [
        await api.call('GET', '/api/v1/faqs/learning'),
        await overview.call('GET', '/api/v1/overview'),
      ];
      const todo = page.body.todo.find((one: { code: string }) => one.code === 'todo.faq_misses');
      return [list.body.items.length, list.body.total, todo?.params.n ?? 0];
    };
    for (const text of ['能带宠物进来吗', '给我讲个笑话', '有停车位吗']) {
      const answered = replies.answerMessage({ kind: 'text', text }, { accountId, now: someDay });
      if (answered) replies.count(answered, someDay);
    }

    const three = await said();
    await api.call('POST', '/api/v1/faqs', {
      question: '有停车位吗',
      similar: [],
      answer: '地下一层',
    });
    const answeredByNow = await said();
    const first = await api.call('GET', '/api/v1/faqs/learning?limit=1');
    const path = `/api/v1/faqs/learning/${String(first.body.items[0].id)}`;
    await api.call('DELETE', path);
    const ignored = await said();
    const aside = await api.call('GET', '/api/v1/faqs/learning?state=ignored');
    const restored = await api.call('POST', `${path}/restore`);
    const again = await api.call('POST', `${path}/restore`);
    const back = await said();
    await overview.close();

    expect(three).toEqual([3, 3, 3]);
    expect(answeredByNow).toEqual([2, 2, 2]);
    expect(ignored).toEqual([1, 1, 1]);
    expect(aside.body).toMatchObject({ items: [{ text: first.body.items[0].text }], total: 1 });
    expect([restored.status, again.status]).toEqual([204, 404]);
    expect(back).toEqual([2, 2, 2]);
    const trail = await kit.db.read.all(
      `SELECT action FROM audit_entry WHERE targetKind = 'faq-miss' ORDER BY id`,
    );
    expect(trail).toEqual([{ action: 'faq-miss.ignored' }, { action: 'faq-miss.restored' }]);
  });

  test('a question is live when it was added, changed or deleted, and hits and misses are counted', async () => {
    const { api, replies, accountId, kit } = await world();
    await api.call('POST', '/api/v1/faqs/import', linesOf(withAnswers), ndjson);
    const ask = (text: string) => {
      const answered = replies.answerMessage({ kind: 'text', text }, { accountId, now: someDay });
      if (answered) replies.count(answered, someDay);
      return answered;
    };
    for (const said of ['能带宠物进来吗', '能带宠物进来吗？', '能带宠物 进来吗', '给我讲个笑话'])
      ask(said);
    ask('会员积分怎么用');
    await replies.tally.flush();

    const learning = await api.call('GET', '/api/v1/faqs/learning?limit=1');
    const next = await api.call(
      'GET',
      `/api/v1/faqs/learning?limit=1&cursor=${String(learning.body.nextCursor)}`,
    );
    const made = await api.call('POST', '/api/v1/faqs', {
      question: '能带宠物进来吗',
      similar: ['小狗可以一起进店吗'],
      answer: '可以，请抱着',
      learnedFrom: [learning.body.items[0].id],
    });
    const answered = ask('能带宠物进来吗');
    const after = await api.call('GET', '/api/v1/faqs/learning');
    const ignored = await api.call(
      'DELETE',
      `/api/v1/faqs/learning/${String(after.body.items[0].id)}`,
    );
    const empty = await api.call('GET', '/api/v1/faqs/learning');
    const points = await api.call('GET', '/api/v1/faqs/points');
    const health = await api.call('GET', '/api/v1/faqs/health');
    const found = await api.call('GET', `/api/v1/faqs?q=${encodeURIComponent('一起进店')}`);

    expect(learning.body.items).toMatchObject([{ text: '能带宠物 进来吗', count: 3 }]);
    expect(learning.body.items[0].nearest).toMatchObject({ question: expect.any(String) });
    expect(next.body.items).toMatchObject([{ text: '给我讲个笑话', count: 1 }]);
    expect(made.status).toBe(201);
    expect(answered).toMatchObject({
      by: 'faq',
      faqId: made.body.id,
      reply: { text: '可以，请抱着' },
    });
    expect(after.body.items).toMatchObject([{ text: '给我讲个笑话' }]);
    expect([ignored.status, empty.body.items]).toEqual([204, []]);
    expect(points.body.hits30d).toBe(1);
    expect(health.body).toMatchObject({ faqs: withAnswers.length + 1, threshold: 0.5 });
    expect(found.body.items).toMatchObject([{ id: made.body.id, similar: ['小狗可以一起进店吗'] }]);
    expect((await api.call('DELETE', `/api/v1/faqs/${String(made.body.id)}`)).status).toBe(204);
    expect(ask('能带宠物进来吗')?.by).not.toBe('faq');
    const [hit] = await kit.db.read.all<{ day: string }>('SELECT day FROM reply_hit');
    expect(hit?.day).toBe('2026-11-21');
  });

  test('welcome and default are one account’s own; a preview shows what one person would see', async () => {
    const { api, replies, accountId, otherId, kit } = await world();
    const welcome = { type: 'text', text: '欢迎来{{ account.name }}' };
    const one = await aFollower(kit, { accountId, name: '小雨', tags: ['会员'] });

    const put = await api.call('PUT', '/api/v1/reply-settings?appId=wxA', {
      welcome,
      default: null,
    });
    const got = await api.call('GET', '/api/v1/reply-settings?appId=wxA');
    const other = await api.call('GET', '/api/v1/reply-settings?appId=wxB');
    const preview = await api.call('POST', '/api/v1/reply-rules/preview', {
      answer: {
        type: 'one-of',
        answers: [
          { type: 'text', text: "{{ person.name }}，{{ person.tags | join: '、' }}" },
          { type: 'image', mediaId: 'media_1' },
        ],
      },
      openid: one.openid,
    });
    const followed = { kind: 'followed', accountId, appId: 'wxA' } as never;

    expect(put.status).toBe(200);
    expect(got.body).toEqual({ appId: 'wxA', welcome, default: null });
    expect(other.body).toEqual({ appId: 'wxB', welcome: null, default: null });
    expect(preview.body).toEqual({
      texts: ['小雨，会员', ''],
      reply: { type: 'text', text: '小雨，会员' },
      problem: null,
    });
    expect(replies.answerEvent(followed, { accountId, now: someDay })).toMatchObject({
      by: 'welcome',
      reply: { text: '欢迎来山茶花' },
    });
    expect(replies.answerEvent(followed, { accountId: otherId, now: someDay })).toBeUndefined();
  });

  test('an operator of one account neither sees nor changes what belongs to the other', async () => {
    const { api, otherId } = await world();
    const mine = await api.call('POST', '/api/v1/reply-rules', { ...opening, appId: 'wxB' });
    const theirs = await api.call('POST', '/api/v1/reply-rules', { ...opening, appId: 'wxA' });
    const everybodys = await api.call('POST', '/api/v1/reply-rules', opening);
    api.as({ accountIds: [otherId] });
    const at = (id: unknown) => `/api/v1/reply-rules/${String(id)}`;

    const list = await api.call('GET', '/api/v1/reply-rules');
    const status = async (method: string, path: string, body?: unknown) =>
      (await api.call(method, path, body)).status;

    expect(list.body.items.map((one: { id: string }) => one.id)).toEqual([
      everybodys.body.id,
      mine.body.id,
    ]);
    expect(await status('GET', at(theirs.body.id))).toBe(404);
    expect(await status('PUT', at(theirs.body.id), { ...opening, appId: 'wxB' })).toBe(404);
    expect(await status('DELETE', at(theirs.body.id))).toBe(404);
    expect(await status('PUT', at(everybodys.body.id), opening)).toBe(403);
    expect(await status('DELETE', at(everybodys.body.id))).toBe(403);
    expect(await status('POST', '/api/v1/reply-rules', opening)).toBe(403);
    expect(await status('POST', '/api/v1/reply-rules', { ...opening, appId: 'wxA' })).toBe(400);
    expect(await status('GET', '/api/v1/reply-settings?appId=wxA')).toBe(400);
    expect(await status('POST', '/api/v1/replies/explain', { text: 'x', appId: 'wxA' })).toBe(400);
    expect(await status('POST', '/api/v1/faqs/import', '{}')).toBe(403);
    expect(await status('PUT', at(mine.body.id), { ...opening, appId: 'wxB' })).toBe(200);
  });

  test('conflicts are pointed out beside the rule that loses', async () => {
    const { api } = await world();
    const strong = await api.call('POST', '/api/v1/reply-rules', {
      ...opening,
      name: '强',
      priority: 9,
      keywords: ['开门'],
    });
    const weak = await api.call('POST', '/api/v1/reply-rules', { ...opening, name: '弱' });

    const { body } = await api.call('GET', `/api/v1/reply-rules/${String(weak.body.id)}`);

    expect(body.conflicts).toMatchObject([
      {
        ruleId: strong.body.id,
        kind: 'shadowed',
        keyword: '几点开门',
        text: '被「强」挡住，「几点开门」轮不到它',
      },
    ]);
  });

  test('what does not fit is refused with its path, and nothing is written', async () => {
    const { api, kit } = await world();
    const refused: [name: string, change: object, path: string][] = [
      ['no keywords', { keywords: [] }, 'keywords'],
      ['an empty keyword', { keywords: [' '] }, 'keywords.0'],
      ['a number as keyword', { keywords: [1] }, 'keywords.0'],
      ['an unknown match', { match: 'fuzzy' }, 'match'],
      ['a broken pattern', { match: 'pattern', keywords: ['(a'] }, 'keywords.0'],
      ['a look-ahead', { match: 'pattern', keywords: ['(?=a)'] }, 'keywords.0'],
      ['an unknown account', { appId: 'wxZZ' }, 'appId'],
      ['an unknown answer', { answer: { type: 'hologram' } }, 'answer.type'],
      ['an empty answer', { answer: { type: 'text', text: ' ' } }, 'answer.text'],
      ['a broken template', { answer: { type: 'text', text: '{{ 7*7 }}' } }, 'answer.text'],
      ['an unknown filter', { answer: { type: 'text', text: '{{ now | shell }}' } }, 'answer.text'],
      ['a partial', { answer: { type: 'text', text: '{% include "x" %}' } }, 'answer.text'],
      [
        'a script as link',
        { answer: { type: 'article', title: 't', url: 'javascript:alert(1)' } },
        'answer.url',
      ],
      ['a path as media', { answer: { type: 'image', mediaId: '../x' } }, 'answer.mediaId'],
      [
        'a text of 3,000 bytes',
        { answer: { type: 'text', text: '长'.repeat(1_000) } },
        'answer.text',
      ],
      ['half a priority', { priority: 0.5 }, 'priority'],
      ['a long name', { name: 'x'.repeat(65) }, 'name'],
    ];

    for (const [name, change, path] of refused) {
      const { status, body } = await api.call('POST', '/api/v1/reply-rules', {
        ...opening,
        ...change,
      });

      expect([name, status, body.errors?.[0]?.path]).toEqual([name, 400, path]);
    }
    const extra = await api.call('POST', '/api/v1/reply-rules', { ...opening, admin: true });
    const cursor = await api.call('GET', '/api/v1/reply-rules?cursor=forged');
    const limit = await api.call('GET', '/api/v1/reply-rules?limit=1000000000');
    const long = await api.call('POST', '/api/v1/replies/explain', { text: 'x'.repeat(10_001) });
    const nobody = await api.call('POST', '/api/v1/replies/explain', {
      text: 'x',
      openid: 'nobody',
    });
    expect([extra.status, cursor.status, limit.status, long.status, nobody.status]).toEqual([
      400, 400, 400, 400, 404,
    ]);
    expect(await kit.db.read.all('SELECT id FROM reply_rule')).toEqual([]);
    expect(await kit.db.read.all('SELECT id FROM audit_entry')).toEqual([]);
  });

  test('what another process changed is answered here after a look at the versions', async () => {
    const { kit, api, accountId } = await world();
    const elsewhere = await openReplies(kit);
    await api.call('POST', '/api/v1/reply-rules', opening);

    await kit.versions.check(true);
    const answered = elsewhere.answerMessage(
      { kind: 'text', text: '几点开门' },
      { accountId, now: someDay },
    );

    expect(answered?.by).toBe('rule');
    await elsewhere.close();
  });

  test('what comes out empty or endless is refused when published, and the preview says why', async () => {
    const { api } = await world();
    const withText = (text: string) => ({ ...opening, answer: { type: 'text', text } });
    const endless = '{% for i in (1..90000) %}x{% endfor %}';
    const codeOf = async (text: string) => {
      const { body } = await api.call('POST', '/api/v1/reply-rules', withText(text));
      return body.errors?.map((one: { path: string; code: string }) => `${one.path} ${one.code}`);
    };
    const preview = async (text: string) => {
      const { answer } = withText(text);
      return (await api.call('POST', '/api/v1/reply-rules/preview', { answer })).body;
    };

    expect(await codeOf('{{ nobody }}')).toEqual(['answer.text template_empty']);
    expect(await codeOf('{% if false %}x{% endif %}')).toEqual(['answer.text template_empty']);
    expect(await codeOf(endless)).toEqual(['answer.text template_too_large']);
    expect(await codeOf('{% if scene.name == "x" %}x{% endif %}')).toBeUndefined();
    expect(await codeOf('{{ person.name }}')).toBeUndefined();
    const draft = { ...withText('{{ nobody }}'), publish: false };
    expect((await api.call('POST', '/api/v1/reply-rules', draft)).status).toBe(201);
    const settings = await api.call('PUT', '/api/v1/reply-settings?appId=wxA', {
      welcome: { type: 'text', text: '{{ nobody }}' },
      default: null,
    });
    expect([settings.status, settings.body.errors[0].path]).toEqual([400, 'welcome.text']);
    expect(await preview('{{ nobody }}')).toEqual({
      texts: [],
      reply: null,
      problem: 'template_empty',
    });
    expect((await preview(endless)).problem).toBe('template_too_large');
    expect((await preview('好的')).problem).toBeNull();
  });

  test('a rule that has nothing to say to somebody lets the default speak, and is noted', async () => {
    const { api, replies, kit, accountId } = await world();
    const text = '{% if person.tags contains "VIP" %}专线{% endif %}';
    await api.call('PUT', '/api/v1/reply-settings?appId=wxA', {
      welcome: null,
      default: { type: 'text', text: '稍等' },
    });
    const { body } = await api.call('POST', '/api/v1/reply-rules', {
      ...opening,
      answer: { type: 'text', text },
    });
    const warn = jest.spyOn(kit.log, 'warn');

    const answered = replies.answerMessage(
      { kind: 'text', text: '几点开门' },
      { accountId, now: someDay },
    );
    if (answered) replies.count(answered, someDay);

    expect(answered).toMatchObject({ by: 'default', reply: { kind: 'text', text: '稍等' } });
    const noted = { code: 'template_empty', ruleId: body.id as string };
    expect(warn).toHaveBeenCalledWith('replies.unsaid', noted);
  });

  test('published patterns are bounded together', async () => {
    const { api } = await world();
    const heavy = (letter: string) => ({
      ...opening,
      match: 'pattern',
      keywords: Array.from({ length: 20 }, (_, at) => `(.*an){1,12}${letter}${at}`),
    });

    const first = await api.call('POST', '/api/v1/reply-rules', heavy('q'));
    const second = await api.call('POST', '/api/v1/reply-rules', heavy('w'));
    const third = await api.call('POST', '/api/v1/reply-rules', heavy('z'));
    const draft = await api.call('POST', '/api/v1/reply-rules', { ...heavy('z'), publish: false });

    expect([first.status, second.status, third.status, draft.status]).toEqual([201, 201, 400, 201]);
    expect(third.body.errors).toMatchObject([{ path: 'keywords', code: 'pattern_too_heavy' }]);
  });
});
