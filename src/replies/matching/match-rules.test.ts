import * as fc from 'fast-check';
import { compileRules } from './compile-rules';
import { explainRules } from './explain-rules';
import { findConflicts } from './find-conflicts';
import { matchRules } from './match-rules';
import { compareHits } from './precedence';
import { RULE_MATCHES, type Rule, type Said } from './rule';

const here = { accountId: 'here' };

function aRule(given: Partial<Rule>): Rule {
  return {
    id: 'rule',
    match: 'words',
    keywords: ['红包'],
    priority: 0,
    accountId: null,
    publishedAt: 1,
    ...given,
  };
}

function winner(rules: readonly Rule[], said: Said | string): string | undefined {
  const heard: Said = typeof said === 'string' ? { kind: 'text', text: said } : said;
  return matchRules(compileRules(rules), heard, here)?.rule.id;
}

test.each<[Rule['match'], string[], string, boolean]>([
  ['exact', ['红包'], '  紅包！', true],
  ['exact', ['红包'], '领红包', false],
  ['words', ['优惠', '红包'], '怎么领红包呀', true],
  ['words', ['wifi'], '请问ＷＩＦＩ密码', true],
  ['words', ['优惠'], '红包', false],
  ['all-words', ['退', '运费'], '退货的运费谁出', true],
  ['all-words', ['退', '运费'], '运费多少', false],
  ['prefix', ['订单'], '订单12', true],
  ['prefix', ['订单'], '查订单', false],
  ['pattern', ['^订单\\d+$'], '訂單１２', true],
  ['pattern', ['VIP[0-9.]+'], '我是vip1.5', true],
  ['pattern', ['^订单\\d+$'], '订单呢', false],
])('%s %j against %s: %s', (match, keywords, text, applies) => {
  const rules = [aRule({ match, keywords })];

  expect(winner(rules, text)).toBe(applies ? 'rule' : undefined);
});

test('an event rule answers the name it was given, the more exact name first', () => {
  const rules = [
    aRule({ id: 'any', match: 'event', keywords: ['subscribe'], publishedAt: 2 }),
    aRule({ id: 'store', match: 'event', keywords: ['subscribe:store-7'] }),
    aRule({ id: 'menu', match: 'event', keywords: ['CLICK:hours'] }),
  ];

  const winners = [
    ['subscribe', 'subscribe:store-7'],
    ['subscribe'],
    ['CLICK:hours'],
    ['VIEW'],
  ].map((keys) => winner(rules, { kind: 'event', keys }));

  expect(winners).toEqual(['store', 'any', 'menu', undefined]);
});

test('a rule for a message type answers that type; one for text only what no word answers', () => {
  const rules = [
    aRule({ id: 'image', match: 'message-type', keywords: ['image'] }),
    aRule({ id: 'text', match: 'message-type', keywords: ['text'], publishedAt: 9 }),
    aRule({ id: 'word' }),
  ];

  const winners = [
    winner(rules, { kind: 'message', messageType: 'image' }),
    winner(rules, { kind: 'message', messageType: 'voice' }),
    winner(rules, '红包'),
    winner(rules, '你好'),
  ];

  expect(winners).toEqual(['image', undefined, 'word', 'text']);
});

test.each<[string, Partial<Rule>, Partial<Rule>]>([
  ['exact beats any priority', { match: 'exact' }, { priority: 99 }],
  ['priority beats a longer keyword', { priority: 1 }, { keywords: ['领红包'] }],
  ['a longer keyword beats a newer rule', { keywords: ['领红包', '红'] }, { publishedAt: 9 }],
  ['length is counted in code points', { keywords: ['红包雨'] }, { keywords: ['𠮷𠮷'] }],
  ['a pattern has no length', {}, { match: 'pattern', keywords: ['领?红包+'], publishedAt: 9 }],
  ['the newer rule wins a tie', { publishedAt: 2 }, { publishedAt: 1 }],
  ['the greater id wins the last tie', { id: 'z-winner' }, { id: 'a-loser' }],
])('%s', (_, stronger, weaker) => {
  const text = stronger.match === 'exact' ? '红包' : '我要领红包红包雨𠮷𠮷';
  const strong = aRule({ id: 'strong', ...stronger });
  const weak = aRule({ id: 'weak', ...weaker });

  expect(winner([weak, strong], text)).toBe(strong.id);
  expect(winner([strong, weak], text)).toBe(strong.id);
});

test('drafts and rules of other accounts never answer, and say so', () => {
  const rules = [
    aRule({ id: 'draft', publishedAt: null }),
    aRule({ id: 'other', accountId: 'elsewhere' }),
    aRule({ id: 'mine', accountId: 'here', keywords: ['包'] }),
  ];

  const { considered } = explainRules(compileRules(rules), { kind: 'text', text: '红包' }, here);

  expect(winner(rules, '红包')).toBe('mine');
  expect(considered).toEqual([
    {
      id: 'mine',
      matched: true,
      why: { code: 'won-as-only-match', params: { keyword: '包', priority: 0 } },
    },
    { id: 'draft', matched: false, why: { code: 'draft', params: { wouldMatch: true } } },
    { id: 'other', matched: false, why: { code: 'other-account', params: { wouldMatch: true } } },
  ]);
});

