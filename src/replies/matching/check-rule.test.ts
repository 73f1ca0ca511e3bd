import { checkRule } from './check-rule';

test.each([
  ['(?=红包)', 'pattern_unsupported'],
  ['(?<!不)退', 'pattern_unsupported'],
  ['(a)\\1', 'pattern_unsupported'],
  ['(?<n>a)\\k<n>', 'pattern_unsupported'],
  ['[红包', 'pattern_invalid'],
  ['a{5000}', 'pattern_invalid'],
  ['a.{60}[qw]', 'pattern_gap_too_wide'],
  ['((a{30}){30})', 'pattern_too_big'],
  ['(.*a.*N.*){1,20}q', 'pattern_too_heavy'],
  ['红'.repeat(301), 'pattern_too_long'],
  ['  ', 'keyword_empty'],
])('the pattern %j is refused as %s', (pattern, code) => {
  const problems = checkRule({ match: 'pattern', keywords: ['订单', pattern] });

  expect(problems).toEqual([{ code, keyword: 1 }]);
});

test.each(['订单\\d+', '^(红包|口令)$', '(a+)+$', '\\\\1', '[(?=]', '(?i)vip\\b'])(
  'the pattern %j may be saved',
  (pattern) => {
    expect(checkRule({ match: 'pattern', keywords: [pattern] })).toEqual([]);
  },
);

test('a rule needs keywords, not too many, none empty, none endless', () => {
  const problems = [
    checkRule({ match: 'words', keywords: [] }),
    checkRule({ match: 'words', keywords: new Array<string>(201).fill('红包') }),
    checkRule({ match: 'exact', keywords: ['红包', ' '] }),
    checkRule({ match: 'prefix', keywords: ['红'.repeat(201)] }),
    checkRule({ match: 'event', keywords: ['CLICK:menu'] }),
  ];

  expect(problems).toEqual([
    [{ code: 'keywords_missing' }],
    [{ code: 'keywords_too_many', maximum: 200 }],
    [{ code: 'keyword_empty', keyword: 1 }],
    [{ code: 'keyword_too_long', keyword: 0, maximum: 200 }],
    [],
  ]);
});

test('a rule has at most twenty patterns', () => {
  const patterns = Array.from({ length: 21 }, (_, at) => `订单${at}`);

  expect(checkRule({ match: 'pattern', keywords: patterns })).toEqual([
    { code: 'patterns_too_many', maximum: 20 },
  ]);
  expect(checkRule({ match: 'pattern', keywords: patterns.slice(1) })).toEqual([]);
});

test('an event is one that arrives and can be answered, with a key only where it has one', () => {
  const codeOf = (keyword: string) => checkRule({ match: 'event', keywords: [keyword] })[0]?.code;
  const known = ['subscribe', 'Subscribe:store-7', 'SCAN:1', 'CLICK:a:b', 'VIEW', 'LOCATION'];
  const more = ['scancode_waitmsg:k', 'pic_weixin', 'location_select:k', 'view_miniprogram'];
  const unknown = ['NOPE:x', 'NOPE', 'CLICK:', ':x', 'LOCATION:x', 'unsubscribe', 'toString'];

  for (const one of [...known, ...more]) expect([one, codeOf(one)]).toEqual([one, undefined]);
  for (const one of unknown) expect([one, codeOf(one)]).toEqual([one, 'event_unknown']);
});
