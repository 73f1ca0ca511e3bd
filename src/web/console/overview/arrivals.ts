import { numberText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import { hasFollowers, type Overview } from './overview';
import { sumOf, trendOf, type DayRow } from './trend';

export type Who = 'followers' | 'friends';

/** Who came, left and came back, day by day. */
export type Arrivals = { of: Who; rows: readonly DayRow[] };

/** The channels that can be drawn; the first is shown unless the other is asked for. */
export const channelsOf = ({ kinds }: Overview): Who[] => [
  ...(hasFollowers(kinds) ? (['followers'] as const) : []),
  ...(kinds.includes('wecom') ? (['friends'] as const) : []),
];

export const arrivalsOf = ({ series, friends }: Overview, of: Who): Arrivals => ({
  of,
  rows:
    of === 'followers'
      ? series
      : friends.map(({ day, added, lost, returned }) => ({
          ...{ day, followed: added, unfollowed: lost, returned },
        })),
});

export type Words = ReturnType<typeof wordsOf>;

export function wordsOf(of: Who) {
  const isFriends = of === 'friends';
  return {
    followed: t(isFriends ? 'overview.new-friends' : 'overview.new-follows'),
    returned: t(isFriends ? 'overview.returned-friends' : 'overview.returned'),
    unfollowed: t(isFriends ? 'overview.lost-friends' : 'overview.unfollows'),
    none: t(isFriends ? 'overview.quiet-friends-title' : 'overview.quiet-title'),
    quiet: t(isFriends ? 'overview.quiet-friends-text' : 'overview.quiet-text'),
    definition: t(isFriends ? 'overview.definition-friends' : 'overview.definition'),
    sum: isFriends ? 'overview.finding-friends-text' : 'overview.finding-text',
    what: t(isFriends ? 'overview.new-friends' : 'overview.new-follows-many'),
  };
}

/** The chart's title is its finding: where those who come go, and whether the returned outnumber the lost. */
export function findingOf(
  rows: readonly DayRow[],
  { none, sum, what }: Words,
): { title: string; text: string } {
  const followed = sumOf(rows, 'followed');
  const returned = sumOf(rows, 'returned');
  const text = t(sum, {
    days: rows.length,
    net: numberText(followed + returned - sumOf(rows, 'unfollowed')).replace('-', '−'),
    returned: numberText(returned),
  });
  if (followed === 0) return { title: none, text };
  const { trend, balance } = trendOf(rows);
  return { title: t(`overview.finding-${trend}-${balance}`, { what }), text };
}
