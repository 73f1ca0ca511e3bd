import { createHash } from 'node:crypto';
import { sequenceOf } from '../../random';
import { sandboxText } from '../../text';
import type { World } from '../../world';

export interface ContactCrowd {
  corpId: string;
  contacts: number;
  userIds: string[];
  seed: string;
  unionidShare: number;
  spreadDays: number;
}

const DAY = 86_400_000;
const CHUNK = 4_000;

/** Makes many customers of a few reps, added over the past days. Nobody is told: they were there before the app was. */
export async function makeContactCrowd(
  world: World,
  wish: ContactCrowd,
): Promise<{ made: number; tookMs: number }> {
  const started = performance.now();
  const random = sequenceOf(`contacts ${wish.corpId} ${wish.seed}`);
  for (let from = 0; from < wish.contacts; from += CHUNK) {
    const until = Math.min(from + CHUNK, wish.contacts);
    await world.store.write(() => {
      for (let at = from; at < until; at += 1) addOne(world, wish, at, random);
    });
  }
  return { made: wish.contacts, tookMs: Math.round(performance.now() - started) };
}

function addOne(world: World, wish: ContactCrowd, at: number, random: () => number): void {
  const id = createHash('sha256')
    .update(`${wish.corpId} ${wish.seed} ${at}`)
    .digest('base64url')
    .replace(/[-_]/g, 'x');
  const personId = `p${id.slice(0, 16)}`;
  const externalUserId = `wm${id.slice(0, 30)}`;
  const userId = wish.userIds[Math.floor(random() * wish.userIds.length)] ?? '';
  const unionid = random() < wish.unionidShare ? `oCROWD${id.slice(0, 22)}` : null;
  const addedAt = Math.floor(world.clock.now() - random() * wish.spreadDays * DAY);
  world.store
    .sql(
      'INSERT OR IGNORE INTO person (id, name, unionid, crowd, createdAt) VALUES (?, ?, ?, 1, ?)',
    )
    .run(personId, nameOf(random), unionid, addedAt);
  world.store
    .sql('INSERT OR IGNORE INTO wecom_contact (corpId, externalUserId, personId) VALUES (?, ?, ?)')
    .run(wish.corpId, externalUserId, personId);
  world.store
    .sql(
      `INSERT OR IGNORE INTO wecom_relation (corpId, userId, externalUserId, status, addWay, operator, addedAt) VALUES (?, ?, ?, 'friends', ?, ?, ?)`,
    )
    .run(...[wish.corpId, userId, externalUserId, random() < 0.7 ? 1 : 2, userId, addedAt]);
}

function nameOf(random: () => number): string {
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)] ?? '';
  return pick(sandboxText.familyNames) + pick(sandboxText.firstNames);
}
