import { compileRules } from './compile-rules';
import { conflictsWith, findConflicts } from './find-conflicts';
import type { Rule } from './rule';

function aRule(id: string, keywords: string[], given: Partial<Rule> = {}): Rule {
  return { id, match: 'words', keywords, priority: 0, accountId: null, publishedAt: 1, ...given };
}

test('of two rules with the same keyword the loser is told, as shadowed when nothing is left', () => {
  const conflicts = findConflicts([
    aRule('old', ['红包', '优惠']),
    aRule('new', ['紅包'], { publishedAt: 2 }),
    aRule('lost', ['红包！']),
  ]);

  expect(conflicts).toEqual([
    { ruleId: 'old', kind: 'same-keyword', keyword: '红包', winnerId: 'new' },
    { ruleId: 'lost', kind: 'shadowed', keyword: '红包', winnerId: 'new' },
  ]);
});

test('a higher priority with a word inside the keyword shadows words, prefixes and all-words', () => {
  const conflicts = findConflicts([
    aRule('strong', ['红包'], { priority: 1 }),
    aRule('words', ['领红包']),
    aRule('prefix', ['红包雨'], { match: 'prefix' }),
    aRule('together', ['抢红包', '群'], { match: 'all-words' }),
    aRule('exact', ['领红包'], { match: 'exact' }),
    aRule('longer', ['发票']),
  ]);

  expect(conflicts.map(({ ruleId, kind }) => [ruleId, kind])).toEqual([
    ['words', 'shadowed'],
    ['prefix', 'shadowed'],
    ['together', 'shadowed'],
  ]);
});

test('a single word that a higher priority takes by a shorter word is told on both sides', () => {
  const opening = aRule('opening', ['营业时间', '几点开门', '几点关门']);
  const parking = aRule('parking', ['停车', '开门'], { priority: 10, publishedAt: null });
  const taken = {
    ruleId: 'opening',
    kind: 'same-keyword',
    keyword: '几点开门',
    winnerId: 'parking',
  };

  const draft = { ...parking, publishedAt: Number.MAX_SAFE_INTEGER };
  expect(findConflicts([opening, parking])).toEqual([taken]);
  expect(conflictsWith(compileRules([opening, draft]), 'parking')).toEqual({
    ...{ own: [], others: [taken] },
  });
  expect(findConflicts([opening, { ...parking, priority: 0 }])).toEqual([]);
});

test('rules of different accounts do not meet; a rule for one account cannot shadow one for all', () => {
  const conflicts = findConflicts([
    aRule('one', ['红包'], { accountId: 'one', priority: 9 }),
    aRule('two', ['红包'], { accountId: 'two' }),
    aRule('all', ['红包']),
  ]);

  expect(conflicts).toEqual([]);
});

test('a draft is judged as if it were published last', () => {
  const conflicts = findConflicts([
    aRule('published', ['红包'], { publishedAt: 5 }),
    aRule('draft', ['红包'], { publishedAt: null }),
  ]);

  expect(conflicts.map(({ ruleId, winnerId }) => [ruleId, winnerId])).toEqual([
    ['published', 'draft'],
  ]);
});
