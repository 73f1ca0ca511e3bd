import { createHash, randomBytes } from 'node:crypto';
import type { Store } from '../store/database';
import type { World } from '../world';
import { refuse } from './refusal';

/** One person's openid in one account, whether or not they follow it. Flags are 0 or 1. */
export interface Follower {
  seq: number;
  openid: string;
  appId: string;
  personId: string;
  following: number;
  followedAt: number | null;
  unfollowedAt: number | null;
  scene: string | null;
  sceneKind: 'number' | 'text' | null;
  via: string | null;
  remark: string;
  /** Template and subscription messages are refused with 43101. */
  noticesOff: number;
  blacklisted: number;
  refusesService: number;
  /** WeChat Pay intercepts packets to this person with NO_AUTH. */
  risky: number;
  userBlocks: number;
  readUpTo: number;
}

export function followerOf(store: Store, openid: string): Follower | undefined {
  return store.sql<Follower>('SELECT * FROM follower WHERE openid = ?').get(openid);
}

/** The follower an API call names; 40003 for anything that is not an openid of this account. */
export function followerInCall(world: World, appId: string, openid: string): Follower {
  const follower = openid === '' ? undefined : followerOf(world.store, openid);
  return follower?.appId === appId ? follower : refuse(40003);
}

/** 28 characters beginning with `o`; the first seven are the same for everybody in one account, as in WeChat. */
export function newOpenid(appId: string, random: Buffer = randomBytes(16)): string {
  return `o${brand(appId)}${random.toString('base64url').slice(0, 21)}`;
}

const brands = new Map<string, string>();

function brand(appId: string): string {
  const known =
    brands.get(appId) ?? createHash('sha256').update(appId).digest('base64url').slice(0, 6);
  brands.set(appId, known);
  return known;
}

/** Inside a work: the person's record in an account, made when missing. */
export function ensureFollower(
  store: Store,
  personId: string,
  appId: string,
  openid?: string,
): Follower {
  const known = store
    .sql<Follower>('SELECT * FROM follower WHERE personId = ? AND appId = ?')
    .get(personId, appId);
  if (known) return known;
  const chosen = openid ?? newOpenid(appId);
  store
    .sql('INSERT INTO follower (openid, appId, personId) VALUES (?, ?, ?)')
    .run(chosen, appId, personId);
  const made = followerOf(store, chosen);
  if (!made) throw new Error('the follower was not written');
  return made;
}

/** Inside a work. */
export function markFollowing(
  store: Store,
  openid: string,
  how: { at: number; scene: string | null; sceneKind: 'number' | 'text' | null; via: string },
): void {
  store
    .sql(
      'UPDATE follower SET following = 1, followedAt = ?, scene = ?, sceneKind = ?, via = ? WHERE openid = ?',
    )
    .run(how.at, how.scene, how.sceneKind, how.via, openid);
}

/** Inside a work. The remark and the tags go with the relationship, as in WeChat. */
export function markUnfollowed(store: Store, openid: string, at: number): void {
  store
    .sql(`UPDATE follower SET following = 0, unfollowedAt = ?, remark = '' WHERE openid = ?`)
    .run(at, openid);
  store.sql('DELETE FROM follower_tag WHERE openid = ?').run(openid);
  store.sql('DELETE FROM reply_window WHERE openid = ?').run(openid);
}
