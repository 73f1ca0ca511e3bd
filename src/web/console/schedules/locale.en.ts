import type { messages as zh } from './locale.zh-CN';

export const messages: Record<keyof typeof zh, string> = {
  'schedule.when': 'When',
  'schedule.once': 'Once, at the start',
  'schedule.again': 'Again and again',
  'schedule.rhythm': 'How often',
  'schedule.daily': 'Every day',
  'schedule.weekly': 'Every week',
  'schedule.monthly': 'Every month',
  'schedule.cron': 'Write cron',
  'schedule.time': 'Time',
  'schedule.zone': 'Zone',
  'schedule.missed': 'If the time was missed',
  'schedule.missed-once': 'run once, late',
  'schedule.missed-skip': 'leave it out',
  'schedule.missed-ask': 'ask me',
  'schedule.cron-hint': 'minute hour day month weekday, five parts with spaces',
  'schedule.short-months': 'Months without this day are left out.',
  'schedule.next': 'Next {n} runs',
  'schedule.told-in': '(told in {zone})',
};
