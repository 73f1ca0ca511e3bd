import fc from 'fast-check';
import { seededRandom } from '../kernel/random';
import { billNumber } from './bill-numbers';
import { chinaDay, nextChinaMidnight } from './china-day';
import { dealChunk, type Waiting } from './deal-chunk';
import { covers, drawAmount, poolFor } from './draw-amount';

const amounts = fc
  .tuple(fc.integer({ min: 30, max: 20_000 }), fc.integer({ min: 0, max: 20_000 }))
  .map(([minFen, more]) => ({ minFen, maxFen: minFen + more }));

test('draws of a run lie within their limits and add up to the pool exactly', () => {
  fc.assert(
    fc.property(
      amounts,
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 2_000_000 }),
      fc.integer(),
      ({ minFen, maxFen }, people, budget, seed) => {
        const random = seededRandom(seed);
        const pool = poolFor(people, budget, minFen, maxFen);
        const covered = covers({ leftFen: pool, people, minFen, maxFen });
        let leftFen = pool;
        const drawn: number[] = [];

        for (let left = covered; left > 0; left -= 1) {
          const amount = drawAmount({ leftFen, people: left, minFen, maxFen }, random);
          drawn.push(amount);
          leftFen -= amount;
        }

        expect(drawn.every((fen) => Number.isInteger(fen) && fen >= minFen && fen <= maxFen)).toBe(
          true,
        );
        expect(pool).toBeLessThanOrEqual(budget);
        if (covered > 0) expect(leftFen).toBe(0);
        expect(covered).toBe(Math.min(people, Math.floor(budget / minFen)));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('where somebody stands in line does not change what they may expect', () => {
  const random = seededRandom(3);
  const [people, rounds] = [10, 20_000];
  const sums = Array.from({ length: people }, () => 0);

  for (let round = 0; round < rounds; round += 1) {
    let leftFen = people * 150;
    for (let place = 0; place < people; place += 1) {
      const pool = { leftFen, people: people - place, minFen: 100, maxFen: 300 };
      const amount = drawAmount(pool, random);
      leftFen -= amount;
      sums[place] = (sums[place] ?? 0) + amount;
    }
  }

  for (const sum of sums) expect(Math.abs(sum / rounds - 150)).toBeLessThan(2);
});

test('a chunk never deals more than pool, day and person allow, and decides everybody unless the day is full', () => {
  const limit = fc.option(fc.integer({ min: 30, max: 3_000 }), { nil: null });
  fc.assert(
    fc.property(
      amounts,
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }),
      fc.integer({ min: 0, max: 100_000 }),
      limit,
      fc.integer({ min: 0, max: 50_000 }),
      fc.integer(),
      ({ minFen, maxFen }, persons, poolFen, perPersonFen, dayRoomFen, seed) => {
        const chunk = persons.map((person, index): Waiting => {
          const [identityId, personId] = [String(index), String(person)];
          return { identityId, personId, openid: 'o', channelState: 'following', optedOutAt: null };
        });
        const hasFen = new Map([['0', 50]]);
        const limits = { minFen, maxFen, poolFen, people: chunk.length, perPersonFen, hasFen };

        const dealt = dealChunk(chunk, { ...limits, dayRoomFen }, seededRandom(seed));

        const total = dealt.amounts.reduce((sum, { amountFen }) => sum + amountFen, 0);
        expect(dealt.totalFen).toBe(total);
        expect(total).toBeLessThanOrEqual(Math.min(poolFen, dayRoomFen));
        for (const { amountFen } of dealt.amounts) {
          expect(amountFen >= minFen && amountFen <= maxFen).toBe(true);
        }
        for (const person of new Set(persons)) {
          const got = dealt.amounts.filter(
            ({ recipient }) => recipient.personId === String(person),
          );
          const sum = got.reduce((all, { amountFen }) => all + amountFen, 0);
          const had = person === 0 ? 50 : 0;
          if (perPersonFen !== null && sum > 0) expect(sum + had).toBeLessThanOrEqual(perPersonFen);
        }
        if (!dealt.isDayFull) expect(dealt.decided).toHaveLength(chunk.length);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('order numbers have 28 characters at most, with the day of China in them', () => {
  const beforeMidnight = Date.parse('2026-11-21T15:59:59.999Z');

  expect(billNumber('1900000109', beforeMidnight, 42)).toBe('1900000109202611210000000042');
  expect(billNumber('1900000109', beforeMidnight + 1, 42)).toBe('1900000109202611220000000042');
  expect(billNumber('190000010912', beforeMidnight, 42)).toHaveLength(28);
  expect(() => billNumber('190000010912', beforeMidnight, 10 ** 8)).toThrow('ran out');
  expect(chinaDay(nextChinaMidnight(beforeMidnight))).toBe('20261122');
  expect(nextChinaMidnight(beforeMidnight)).toBe(beforeMidnight + 1);
});
