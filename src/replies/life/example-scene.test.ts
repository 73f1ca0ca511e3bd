import { nextMoment } from './example-scene';

const zone = 'Asia/Shanghai';
const at = (wall: string) => Date.parse(`${wall}:00+08:00`);
/** A Sunday. */
const sunday = at('2026-11-22T08:55');
const hours = [
  { from: '10:00', to: '12:00' },
  { from: '22:00', to: '02:00' },
];

test.each([
  ['now where nothing is asked', {}, sunday],
  ['now where it is allowed', { hours: [{ from: '08:00', to: '09:00' }] }, sunday],
  ['when the first window of the day opens', { hours }, at('2026-11-22T10:00')],
  ['on the next day allowed', { weekdays: [1, 2] }, at('2026-11-23T00:00')],
  [
    'on the next day allowed, at its hour',
    { weekdays: [7], hours: [{ from: '08:00', to: '08:30' }] },
    at('2026-11-29T08:00'),
  ],
  [
    'when the dates begin',
    { dates: { from: '2027-01-01' }, weekdays: [6], hours },
    at('2027-01-02T10:00'),
  ],
  ['now when it is over', { dates: { to: '2026-11-01' } }, sunday],
])('the next moment is %s', (_, when, expected) => {
  expect(new Date(nextMoment(when, sunday, zone)).toISOString()).toBe(
    new Date(expected).toISOString(),
  );
});

test('a window over midnight is still open in the night', () => {
  expect(nextMoment({ hours }, at('2026-11-22T01:30'), zone)).toBe(at('2026-11-22T01:30'));
});
