import { headlineOf } from './headline';

const day = 86_400_000;
const now = Date.parse('2026-12-24T04:00:00Z');
const friend = { state: 'friend', addedAt: now - 31 * day, endedAt: null, addCount: 1 };
const codes = (link: Parameters<typeof headlineOf>[0], state: string) => {
  const follower = { state, followedAt: new Date(now - 31 * day).toISOString() };
  return headlineOf(link, [follower], now, 'Asia/Shanghai').map(({ code }) => code);
};

test('a friend is told with how they stand with the Official Account', () => {
  expect(codes(friend, 'following')).toEqual(['headline.follower', 'headline.friend']);
  expect(codes(friend, 'unfollowed')).toEqual(['headline.follower.gone', 'headline.friend']);
});

test('of a former friend, what they do with the account since is not told', () => {
  const former = { ...friend, state: 'left', endedAt: now - day };

  expect(codes(former, 'following')).toEqual(['headline.friend.gone']);
  expect(codes(former, 'unfollowed')).toEqual(['headline.friend.gone']);
});
