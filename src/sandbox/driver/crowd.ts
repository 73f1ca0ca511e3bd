import { createHash } from 'node:crypto';
import { addEvent } from '../callbacks/events';
import { newOpenid } from '../official-account/followers';
import { sequenceOf } from '../random';
import { sandboxText } from '../text';
import type { World } from '../world';

export interface CrowdWish {
  appId: string;
  followers: number;
  seed: string;
  unnamedShare: number;
  unionidShare: number;
  unfollowedShare: number;
  spreadDays: number;
  scenes: string[];
  callbacks: boolean;
  wait: boolean;
}

const DAY = 86_400_000;
const CHUNK = 4_000;

/** Makes many followers as an account of some age has them: more of them lately than long ago, more by day than by night. */
export async function makeCrowd(
  world: World,
  wish: CrowdWish,
): Promise<{ made: number; tookMs: number; events: number }> {
  const started = performance.now();
  const random = sequenceOf(`crowd ${wish.seed}`);
  const past = world.store
    .sql<{ n: number }>('SELECT count(*) AS n FROM person WHERE crowd = 1')
    .get()?.n;
  const now = world.clock.now();
  // The order of following is the order of the list, so times are drawn first.
  const times = Array.from({ length: wish.followers }, () =>
    followTime(now, wish.spreadDays, random),
  ).sort((a, b) => a - b);
  let events = 0;
  for (let from = 0; from < times.length; from += CHUNK) {
    const chunk = times.slice(from, from + CHUNK);
    events += await world.store.write(() => {
      let queued = 0;
      chunk.forEach((at, offset) => {
        queued += addOne(world, wish, random, at, `${wish.seed} ${(past ?? 0) + from + offset}`);
      });
      return queued;
    });
  }
  if (events > 0) {
    if (wish.wait) await world.courier.settle();
    else world.courier.ring();
  }
  return { made: wish.followers, tookMs: Math.round(performance.now() - started), events };
}

function addOne(
  world: World,
  wish: CrowdWish,
  random: () => number,
  at: number,
  key: string,
): number {
  const { store } = world;
  const digest = createHash('sha256').update(`${wish.appId} ${key}`).digest();
  const id = `c${digest.subarray(16, 24).toString('hex')}`;
  const openid = newOpenid(wish.appId, digest);
  const name = random() < wish.unnamedShare ? '' : nameBy(random);
  const unionid =
    random() < wish.unionidShare ? `u${digest.subarray(8, 28).toString('base64url')}` : null;
  const scene =
    wish.scenes.length === 0
      ? null
      : (wish.scenes[Math.floor(random() * wish.scenes.length)] ?? null);
  const left = random() < wish.unfollowedShare;
  const leftAt = left ? at + Math.floor(random() * Math.max(1, world.clock.now() - at)) : null;
  store
    .sql('INSERT INTO person (id, name, unionid, crowd, createdAt) VALUES (?, ?, ?, 1, ?)')
    .run(id, name, unionid, at);
  store
    .sql(
      `INSERT INTO follower (openid, appId, personId, following, followedAt, unfollowedAt, scene, sceneKind, via) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      openid,
      wish.appId,
      id,
      left ? 0 : 1,
      at,
      leftAt,
      scene,
      scene === null ? null : 'text',
      viaOf(scene, random),
    );
  if (!wish.callbacks) return 0;
  const fields = { Event: 'subscribe', EventKey: scene === null ? '' : `qrscene_${scene}` };
  addEvent(world, { appId: wish.appId, openid, kind: 'subscribe', fields }, world.clock.now());
  return 1;
}

function followTime(now: number, spreadDays: number, random: () => number): number {
  const daysAgo = random() ** 1.6 * spreadDays;
  const at = now - daysAgo * DAY;
  // Nights are quiet: a time between 01:00 and 07:00 in China moves to the evening before.
  const hour = new Date(at + 8 * 3_600_000).getUTCHours();
  return Math.floor(hour >= 1 && hour < 7 ? at - 8 * 3_600_000 : at);
}

function nameBy(random: () => number): string {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? '';
  return (
    pick(sandboxText.familyNames) +
    pick(sandboxText.firstNames) +
    (random() < 0.5 ? pick(sandboxText.firstNames) : '')
  );
}

function viaOf(scene: string | null, random: () => number): string {
  if (scene !== null) return 'ADD_SCENE_QR_CODE';
  const draw = random();
  if (draw < 0.45) return 'ADD_SCENE_SEARCH';
  if (draw < 0.7) return 'ADD_SCENE_PROFILE_CARD';
  return draw < 0.9 ? 'ADD_SCENE_PROFILE_LINK' : 'ADD_SCENE_OTHERS';
}
