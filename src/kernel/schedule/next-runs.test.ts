import type { AppError } from '../errors';
import { checkTimetable } from './next-runs';

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
