import { aFollower } from '../../test/support/an-account';
import { onBothEngines, someDay } from '../../test/support/open-kit';
import { linesOf, ndjson, opening, openReplyApi, withAnswers } from '../../test/support/reply-api';
import { openReplies } from './index';

onBothEngines('replies', (open) => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function world() {
    const made = await openReplyApi(await open());
    closing.push(made.close);
    return made;
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
    const { version } = got.body;
    const answering = { appId: 'wxA', welcome, default: null, version, liveVersion: version };
    expect(got.body).toEqual({ id: 'wxA', status: 'published', draft: null, ...answering });
    expect(other.body).toEqual({
      ...{ id: 'wxB', appId: 'wxB', welcome: null, default: null },
      ...{ status: 'draft', draft: null, version: 0, liveVersion: null },
    });
    const sent = { welcome: null, default: null, version };
    const save = () => api.call('PUT', '/api/v1/reply-settings?appId=wxA', sent);
    expect(
      await api.call('PUT', '/api/v1/reply-settings?appId=wxA', { ...sent, version: 0 }),
    ).toMatchObject({
      ...{ status: 409, body: { code: 'settings_changed_meanwhile' } },
    });
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
    expect([(await save()).status, (await save()).status]).toEqual([200, 409]);
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
