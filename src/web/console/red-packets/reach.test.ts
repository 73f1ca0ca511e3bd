import { poolFor } from '../../../red-packets/draw-amount';
import { reachOf } from './reach';

const random = { minFen: 100, maxFen: 500 };

test('a budget of everybody’s minimum is told as one: nothing is drawn from it', () => {
  expect(reachOf(8_800, random, 88)).toEqual({
    kind: 'least',
    reached: 88,
    short: 0,
    averageFen: 100,
    meanFen: 300,
    wantedFen: 26_400,
  });
});

test('between minimum and mean everybody gets one, of less; from the mean on the rest stays', () => {
  expect(reachOf(17_600, random, 88)).toMatchObject({ kind: 'thin', averageFen: 200 });
  expect(reachOf(26_400, random, 88)).toMatchObject({ kind: 'all', averageFen: 300 });
  expect(reachOf(99_999, random, 88)).toMatchObject({ kind: 'all', averageFen: 300 });
});

test('with less than the minimum for everybody it says how many get none', () => {
  expect(reachOf(8_800, random, 1_908)).toMatchObject({
    kind: 'short',
    reached: 88,
    short: 1_820,
    averageFen: 100,
    wantedFen: 572_400,
  });
  expect(reachOf(8_800, { minFen: 100, maxFen: 100 }, 88)).toMatchObject({ kind: 'all' });
});

test('what is told is what the server deals from', () => {
  for (const budgetFen of [0, 99, 8_800, 12_345, 26_400, 99_999]) {
    for (const people of [1, 88, 1_908]) {
      const told = reachOf(budgetFen, random, people);
      const poolFen = poolFor(people, budgetFen, random.minFen, random.maxFen);
      expect(told.averageFen).toBe(told.reached === 0 ? 0 : Math.floor(poolFen / told.reached));
    }
  }
});
