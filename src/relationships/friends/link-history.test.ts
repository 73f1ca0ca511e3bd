import fc from 'fast-check';
import { tellLink, type Happening, type LinkEpisodeKind } from './link-history';

const day = 86_400_000;
const history = (...kinds: [LinkEpisodeKind, number][]): Happening[] =>
  kinds.map(([kind, days], index) => ({ id: `e${index}`, kind, at: days * day, source: null }));

describe('what a link is', () => {
  test('who comes back after a month is back, for the second time', () => {
    const { now, lines } = tellLink(
      history(['added', 100], ['deleted-by-customer', 110], ['added', 141]),
    );

    expect(now).toMatchObject({ state: 'friend', addCount: 2, customerDeletedAt: null });
    expect(lines.map(({ kind, params }) => [kind, params])).toEqual([
      ['friend-added', { nth: 1 }],
      ['friend-deleted-by-customer', { days: 10 }],
      ['friend-back', { nth: 2, awayDays: 31 }],
    ]);
  });

  test('deletions by either side are kept apart', () => {
    const left = tellLink(history(['added', 1], ['deleted-by-customer', 2])).now;
    const dropped = tellLink(history(['added', 1], ['deleted-by-rep', 2])).now;
    const both = tellLink(
      history(['added', 1], ['deleted-by-rep', 2], ['deleted-by-customer', 3]),
    ).now;

    expect(left).toMatchObject({ state: 'left', repDeletedAt: null, customerDeletedAt: 2 * day });
    expect(dropped).toMatchObject({ state: 'dropped', customerDeletedAt: null });
    expect(both).toMatchObject({
      ...{ state: 'parted', repDeletedAt: 2 * day, customerDeletedAt: 3 * day, endedAt: 2 * day },
    });
  });

  test('an adding told twice is one; a half friend who accepts came once', () => {
    const twice = tellLink(history(['added', 1], ['added', 1.001]));
    const accepted = tellLink(history(['half-added', 1], ['added', 2]));

    expect(twice.now.addCount).toBe(1);
    expect(twice.lines).toHaveLength(1);
    expect(accepted.now).toMatchObject({ state: 'friend', addCount: 1, addedAt: day });
    expect(accepted.lines.map(({ kind }) => kind)).toEqual([
      'friend-half-added',
      'friend-accepted',
    ]);
  });

  test('the order of arrival does not matter', () => {
    const kinds: LinkEpisodeKind[] = [
      ...(['added', 'half-added', 'deleted-by-rep', 'deleted-by-customer', 'transferred'] as const),
    ];
    const episode = fc.record({
      ...{
        id: fc.uuid(),
        kind: fc.constantFrom(...kinds),
        at: fc.nat(20),
        source: fc.constant(null),
      },
    });
    const episodes = fc.uniqueArray(episode, { selector: ({ kind, at }) => `${kind} ${at}` });
    fc.assert(
      fc.property(episodes, fc.infiniteStream(fc.nat()), (all, noise) => {
        const shuffled = all
          .map((one) => ({ one, rank: noise.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ one }) => one);

        expect(tellLink(shuffled)).toEqual(tellLink(all));
      }),
    );
  });
});
