import fc from 'fast-check';
import type { AppError } from '../errors';
import { checkTimetable, lastRun, nextRuns } from './next-runs';

test.each([
  ['secret * * * *', 'UTC', 'cron_invalid'],
  ['secret', 'UTC', 'cron_invalid'],
  ['0 0 * * *', 'Secret/Zone', 'zone_unknown'],
  ['0 0 30 2 *', 'UTC', 'cron_never_fires'],
])('the timetable %j in %s is refused without being repeated', (cron, zone, code) => {
  let refusal: AppError | undefined;
  try {
    checkTimetable({ cron, zone }, 0);
  } catch (error) {
    refusal = error as AppError;
  }

  expect([refusal?.code, refusal?.params]).toEqual([code, {}]);
});

test.each([
  ['* * * * *', 40],
  ['*/7 9-11 * * *', 900],
  ['30 2 * * 0', 70_000],
  ['0 10 1 * *', 200_000],
])(
  'the last run of %j that passed is the one that counting through all of them finds',
  (cron, mostMinutes) => {
    const begin = Date.parse('2026-03-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.constantFrom('UTC', 'Asia/Shanghai', 'America/New_York', 'Europe/Berlin'),
        fc.integer({ min: 0, max: 400 * 24 * 60 }),
        fc.integer({ min: 0, max: mostMinutes }),
        (zone, from, minutes) => {
          const after = begin + from * 60_000;
          const until = after + minutes * 60_000;
          let counted: number | undefined;
          let [run] = nextRuns({ cron, zone }, after, 1);
          while (run !== undefined && run <= until) {
            counted = run;
            [run] = nextRuns({ cron, zone }, run, 1);
          }

          expect(lastRun({ cron, zone }, after, until)).toBe(counted);
        },
      ),
      { numRuns: 40 },
    );
  },
);

test('a year of minutes that nobody saw ends in its last minute', () => {
  const after = Date.parse('2026-01-01T00:00:00Z');
  const until = Date.parse('2027-01-01T00:00:30Z');

  expect(lastRun({ cron: '* * * * *', zone: 'Asia/Shanghai' }, after, until)).toBe(
    Date.parse('2027-01-01T00:00:00Z'),
  );
});
