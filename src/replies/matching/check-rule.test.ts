import { checkRule } from './check-rule';

test.each([
  ['(?=红包)', 'pattern_unsupported'],
  ['(?<!不)退', 'pattern_unsupported'],
  ['(a)\\1', 'pattern_unsupported'],
  ['(?<n>a)\\k<n>', 'pattern_unsupported'],
  ['[红包', 'pattern_invalid'],
  ['a{5000}', 'pattern_invalid'],
  ['((a{30}){30})', 'pattern_too_big'],
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
    [{ code: 'keywords_too_many' }],
    [{ code: 'keyword_empty', keyword: 1 }],
    [{ code: 'keyword_too_long', keyword: 0 }],
    [],
  ]);
});
