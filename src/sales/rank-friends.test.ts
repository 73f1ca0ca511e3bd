import { reasonsFor, type FriendFacts } from './rank-friends';

const now = Date.parse('2026-11-21T06:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
/** In Shanghai, where it is 14:00. */
const midnight = now - 14 * hour;
const quiet: FriendFacts = {
  ...{ isFriend: true, addedAt: now - 100 * day, addCount: 1, awayDays: null, handedOver: null },
  ...{ unanswered: null, opened: null, activeDays: 0, firstActiveAt: null, lastActiveAt: null },
  ...{ unfollowedAt: null, optedOutAt: null, task: null, lastSentAt: null, laterUntil: null },
};
const codes = (facts: Partial<FriendFacts>) =>
  reasonsFor({ ...quiet, ...facts }, { now, midnight }).map(({ code }) => code);

describe('who first, and why', () => {
  test('nothing is made up for somebody of whom nothing is known', () => {
    expect(codes({})).toEqual([]);
  });

  test('silence is measured by the own rhythm: thirty days are long for one and usual for another', () => {
    const weekly = { activeDays: 11, firstActiveAt: now - 90 * day, lastActiveAt: now - 20 * day };
    const monthly = { activeDays: 4, firstActiveAt: now - 120 * day, lastActiveAt: now - 30 * day };

    expect(codes(weekly)).toEqual(['next.silent']);
    expect(codes(monthly)).toEqual([]);
    expect(
      codes({ ...weekly, lastActiveAt: now - 89 * day, firstActiveAt: now - 159 * day }),
    ).toEqual(['next.leaving.silent']);
  });

  test('two visits are no rhythm', () => {
    const facts = { activeDays: 2, firstActiveAt: now - 90 * day, lastActiveAt: now - 80 * day };

    expect(codes(facts)).toEqual([]);
  });

  test('an unanswered question comes before a task, and that before what was opened', () => {
    const facts = {
      unanswered: { id: 'q', text: '敏感肌能用吗', at: now - hour },
      task: { title: '寄小样', dueAt: now - hour },
      opened: { title: '三步护理', times: 3, at: now - hour },
    };

    expect(codes(facts)).toEqual(['next.unanswered', 'next.task', 'next.opened']);
  });

  test('what the rep has answered to, put off or lost is no reason any more', () => {
    const opened = { title: '三步护理', times: 3, at: now - 2 * hour };
    const back = { addedAt: now - hour, addCount: 2, awayDays: 31 };

    expect(codes({ opened, lastSentAt: now - hour })).toEqual([]);
    expect(codes({ ...back, lastSentAt: now })).toEqual([]);
    expect(codes({ ...back, laterUntil: now + hour })).toEqual([]);
    expect(codes({ ...back, isFriend: false })).toEqual([]);
    expect(codes(back)).toEqual(['next.back']);
  });

  test('a friend of yesterday evening is not told as one of today', () => {
    expect(codes({ addedAt: now - hour })).toEqual(['next.new']);
    expect(codes({ addedAt: midnight - 1 })).toEqual(['next.new.yesterday']);
    expect(codes({ addedAt: now - 25 * hour })).toEqual([]);
  });

  test('whom a colleague handed over is no new friend and nobody who came back', () => {
    const given = { addedAt: now - hour, handedOver: { from: '许诺' } };

    expect(codes(given)).toEqual(['next.handed-by']);
    expect(codes({ ...given, addCount: 2, awayDays: 31 })).toEqual(['next.handed-by']);
    expect(codes({ ...given, handedOver: { from: null } })).toEqual(['next.handed-over']);
    expect(codes({ ...given, addedAt: now - 4 * day })).toEqual([]);
    expect(codes({ ...given, lastSentAt: now })).toEqual([]);
  });

  test('a task of tomorrow is not for today', () => {
    expect(codes({ task: { title: '寄小样', dueAt: now + day } })).toEqual([]);
  });
});
