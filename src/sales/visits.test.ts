import { openSeal } from '../kernel/seal';
import { longestOf, newVisit } from './visits';

const token = 'a'.repeat(43);
const kitAt = (now: number) =>
  ({ seal: openSeal(Buffer.alloc(32, 7)), clock: { business: () => now } }) as never;
const begin = Date.parse('2026-11-22T12:00:00Z');

test('a visit can have lasted as long as it is ago that we gave it', () => {
  const visit = newVisit(kitAt(begin), token);

  expect(visit).toMatch(/^[0-9a-f]{32}$/);
  expect(longestOf(kitAt(begin + 40_000), token, visit)).toBe(42);
});

test('a visit we never gave, of another send, or moved in time, is none', () => {
  const visit = newVisit(kitAt(begin), token);
  const earlier = `${(begin - 3_600_000).toString(16).padStart(12, '0')}${visit.slice(12)}`;

  const tried = [
    '0'.repeat(32),
    earlier,
    `${visit.slice(0, 31)}${visit.endsWith('0') ? '1' : '0'}`,
  ];
  expect(tried.map((one) => longestOf(kitAt(begin + 40_000), token, one))).toEqual([
    ...[undefined, undefined, undefined],
  ]);
  expect(longestOf(kitAt(begin + 40_000), 'b'.repeat(43), visit)).toBeUndefined();
});
