import { capWindows } from './mass-cap';

const at = (text: string) => Date.parse(text);
const told = (...[rule, now]: [Parameters<typeof capWindows>[0], string]) =>
  capWindows(rule, at(now)).map(({ since, most }) => [new Date(since).toISOString(), most]);

describe('how many mass messages a customer may receive', () => {
  // Half past midnight on a Tuesday, 1 December, in Shanghai; still November in UTC.
  const midnight = '2026-11-30T16:30:00Z';
  test('by the month: as many as the month has days, counted in China', () => {
    expect(told('days-of-month', midnight)).toEqual([['2026-11-30T16:00:00.000Z', 31]]);
    expect(told('days-of-month', '2026-11-30T15:59:00Z')).toEqual([
      ['2026-10-31T16:00:00.000Z', 30],
    ]);
  });

  test('by the week it begins on Monday; by the day at midnight', () => {
    expect(told('week', midnight)).toEqual([['2026-11-29T16:00:00.000Z', 7]]);
    expect(told('day', midnight)).toEqual([['2026-11-30T16:00:00.000Z', 1]]);
  });

  test('the old rule has two windows at once', () => {
    expect(told('legacy', midnight)).toEqual([
      ['2026-11-30T16:00:00.000Z', 1],
      ['2026-11-30T16:00:00.000Z', 4],
    ]);
  });
});
