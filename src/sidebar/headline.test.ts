import { headlineOf } from './headline';

const day = 86_400_000;
const now = Date.parse('2026-12-24T04:00:00Z');
const friend = { state: 'friend', addedAt: now - 31 * day, endedAt: null, addCount: 1 };
const codes = (link: Parameters<typeof headlineOf>[0], state: string) => {
  const follower = { state, followedAt: new Date(now - 31 * day).toISOString() };
  return headlineOf(link, [follower], { now, zone: 'Asia/Shanghai' }).map(({ code }) => code);
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

test('a hand-over is told on both sides with the other’s name, and since when they know us', () => {
  const when = { now, zone: 'Asia/Shanghai' };
  const knownSince = now - 90 * day;
  const got = headlineOf({ ...friend, addedAt: now }, [], {
    ...{ ...when, handOver: { from: '许诺', knownSince } },
  });
  const given = headlineOf({ ...friend, state: 'transferred', endedAt: now - day }, [], {
    ...{ ...when, handOver: { to: '周宁', knownSince } },
  });

  expect(got).toEqual([
    { code: 'headline.friend.handed-by.today', params: { days: 0, rep: '许诺' } },
    { code: 'headline.known', params: { days: 90 } },
  ]);
  expect(given).toEqual([{ code: 'headline.friend.handed-to', params: { days: 1, rep: '周宁' } }]);
});
