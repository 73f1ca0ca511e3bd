import { blindSteps } from './blind-steps';
import { compilePattern } from './pattern';

describe('characters a pattern counts off without looking at them', () => {
  test.each([
    ['a.{60}[qw]', 61],
    ['几点.{0,10}开门', 10],
    ['几点.*开门', 1],
    ['1\\d{10}', 10],
    ['\\d{17}[\\dXx]', 1],
    ['[A-Z]{2}\\d{12}', 12],
    ['(a.{3}){6}z', 18],
    ['(?:x|y.{4}){2}', 8],
    ['a..........z', 10],
    ['a.{4}z|b.{5}z', 9],
    ['a{50}', 0],
    ['a\\x{41}\\.{20}\\Q.{30}\\E', 0],
    ['a[]x]{3}[[:alpha:]]{2}\\p{Han}{4}', 9],
    ['a.{3,}?z', 3],
    ['(?i)门.{2}', 2],
  ])('%s counts off %i', (source, steps) => {
    expect(blindSteps(source)).toBe(steps);
  });

  test.each(['a.{60}[qw]', 'a.{0,30}z', '(a.{10}){2}z', 'a....................z'])(
    '%s is not taken: every message would pay for it',
    (source) => {
      expect(compilePattern(source)).toBe('pattern_gap_too_wide');
    },
  );

  test.each([
    '几点.{0,16}开门',
    '1\\d{10}',
    '\\d{17}[\\dXx]',
    '(.*a){3}',
    '订单[号码]?[:：]?\\s*\\d{8,15}',
  ])('%s is taken', (source) => {
    expect(typeof compilePattern(source)).toBe('object');
  });
});
