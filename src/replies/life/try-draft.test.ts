import { aFollower, anAccount } from '../../../test/support/an-account';
import { onBothEngines, someDay, type TestKit } from '../../../test/support/open-kit';
import { serveApi, type ServedApi } from '../../../test/support/serve-api';
import { AccountBook } from '../../accounts';
import { Versions } from '../../kernel/versions';
import { openReplies, registerAnswerPublishing, replyOperations, type Replies } from '../index';

type World = { kit: TestKit; api: ServedApi; replies: Replies; accountId: string };

const opening = {
  match: 'words',
  keywords: ['开门'],
  priority: 0,
  appId: null,
  answer: { type: 'text', text: '十点开门' },
};
const rules = '/api/v1/reply-rules';

onBothEngines('trying a draft', (open) => {
  let opened: { api: ServedApi; replies: Replies }[] = [];
  afterEach(async () => {
    for (const { api, replies } of opened) {
      await api.close();
      await replies.close();
    }
    opened = [];
  });

  async function world(): Promise<World> {
    const kit = await open();
    const { id: accountId } = await anAccount(kit, { appId: 'wxA', name: '山茶花', createdAt: 1 });
    const book = await AccountBook.open(kit);
    const replies = await openReplies(kit);
    registerAnswerPublishing(kit, { book, replies });
    const api = await serveApi(kit, replyOperations(kit, { book, replies }));
    opened.push({ api, replies });
    return { kit, api, replies, accountId };
  }

  test('red examples keep a rule from going live, and each of them is told', async () => {
    const { api } = await world();
    const rival = { ...opening, name: '门店', keywords: ['几点开门'], publish: true };
    const other = await api.call('POST', rules, rival);
    const examples = [
      { say: '开门了吗', expect: 'this' },
      { say: '几点开门', expect: 'this' },
      { say: '你好', expect: 'not-this' },
      { say: '开门没', expect: { answerContains: '九点' } },
    ];

    const atOnce = await api.call('POST', rules, { ...opening, examples, publish: true });
    const made = await api.call('POST', rules, { ...opening, examples });
    const path = `${rules}/${String(made.body.id)}`;
    const kept = await api.call('POST', `${rules}/check`, { ruleId: made.body.id });
    const red = await api.call('POST', `${path}/publish`, { version: 1 });
    await api.call('PUT', path, {
      ...opening,
      priority: 10,
      answer: { type: 'text', text: '九点开门' },
    });
    const green = await api.call('POST', `${path}/publish`, { version: 2 });
    const nothing = await api.call('POST', `${rules}/check`, {});
    const broken = { ...opening, match: 'pattern', keywords: ['开门', '(开'] };
    const unsaved = await api.call('POST', `${rules}/check`, { draft: broken });

    expect([nothing.status, unsaved.status]).toEqual([400, 400]);
    expect(unsaved.body.errors).toMatchObject([{ path: 'keywords.1', code: 'pattern_invalid' }]);
    expect(kept.body.examples).toMatchObject([
      { ok: true },
      { ok: false },
      { ok: true },
      { ok: false },
    ]);
    expect(atOnce.status).toBe(409);
    expect(red.body).toMatchObject({
      code: 'examples_failed',
      examples: [
        { say: '几点开门', ok: false, by: 'rule', ruleId: other.body.id, ruleName: '门店' },
        { say: '开门没', ok: false, answer: '十点开门' },
      ],
      broken: [],
    });
    expect(green.body).toMatchObject({ status: 'published', examples });
  });

  test('an example of a rule with limits is said by whom and when they allow, unless it says otherwise', async () => {
    const { api, kit } = await world();
    const when = {
      hours: [{ from: '09:30', to: '22:00' }],
      tags: { any: ['会员'] },
      scenes: ['shop_jingan'],
    };
    const rule = { ...opening, name: '会员价', when };
    const examples = [
      { say: '开门了吗', expect: 'this' },
      { say: '几点开门', expect: { answerContains: '十点' } },
      { say: '开门没有', expect: 'not-this' },
      { say: '还开门吗', expect: 'not-this', as: { tags: ['会员'] } },
    ];
    const wrong = [
      { say: '开门了吗', expect: 'this', as: {} },
      { say: '开门了吗', expect: 'this', at: '2026-11-22T23:00:00+08:00' },
    ];
    kit.clock.set(Date.parse('2026-11-22T08:55:00+08:00'));

    const red = await api.call('POST', `${rules}/check`, { draft: { ...rule, examples: wrong } });
    const inSegment = { ...rule, examples, when: { ...when, segmentIds: ['seg-1'] } };
    const green = await api.call('POST', `${rules}/check`, { draft: inSegment });
    const made = await api.call('POST', rules, { ...rule, examples, publish: true });
    const thief = { ...opening, keywords: ['开门了吗', '开门没有'], priority: 9 };
    const taken = await api.call('POST', `${rules}/check`, { draft: thief });
    const over = { ...rule, examples, when: { ...when, dates: { to: '2026-11-21' } } };
    const expired = await api.call('POST', `${rules}/check`, { draft: over });

    expect(red.body.examples.map(({ ok }: { ok: boolean }) => ok)).toEqual([false, false]);
    expect(green.body.examples.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    expect([made.status, made.body.examples]).toEqual([201, examples]);
    expect(taken.body.broken).toMatchObject([{ ofRuleId: made.body.id, say: '开门了吗' }]);
    expect(expired.body.examples[0]).toMatchObject({ ok: false });
  });

  test('a draft that takes another rule’s example is told, and goes live only when that is wanted', async () => {
    const { api, kit } = await world();
    const examples = [{ say: '几点开门', expect: 'this' }];
    const kept = await api.call('POST', rules, {
      ...opening,
      name: '营业',
      examples,
      publish: true,
    });
    const thief = { ...opening, keywords: ['几点'], priority: 5 };

    const check = await api.call('POST', `${rules}/check`, { draft: thief });
    const made = await api.call('POST', rules, thief);
    const path = `${rules}/${String(made.body.id)}`;
    const refused = await api.call('POST', `${path}/publish`, { version: 1 });
    const at = new Date(someDay + 60_000).toISOString();
    const planned = await api.call('POST', `${path}/publish`, {
      version: 1,
      at,
      breakOthers: true,
    });
    kit.clock.set(someDay + 60_000);
    await kit.work.drain();
    const live = await api.call('GET', path);
    const again = await api.call('POST', `${rules}/check`, { draft: thief });

    const broken = [{ ofRuleId: kept.body.id, ofRule: '营业', say: '几点开门', ok: false }];
    expect(check.body).toMatchObject({ broken, examples: [] });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'examples_failed', examples: [], broken });
    expect(planned.status).toBe(200);
    expect(live.body.status).toBe('published');
    // It is red already: not this draft's doing.
    expect(again.body.broken).toEqual([]);
  });

  test('what went red while a plan waited is not published and comes back with the reason', async () => {
    const { api, kit } = await world();
    const examples = [{ say: '开门了吗', expect: 'this' }];
    const made = await api.call('POST', rules, { ...opening, examples });
    const path = `${rules}/${String(made.body.id)}`;
    const at = new Date(someDay + 60_000).toISOString();
    await api.call('POST', `${path}/publish`, { version: 1, at });
    await api.call('POST', rules, { ...opening, priority: 9, publish: true });

    kit.clock.set(someDay + 60_000);
    await kit.work.drain();
    const { body } = await api.call('GET', path);

    expect(body).toMatchObject({
      status: 'draft',
      draft: { state: 'sent-back', note: '到了发布的时间，样例没有全绿，没有发布' },
    });
  });

  test('while it is typed a draft hears what is in its way and whom it silences', async () => {
    const { api } = await world();
    const strong = await api.call('POST', rules, {
      ...opening,
      name: '强',
      priority: 9,
      publish: true,
    });
    const weak = await api.call('POST', rules, {
      ...opening,
      name: '弱',
      keywords: ['几点开门'],
      priority: -1,
      publish: true,
    });
    const check = async (change: object, ruleId?: string) =>
      (
        await api.call('POST', `${rules}/check`, {
          draft: { ...opening, ...change },
          ...(ruleId === undefined ? {} : { ruleId }),
        })
      ).body;

    const shadowed = await check({ keywords: ['开门时间'] });
    const duplicate = await check({ keywords: ['开门', '打烊'] });
    const unreachable = await check({ match: 'exact', keywords: ['退订'] });
    const louder = await check({ keywords: ['几点'], priority: 99 });
    const itself = await check({ priority: 9 }, String(strong.body.id));
    const empty = await check({ keywords: [] });

    expect(shadowed.conflicts).toMatchObject([
      { kind: 'shadowed', ruleId: strong.body.id, keyword: '开门时间' },
    ]);
    expect(duplicate.conflicts).toMatchObject([{ kind: 'duplicate', keyword: '开门' }]);
    expect(unreachable.conflicts).toMatchObject([{ kind: 'unreachable', keyword: '退订' }]);
    expect(louder).toMatchObject({ conflicts: [], silences: [{ ruleId: weak.body.id }] });
    expect(itself.conflicts).toEqual([]);
    expect(empty).toMatchObject({ conflicts: [], silences: [] });
  });

  test('the bench tries a draft by the path that answers followers, at any time, for a person', async () => {
    const { api, kit, replies, accountId } = await world();
    const live = await api.call('POST', rules, {
      ...opening,
      answer: { type: 'text', text: "{{ now | date: '%H:%M' }} {{ person.name }}" },
      publish: true,
    });
    const path = `${rules}/${String(live.body.id)}`;
    const written = { ...opening, answer: { type: 'text', text: '草稿' } };
    await api.call('PUT', path, written);
    const one = await aFollower(kit, { accountId, name: '小雨' });
    const explain = async (more: object) =>
      (await api.call('POST', '/api/v1/replies/explain', { text: '开门', ...more })).body;

    const now = await explain({ openid: one.openid });
    const later = await explain({ openid: one.openid, at: '2026-11-22T00:00:00Z' });
    const draft = await explain({ draftOf: live.body.id });
    const typed = await explain({ draft: { ...written, keywords: ['门'], priority: 3 } });
    const unseen = await explain({ draftOf: 'nobody' });
    const real = replies.answerMessage(
      { kind: 'text', text: '开门' },
      { accountId, now: someDay, personName: '小雨' },
    );

    expect(now).toMatchObject({
      answer: { text: '14:32 小雨' },
      draftId: null,
      window: {
        open: false,
        left: 0,
        reason: 'closed',
        afterSaying: { left: 5, until: '2026-11-23T06:32:00.000Z' },
      },
    });
    expect(real?.reply).toEqual({ kind: 'text', text: now.answer.text });
    expect(later.answer.text).toBe('08:00 小雨');
    expect(draft).toMatchObject({ answer: { text: '草稿' }, draftId: live.body.id, window: null });
    expect(typed.considered).toMatchObject([
      { id: 'draft', matched: true, code: 'won' },
      { id: live.body.id, matched: true, code: 'lost-to-priority' },
    ]);
    expect(unseen.code).toBe('not_found');
    expect((await api.call('GET', path)).body.liveVersion).toBe(1);
  });

  test('the bench tries the draft of a question too, as it is kept or typed, and nobody hears it', async () => {
    const { api, replies, accountId } = await world();
    const parking = { question: '有停车位吗', similar: ['停车方便吗'], answer: '地下一层' };
    const live = await api.call('POST', '/api/v1/faqs', parking);
    const id = String(live.body.id);
    const pets = { question: '可以带宠物吗', similar: ['能带狗进来吗'], answer: '小型犬可以' };
    await api.call('PUT', `/api/v1/faqs/${id}`, { ...parking, answer: '收费', asDraft: true });
    const explain = async (text: string, more: object) =>
      (await api.call('POST', '/api/v1/replies/explain', { text, ...more })).body;

    const now = await explain('有停车位吗', {});
    const kept = await explain('有停车位吗', { faqDraftOf: id });
    const typed = await explain('有停车位吗', {
      faqDraftOf: id,
      faqDraft: { ...parking, answer: '免费' },
    });
    const fresh = await explain('能带狗进来吗', { faqDraft: pets });
    const unknown = await explain('有停车位吗', { faqDraftOf: 'nobody' });
    const real = replies.answerMessage(
      { kind: 'text', text: '能带狗进来吗' },
      { accountId, now: someDay },
    );

    expect(now).toMatchObject({ answer: { text: '地下一层' }, faqDraft: null });
    expect(kept).toMatchObject({ answer: { text: '收费' }, faqDraft: { id, isSample: false } });
    expect(typed).toMatchObject({ answer: { text: '免费' } });
    expect(fresh).toMatchObject({ band: 'answer', answer: { text: '小型犬可以' }, by: 'faq' });
    expect(fresh.faq[0]).toMatchObject({ id: fresh.faqDraft.id, question: pets.question });
    expect(unknown.code).toBe('not_found');
    expect(real?.by).not.toBe('faq');
  });

  test('publishing while everybody asks never mixes two versions in one answer', async () => {
    const { api, kit, replies, accountId } = await world();
    const otherVersions = new Versions(kit.db, kit.clock, 0);
    const elsewhere = await openReplies({ ...kit, versions: otherVersions });
    const version = (n: number) => ({
      ...opening,
      name: `v${n}`,
      keywords: ['开门', `第${n}版`],
      answer: {
        type: 'one-of',
        answers: ['甲', '乙'].map((part) => ({ type: 'text', text: `v${n} ${part} v${n}` })),
      },
      publish: true,
    });
    const made = await api.call('POST', rules, version(0));
    const path = `${rules}/${String(made.body.id)}`;
    const seen = new Set<string>();
    const mixed: string[] = [];
    let isDone = false;
    const ask = async (book: Replies) => {
      while (!isDone) {
        await (book === replies ? kit.versions : otherVersions).check(true);
        const { name } = book.book.rules.rules[0]?.rule ?? { name: '' };
        const answered = book.answerMessage(
          { kind: 'text', text: '开门' },
          { accountId, now: someDay },
        );
        const text = answered?.reply?.kind === 'text' ? answered.reply.text : 'silence';
        seen.add(text);
        const [, first, second] = /^(v\d+) . (v\d+)$/.exec(text) ?? [];
        if (first === undefined || first !== second || first !== name) mixed.push(text);
        await new Promise(setImmediate);
      }
    };

    const asking = [replies, elsewhere, replies].map(ask);
    for (let n = 1; n <= 12; n += 1) await api.call('PUT', path, version(n));
    isDone = true;
    await Promise.all(asking);
    await otherVersions.check(true);
    const there = elsewhere.book.rules.rules.map(({ rule }) => rule.name);
    await elsewhere.close();

    expect(mixed).toEqual([]);
    expect(seen.size).toBeGreaterThan(5);
    expect(there).toEqual(['v12']);
    const answered = replies.answerMessage(
      { kind: 'text', text: '第12版' },
      { accountId, now: someDay },
    );
    expect(answered?.ruleId).toBe(made.body.id);
  });
});
