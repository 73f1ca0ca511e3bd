import { DateTime } from 'luxon';
import type { HandOver } from '../relationships';
import type { Friend } from './friend-of';

type Told = { code: string; params: Record<string, string | number> };
type Follower = { state: string; followedAt: string | null };

/**
 * Who this is in two facts: how long they have followed us, and how long they have known this rep. Of a former
 * friend only the second: how they stand with us now is no business of who is their friend no more. Whom a
 * colleague handed over is new to this rep, and not to us.
 */
export function headlineOf(
  friend: Pick<Friend, 'state' | 'addedAt' | 'endedAt' | 'addCount'>,
  followers: readonly Follower[],
  { now, zone, handOver }: { now: number; zone: string; handOver?: HandOver | undefined },
): Told[] {
  const daysSince = (at: number): number => {
    const dayOf = (ms: number) => DateTime.fromMillis(ms, { zone }).startOf('day');
    return Math.max(0, Math.round(dayOf(now).diff(dayOf(at), 'days').days));
  };
  const told = (code: string, at: number, more: Told['params'] = {}): Told => {
    const days = daysSince(at);
    return { code: days === 0 ? `${code}.today` : code, params: { days, ...more } };
  };
  const following = followers
    .filter((one) => one.state === 'following' && one.followedAt !== null)
    .map((one) => Date.parse(one.followedAt ?? ''));
  const { state, addedAt, endedAt, addCount } = friend;
  const isFriend = state === 'friend' || state === 'half';
  if (!isFriend && endedAt !== null) {
    if (!handOver) return [told('headline.friend.gone', endedAt)];
    const { to } = handOver;
    return [
      to
        ? told('headline.friend.handed-to', endedAt, { rep: to })
        : told('headline.friend.handed-on', endedAt),
    ];
  }
  const lines: Told[] = [];
  if (following.length > 0) lines.push(told('headline.follower', Math.min(...following)));
  else if (followers.some(({ state }) => state === 'unfollowed')) {
    lines.push({ code: 'headline.follower.gone', params: {} });
  }
  if (addedAt !== null && handOver) {
    const { from, knownSince } = handOver;
    lines.push(
      from
        ? told('headline.friend.handed-by', addedAt, { rep: from })
        : told('headline.friend.handed-over', addedAt),
    );
    if (knownSince !== null && daysSince(knownSince) > 0) {
      lines.push(told('headline.known', knownSince));
    }
  } else if (addedAt !== null && addCount > 1) {
    lines.push(told('headline.friend.back', addedAt, { nth: addCount }));
  } else if (addedAt !== null) lines.push(told('headline.friend', addedAt));
  return lines;
}
