import * as fc from 'fast-check';
import { compilePattern, requiredWord } from './pattern';

test.each([
  ['^订单\\d+$', '订单'],
  ['订单号?是', '订单'],
  ['(红包|口令)', ''],
  ['(红包)?雨天', '雨天'],
  ['红*', ''],
  ['[红包]退货', '退货'],
  ['查{2}', ''],
  ['\\(红\\)退货', '退货'],
  ['红(?)*', ''],
  ['退货(?i)*红包', '红包'],
])('every match of %s contains %j', (pattern, word) => {
  expect(requiredWord(pattern)).toBe(word);
});

test('the shortcut never changes what a pattern matches', () => {
  const piece = fc.constantFrom(
    '红',
    '包',
    '(',
    ')',
    '[',
    ']',
    '?',
    '*',
    '{2}',
    '|',
    '.',
    '\\',
    '^',
  );
  const source = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''));
  const text = fc.array(fc.constantFrom('红', '包', 'a'), { maxLength: 5 });

  fc.assert(
    fc.property(source, text, (pattern, characters) => {
      const compiled = compilePattern(pattern);
      const guarded = compilePattern(`(?:${pattern})|(?:^x+$)`);
      const said = characters.join('');
      if (typeof compiled === 'string' || typeof guarded === 'string') return;

      expect(compiled.test(said)).toBe(guarded.test(said));
    }),
    { numRuns: 3_000 },
  );
});