test('every rule considered says why it won or lost', () => {
  const rules = [
    aRule({ id: 'absent', keywords: ['发票'] }),
    aRule({ id: 'missing', match: 'all-words', keywords: ['领', '现金'] }),
    aRule({ id: 'pattern', match: 'pattern', keywords: ['\\d{6}'] }),
    aRule({ id: 'refused', match: 'pattern', keywords: ['(?=a)'] }),
    aRule({ id: 'event', match: 'event', keywords: ['subscribe'] }),
    aRule({ id: 'image', match: 'message-type', keywords: ['image'] }),
    aRule({ id: 'long', keywords: ['领红包'], priority: 5 }),
    aRule({ id: 'short', keywords: ['红包'], priority: 5 }),
    aRule({ id: 'low', keywords: ['领红包'] }),
  ];

  const { considered } = explainRules(compileRules(rules), { kind: 'text', text: '领红包' }, here);

  expect(considered.map(({ id, why }) => [id, why.code])).toEqual([
    ['long', 'won'],
    ['short', 'lost-to-longer-keyword'],
    ['low', 'lost-to-priority'],
    ['absent', 'keyword-absent'],
    ['missing', 'word-missing'],
    ['pattern', 'pattern-absent'],
    ['refused', 'pattern-refused'],
    ['event', 'not-for-this-kind'],
    ['image', 'other-message-type'],
  ]);
});

const word = fc.array(fc.constantFrom('红', '包', '領', 'Ａ', 'b', ' ', '！', '𠮷'), {
  minLength: 1,
  maxLength: 4,
});
const phrase = fc.array(word, { maxLength: 4 }).map((words) => words.flat().join(''));
const keyword = word.map((characters) => characters.join(''));
const anyRule = fc.record({
  id: fc.uuid(),
  match: fc.constantFrom(...RULE_MATCHES),
  keywords: fc.array(fc.oneof(keyword, fc.constantFrom('(红|包)+$', 'text', 'image')), {
    maxLength: 3,
  }),
  priority: fc.integer({ min: 0, max: 2 }),
  accountId: fc.constantFrom(null, 'here', 'elsewhere'),
  publishedAt: fc.constantFrom(null, 1, 2),
});
const anyRules = fc.uniqueArray(anyRule, { maxLength: 12, selector: ({ id }) => id });
const anySaid: fc.Arbitrary<Said> = fc.oneof(
  phrase.map((text) => ({ kind: 'text' as const, text })),
  fc.array(keyword, { maxLength: 2 }).map((keys) => ({ kind: 'event' as const, keys })),
  fc
    .constantFrom('image', 'text')
    .map((messageType) => ({ kind: 'message' as const, messageType })),
);

test('the fast matcher always agrees with looking at every rule alone', () => {
  fc.assert(
    fc.property(anyRules, anySaid, (rules, said) => {
      const compiled = compileRules(rules);

      const fast = matchRules(compiled, said, here);
      const slow = explainRules(compiled, said, here).winner;
      expect([fast?.rule.id, fast?.length]).toEqual([slow?.rule.id, slow?.length]);
    }),
    { numRuns: 2_000 },
  );
});

test('precedence is a total order: any two different rules have one winner', () => {
  const hit = fc.record({ rule: anyRule, keyword: fc.constant(''), length: fc.nat({ max: 3 }) });

  fc.assert(
    fc.property(hit, hit, hit, (one, two, three) => {
      const sorted = [one, two, three].sort(compareHits);
      const [first, , last] = sorted;

      expect(Math.sign(compareHits(one, two))).toBe(-Math.sign(compareHits(two, one)) || 0);
      if (one.rule.id !== two.rule.id) expect(compareHits(one, two)).not.toBe(0);
      if (first !== undefined && last !== undefined) {
        expect(compareHits(first, last)).toBeLessThanOrEqual(0);
      }
    }),
  );
});

test('a rule called shadowed never wins, whatever is said', () => {
  fc.assert(
    fc.property(anyRules, anySaid, (drafts, said) => {
      const rules = drafts.map((rule) => ({ ...rule, publishedAt: rule.publishedAt ?? 3 }));
      const shadowed = findConflicts(rules).filter(({ kind }) => kind === 'shadowed');
      const compiled = compileRules(rules);

      for (const accountId of ['here', 'elsewhere', 'third']) {
        const won = matchRules(compiled, said, { accountId })?.rule.id;
        expect(shadowed.map(({ ruleId }) => ruleId)).not.toContain(won);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('an evil pattern costs time in proportion to the text, not more', () => {
  const rules = ['(a+)+$', '^((红包)+)+$', '(.*)*x', '(红|包)*红(红|包){12}$'].map((pattern, at) =>
    aRule({ id: `evil-${at}`, match: 'pattern', keywords: [pattern] }),
  );
  const compiled = compileRules(rules);
  const text = '红包'.repeat(300) + 'a'.repeat(300) + '!';

  const before = performance.now();
  const hit = matchRules(compiled, { kind: 'text', text }, here);

  expect(hit).toBeUndefined();
  expect(performance.now() - before).toBeLessThan(5_000);
});
