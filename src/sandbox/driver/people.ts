import { isoOrNull, iso } from '../clock';
import { ensureFollower, followerOf, type Follower } from '../official-account/followers';
import { walletOf } from '../pay/packets';
import { showMessage, type MessageRow } from '../phone/messages';
import { randomHex } from '../random';
import { sandboxText } from '../text';
import type { World } from '../world';
import { notFound, Problem } from './problem';

export interface PersonRow {
  id: string;
  name: string;
  unionid: string | null;
  avatar: string | null;
  crowd: number;
  createdAt: number;
}

export interface NewPerson {
  name?: string | undefined;
  unionid?: string | undefined;
  avatar?: string | undefined;
  appId?: string | undefined;
  openid?: string | undefined;
}

/** A person with one openid in every account there is. */
export async function addPerson(world: World, wanted: NewPerson): Promise<Record<string, unknown>> {
  const first = accountOrThrow(world, wanted.appId);
  if (wanted.openid !== undefined && followerOf(world.store, wanted.openid)) {
    throw new Problem(409, 'exists', 'this openid is taken');
  }
  const id = `p${randomHex(8)}`;
  const name = wanted.name ?? sandboxText.newcomer;
  return world.store.write(() => {
    world.store
      .sql('INSERT INTO person (id, name, unionid, avatar, createdAt) VALUES (?, ?, ?, ?, ?)')
      .run(id, name, wanted.unionid ?? null, wanted.avatar ?? null, world.clock.now());
    const openids: Record<string, string> = {};
    openids[first.appId] = ensureFollower(world.store, id, first.appId, wanted.openid).openid;
    for (const { appId } of world.accounts.list()) {
      openids[appId] ??= ensureFollower(world.store, id, appId).openid;
    }
    return { openid: openids[first.appId], personId: id, name, openids };
  });
}

export function accountOrThrow(world: World, appId: string | undefined) {
  const account = appId === undefined ? world.accounts.list()[0] : world.accounts.find(appId);
  return account ?? notFound('account');
}

/** The follower record an action means: that of `openid`, or of the same person in another account. */
export async function followerOrThrow(
  world: World,
  openid: string,
  appId: string | undefined,
): Promise<Follower> {
  const named = followerOf(world.store, openid) ?? notFound('openid');
  if (appId === undefined || appId === named.appId) return named;
  accountOrThrow(world, appId);
  return world.store.write(() => ensureFollower(world.store, named.personId, appId));
}

export function personOf(world: World, id: string): PersonRow {
  return (
    world.store.sql<PersonRow>('SELECT * FROM person WHERE id = ?').get(id) ?? notFound('person')
  );
}

export function showPerson(
  world: World,
  person: PersonRow,
  main?: Follower,
): Record<string, unknown> {
  const followers = world.store
    .sql<Follower>('SELECT * FROM follower WHERE personId = ? ORDER BY seq')
    .all(person.id);
  const shown =
    main ?? followers.find((one) => one.following === 1) ?? followers[0] ?? notFound('openid');
  const last = world.store
    .sql<MessageRow>('SELECT * FROM message WHERE openid = ? ORDER BY id DESC LIMIT 1')
    .get(shown.openid);
  return {
    personId: person.id,
    ...showFollower(shown),
    name: person.name,
    unionid: person.unionid,
    avatar: person.avatar,
    crowd: person.crowd === 1,
    scene: shown.scene,
    wallet: walletOf(world, shown.openid),
    unread: unreadOf(world, shown),
    lastMessage: last ? { text: showMessage(world, last).text, at: iso(last.at) } : null,
    followers: followers.map(showFollower),
    switches: {
      noticesOff: shown.noticesOff === 1,
      blacklisted: shown.blacklisted === 1,
      refusesService: shown.refusesService === 1,
      risky: shown.risky === 1,
      userBlocks: shown.userBlocks === 1,
    },
  };
}

export const unreadOf = (world: World, { openid, readUpTo }: Follower): number =>
  world.store
    .sql<{ n: number }>(
      `SELECT count(*) AS n FROM message WHERE openid = ? AND id > ? AND direction = 'in'`,
    )
    .get(openid, readUpTo)?.n ?? 0;

const showFollower = (follower: Follower) => ({
  openid: follower.openid,
  appId: follower.appId,
  following: follower.following === 1,
  followedAt: isoOrNull(follower.followedAt),
  unfollowedAt: isoOrNull(follower.unfollowedAt),
});

export interface PersonChange {
  name?: string | undefined;
  avatar?: string | undefined;
  noticesOff?: boolean | undefined;
  blacklisted?: boolean | undefined;
  refusesService?: boolean | undefined;
  risky?: boolean | undefined;
  userBlocks?: boolean | undefined;
}

export async function changePerson(
  world: World,
  follower: Follower,
  change: PersonChange,
): Promise<void> {
  await world.store.write(() => {
    world.store
      .sql('UPDATE person SET name = coalesce(?, name), avatar = coalesce(?, avatar) WHERE id = ?')
      .run(change.name ?? null, change.avatar ?? null, follower.personId);
    const switches: [name: string, value: boolean | undefined][] = [
      ['noticesOff', change.noticesOff],
      ['blacklisted', change.blacklisted],
      ['refusesService', change.refusesService],
      ['risky', change.risky],
      ['userBlocks', change.userBlocks],
    ];
    for (const [name, value] of switches) {
      if (value === undefined) continue;
      world.store
        .sql(`UPDATE follower SET ${name} = ? WHERE openid = ?`)
        .run(Number(value), follower.openid);
    }
  });
  tellPerson(world, follower.openid);
}

export function tellPerson(world: World, openid: string): void {
  world.bus.tell({
    kind: 'person',
    openid,
    payload: () => {
      const follower = followerOf(world.store, openid);
      return follower
        ? showPerson(world, personOf(world, follower.personId), follower)
        : { openid };
    },
  });
}
