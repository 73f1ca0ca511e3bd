import { letterOf } from '../parts/letter';
import type { Person, Wallet } from '../view';
import { call, instant, query } from './call';

interface WirePerson {
  personId: string;
  name: string | null;
  unionid: string | null;
  avatar: string | null;
  unread: number;
  wallet?: { receivedFen: number; packets: number };
  followers: {
    appId: string;
    openid: string;
    following: boolean;
    followedAt: string | null;
    unfollowedAt: string | null;
  }[];
}

function readPerson(wire: WirePerson): Person {
  const name = wire.name ?? '';
  return {
    id: wire.personId,
    name,
    letter: wire.avatar && wire.avatar.length <= 12 ? wire.avatar : letterOf(name),
    unionid: wire.unionid ?? '',
    unread: wire.unread,
    receivedFen: wire.wallet?.receivedFen ?? 0,
    contacts: Object.fromEntries(
      wire.followers.map((one) => [
        one.appId,
        {
          openid: one.openid,
          state: one.following ? 'following' : one.unfollowedAt ? 'unfollowed' : 'never',
          since: instant(one.following ? one.followedAt : one.unfollowedAt),
        },
      ]),
    ),
  };
}

export async function listPeople(
  q: string,
  options: { cursor?: string; limit?: number } = {},
): Promise<{ people: Person[]; next: string | null; crowd: number }> {
  const answer = await call<{
    items: WirePerson[];
    nextCursor: string | null;
    crowdCount?: number;
  }>(`/people${query({ q, limit: 50, ...options })}`);
  return {
    people: answer.items.map(readPerson),
    next: answer.nextCursor,
    crowd: answer.crowdCount ?? 0,
  };
}

export async function makePerson(wanted: {
  name?: string;
  avatar?: string;
  unionid?: string;
}): Promise<{ openid: string; personId: string }> {
  return call('/people', wanted);
}

export async function readWallet(openids: string[]): Promise<Wallet> {
  const pages = await Promise.all(
    openids.map((openid) =>
      call<{
        items: {
          billNo: string;
          appId: string;
          amountFen: number;
          state: string;
          receivedAt: string | null;
        }[];
      }>(`/books/packets${query({ openid, state: 'RECEIVED', limit: 200 })}`),
    ),
  );
  const entries = pages
    .flatMap((page) => page.items)
    .map((item) => ({
      id: item.billNo,
      at: instant(item.receivedAt) ?? 0,
      amountFen: item.amountFen,
      appId: item.appId,
    }))
    .sort((a, b) => b.at - a.at);
  return { balanceFen: entries.reduce((sum, entry) => sum + entry.amountFen, 0), entries };
}
