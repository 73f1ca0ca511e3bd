import { behindNow, turningPoints, type WayDay, type WayPlan } from './way-plan';

const zone = 'Asia/Shanghai';
const plan: WayPlan = {
  userIds: [],
  shifts: [
    { weekdays: [1, 2, 3, 4, 5], from: '09:00', to: '18:00', userIds: ['lin', 'zhou'] },
    { weekdays: [5], from: '22:00', to: '02:00', userIds: ['xu'] },
  ],
  spare: ['ling'],
};
const at = (text: string, more: Partial<WayDay> = {}): WayDay => ({
  now: Date.parse(`${text}+08:00`),
  ...{ zone, capPerDay: null, addedToday: new Map(), absent: new Set() },
  ...more,
});

// 2026-11-20 is a Friday.
test.each([
  ['2026-11-20T09:00', ['lin', 'zhou']],
  ['2026-11-20T17:59', ['lin', 'zhou']],
  ['2026-11-20T18:00', ['ling']],
  ['2026-11-20T23:00', ['xu']],
  ['2026-11-21T01:59', ['xu']],
  ['2026-11-21T02:00', ['ling']],
  ['2026-11-21T10:00', ['ling']],
])('at %s %j stand behind the code', (time, expected) => {
  expect(behindNow(plan, at(time))).toEqual(expected);
});

test('a full rep gives way to the others, all full ones to the spare, and full spares to those on duty', () => {
  const day = (added: [string, number][]) =>
    at('2026-11-20T10:00', { capPerDay: 5, addedToday: new Map(added) });
  const all: [string, number][] = [
    ['lin', 5],
    ['zhou', 6],
  ];

  expect(behindNow(plan, day([['lin', 5]]))).toEqual(['zhou']);
  expect(behindNow(plan, day(all))).toEqual(['ling']);
  expect(behindNow(plan, day([...all, ['ling', 5]]))).toEqual(['lin', 'zhou']);
});

test('who left stands behind no code, unless nobody else is in the plan', () => {
  const absent = new Set(['lin', 'zhou']);
  const single: WayPlan = { userIds: ['lin'], shifts: [], spare: [] };

  expect(behindNow(plan, at('2026-11-20T10:00', { absent }))).toEqual(['ling']);
  expect(behindNow({ ...plan, spare: ['lin'] }, at('2026-11-20T10:00', { absent }))).toEqual([
    'xu',
  ]);
  expect(behindNow(single, at('2026-11-20T10:00', { absent }))).toEqual(['lin']);
});

test('it is looked at again where shifts begin and end, and at midnight when days are counted', () => {
  expect(turningPoints(plan, null)).toEqual([
    ...['0 2 * * *', '0 9 * * *', '0 18 * * *', '0 22 * * *'],
  ]);
  expect(turningPoints({ ...plan, shifts: [] }, 3)).toEqual(['0 0 * * *']);
});
