import type { InboundEvent } from '../channels/inbound-event';
import { seededRandom } from '../kernel/random';
import { answerEvent } from './answer-event';
import { offerText } from './clarify';
import { buildFaqIndex } from './faq';
import { skincareFaqs } from '../../test/fixtures/skincare-faqs';
import { compileRules } from './matching';
import type { Answer } from './answers/answer';
import { answerMessage, type BookRule, type ReplyBook, type ReplyState } from './reply-book';

const say = (text: string): Answer => ({ type: 'text', text });
let made = 0;
const rule = (facts: Partial<BookRule>): BookRule => ({
  id: `R${(made += 1)}`,
  name: '',
  match: 'words',
  keywords: [],
  priority: 0,
  accountId: null,
  publishedAt: 1,
  answer: say('x'),
  ...facts,
});

const state: ReplyState = {
  accountId: 'A',
  now: Date.parse('2026-11-21T06:32:00Z'),
  personName: '小雨',
  tags: ['会员'],
  scene: 'jingan',
};

const book = (rules: BookRule[], more: Partial<ReplyBook> = {}): ReplyBook => ({
  rules: compileRules(rules),
  defaults: new Map([
    ['A', { welcome: say('你好，{{ account.name }}{{ scene.name }}'), fallback: say('没听懂') }],
  ]),
  faqIndex: buildFaqIndex(skincareFaqs),
  faqs: new Map(
    skincareFaqs.map((faq) => [faq.id, { question: faq.question, answer: `答 ${faq.id}` }]),
  ),
  accountNames: new Map([['A', '山茶花']]),
  sceneNames: new Map([['A:jingan', '静安店']]),
  zone: 'Asia/Shanghai',
  random: seededRandom(1),
  ...more,
});

const event = (facts: object): InboundEvent =>
  ({
    accountId: 'A',
    appId: 'wx',
    dedupeKey: 'd',
    laneKey: 'l',
    openid: 'o',
    at: 1,
    messageId: '1',
    ...facts,
  }) as never;
const text = (said: string, more: object = {}) => event({ kind: 'text', text: said, ...more });

test('text goes to the rules, then to the questions, then to the default', () => {
  const own = book([rule({ id: 'hours', keywords: ['几点开门'], answer: say('十点') })]);

  const byRule = answerEvent(own, text('你们几点开门呀'), state);
  const byFaq = answerEvent(own, text('会员积分怎么用呢'), state);
  const byDefault = answerEvent(own, text('给我讲个笑话'), state);

  expect(byRule).toMatchObject({
    by: 'rule',
    ruleId: 'hours',
    reply: { kind: 'text', text: '十点' },
  });
  expect(byRule?.params).toMatchObject({ by: 'rule', ruleId: 'hours', text: '十点' });
  expect(byFaq).toMatchObject({ by: 'faq', faqId: 'points', reply: { text: '答 points' } });
  expect(byDefault).toMatchObject({
    by: 'default',
    reply: { text: '没听懂' },
    missed: '给我讲个笑话',
  });
});

test('a follow is welcomed by the rule of its scene, then the general rule, then the welcome', () => {
  const scene = rule({ match: 'event', keywords: ['subscribe:jingan'], answer: say('静安') });
  const general = rule({
    match: 'event',
    keywords: ['subscribe'],
    answer: say('都有'),
    publishedAt: 9,
  });
  const followed = event({ kind: 'followed', scene: 'jingan' });
  const said = (rules: BookRule[]) => answerEvent(book(rules), followed, state)?.reply;

  expect(said([scene, general])).toMatchObject({ text: '静安' });
  expect(said([general])).toMatchObject({ text: '都有' });
  expect(said([])).toMatchObject({ text: '你好，山茶花静安店' });
  expect(answerEvent(book([general]), event({ kind: 'unfollowed' }), state)).toBeUndefined();
});

test('menu keys, scans and message types are answered by their rules, and other events by silence', () => {
  const own = book([
    rule({ id: 'menu', match: 'event', keywords: ['CLICK:member'] }),
    rule({ id: 'scan', match: 'event', keywords: ['SCAN:store-7'] }),
    rule({ id: 'image', match: 'message-type', keywords: ['image'] }),
  ]);
  const by = (facts: object) => answerEvent(own, event(facts), state)?.ruleId;

  expect(by({ kind: 'menu-tapped', menu: 'click', key: 'member' })).toBe('menu');
  expect(by({ kind: 'scanned', scene: 'store-7' })).toBe('scan');
  expect(by({ kind: 'image', mediaId: 'm', url: '' })).toBe('image');
  expect(
    answerEvent(own, event({ kind: 'menu-tapped', menu: 'view', key: 'x' }), state),
  ).toBeUndefined();
  expect(answerEvent(own, event({ kind: 'video', mediaId: 'm' }), state)).toMatchObject({
    by: 'default',
  });
});

test('a recognised voice message is answered like a text', () => {
  const own = book([rule({ id: 'hours', keywords: ['几点开门'] })]);

  const heard = answerEvent(
    own,
    event({ kind: 'voice', recognised: '几点开门。', mediaId: 'm', format: 'amr' }),
    state,
  );

  expect(heard?.ruleId).toBe('hours');
});

