export { checkTimetable, nextRuns, type Timetable } from './next-runs';
export { Schedule, ScheduleTick, type MissedPolicy } from './schedule.entity';
export {
  Schedules,
  type NewSchedule,
  type Tick,
  type TickHandler,
  type WaitingTick,
} from './schedules';
