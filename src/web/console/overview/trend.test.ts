import { trendOf } from './trend';

const days = (followed: readonly number[], more: { unfollowed?: number; returned?: number } = {}) =>
  followed.map((n, index) => ({
    day: `2026-11-${String(index + 1).padStart(2, '0')}`,
    followed: n,
    unfollowed: more.unfollowed ?? 0,
    returned: more.returned ?? 0,
  }));

test('a day that has just begun makes no fall', () => {
  expect(trendOf(days([10, 10, 10, 10, 10, 10, 0])).trend).toBe('steady');
  expect(trendOf(days([10, 10, 10, 14, 14, 14, 0])).trend).toBe('rising');
});

test('whole days tell where it goes', () => {
  expect(trendOf(days([10, 10, 10, 8, 8, 8, 99])).trend).toBe('falling');
  expect(trendOf(days([5])).trend).toBe('steady');
});

test('who left is more than who came, new or again', () => {
  expect(trendOf(days([3, 3, 3], { unfollowed: 4, returned: 2 })).balance).toBe('plain');
  expect(trendOf(days([3, 3, 3], { unfollowed: 6, returned: 2 })).balance).toBe('leaving');
  expect(trendOf(days([3, 3, 3], { unfollowed: 1, returned: 2 })).balance).toBe('returning');
});