test('退订 and 恢复 are heard before any rule, however they are typed, and only when nothing else is said', () => {
  const own = book([rule({ match: 'words', keywords: ['退订'], priority: 999 })]);
  const optOut = (said: string) => answerEvent(own, text(said), state)?.optOut;

  expect([' 退訂。', 'td', 'ＴＤ', '恢复'].map(optOut)).toEqual([true, true, true, false]);
  expect(answerEvent(own, text('退订'), state)).toMatchObject({
    by: 'opt-out',
    reply: { kind: 'text' },
  });
  expect(answerEvent(own, text('怎么退订呀'), state)).toMatchObject({ by: 'rule' });
});

test('when two questions are equally near, up to three are offered and a tap or a number picks one', () => {
  const twins = [
    { id: 'a/1', question: '会员"生日"礼物怎么领', similar: ['生日礼物在哪里拿'] },
    { id: 'b', question: '会员生日礼物是什么', similar: ['生日礼物在哪里拿'] },
    { id: 'c', question: '门店几点开门', similar: ['营业时间'] },
  ];
  const own = book([], {
    faqIndex: buildFaqIndex(twins),
    faqs: new Map(twins.map(({ id, question }) => [id, { question, answer: `答 ${id}` }])),
  });

  const offered = answerEvent(own, text('生日礼物在哪里拿'), state);
  const [first = ''] = offered?.offered ?? [];
  const choice = `faq-${encodeURIComponent(first)}`;
  const tapped = answerEvent(own, text('随便什么字', { menuChoiceId: choice }), state);
  const typed = answerEvent(own, text('１.'), { ...state, offered: offered?.offered ?? [] });
  const unknown = answerEvent(own, text('门店几点开门', { menuChoiceId: 'faq-%ZZ' }), state);

  expect(offered).toMatchObject({ by: 'clarify', missed: '生日礼物在哪里拿' });
  expect(offered?.reply).toMatchObject({ kind: 'text' });
  const reply = offered?.reply?.kind === 'text' ? offered.reply.text : '';
  expect(reply).toContain(`msgmenuid=${choice}"`);
  expect(reply.match(/weixin:\/\/bizmsgmenu/g)?.length).toBeLessThanOrEqual(3);
  expect(tapped).toMatchObject({ by: 'faq', faqId: first });
  expect(typed).toMatchObject({ by: 'faq', faqId: first });
  expect(unknown).toMatchObject({ faqId: 'c' });
});

test('a question with markup in it cannot end its link early', () => {
  const offers = offerText([{ id: 'x', question: '"><a href="http://evil">点我</a>&msgmenuid=9' }]);

  expect(offers.match(/<a /g)).toHaveLength(1);
  expect(offers).not.toContain('&msgmenuid=9');
});

describe('templates in answers', () => {
  const said = (answer: string) =>
    answerMessage(
      book([rule({ match: 'exact', keywords: ['q'], answer: say(answer) })]),
      { kind: 'text', text: 'q' },
      state,
    );

  test('know the person, the shop and the hour of the organisation', () => {
    const answered = said(
      "{{ person.name }}·{{ person.tags | join: '/' }}·{{ account.name }}·{{ scene.name }}·{{ now | date: '%H:%M' }}",
    );

    expect(answered?.reply).toEqual({ kind: 'text', text: '小雨·会员·山茶花·静安店·14:32' });
  });

  test.each([
    ['a loop without end', '{% for i in (1..999999999) %}x{% endfor %}'],
    [
      'a doubling text',
      '{% assign a = "x" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
    ],
    ['a prototype', '{{ person.constructor }}{{ person.__proto__ }}{{ person.name.constructor }}'],
    ['a file', '{% include "package.json" %}{% render "/etc/passwd" %}'],
  ])('%s shows nothing and comes to an end', (_name, answer) => {
    const answered = said(answer);

    expect(answered).toMatchObject({ by: 'default', unsaid: {} });
    expect(answered?.reply).toEqual({ kind: 'text', text: '没听懂' });
  });

  test('are not looked for in imported answers that name no variable of ours', () => {
    const braces = '{{7*7}} {% raw';
    const own = book([], { faqs: new Map([['points', { question: 'q', answer: braces }]]) });

    expect(answerEvent(own, text('会员积分怎么用'), state)?.reply).toEqual({
      kind: 'text',
      text: braces,
    });
  });
});

test.each([
  '',
  ' ',
  '🧧',
  '👨‍👩‍👧',
  '\u202e倒写',
  'x'.repeat(100_000),
  `'; DROP TABLE faq;--`,
  '{{7*7}}',
  '<img onerror=1>',
  '^(a+)+$',
])('whatever is said (%#) gets an answer or the default', (said) => {
  const own = book([
    rule({ match: 'pattern', keywords: ['(a+)+$'] }),
    rule({ keywords: ['几点'] }),
  ]);

  const answered = answerEvent(own, text(said), state);

  expect(answered?.reply).toBeDefined();
});
