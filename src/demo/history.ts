import { insertRows, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { seededRandom, type Random } from '../kernel/random';
import { tagIdsOf } from '../relationships';
import type { Replies } from '../replies';
import { talk, type Said, type Write } from './talk';
import { demoNames } from './words';

const day = 86_400_000;

type Follower = { id: string; personId: string; accountId: string; followedAt: number };
type Row = Record<string, string | number | null>;

/**
 * A past for the demo's followers: names for half of them, tags, points, talks, leavers and returns. A function
 * of the seed number and of the day of the first start, so "today" is never empty. Returns what was said, for
 * the tally of answers.
 */
export async function writeHistory(
  kit: Pick<Kit, 'db' | 'newId' | 'clock'>,
  tx: Tx,
  replies: Pick<Replies, 'answerMessage'>,
  accountId: string,
  followers: readonly Follower[],
  seed: number,
): Promise<Said[]> {
  const random = seededRandom(seed);
  const now = kit.clock.business();
  const rows: Record<string, Row[]> = {
    episode: [],
    timeline_entry: [],
    identity_tag: [],
    identity_field: [],
  };
  const saidByAll: Said[] = [];
  const tagIds = await tagIdsOf(tx, { newId: kit.newId, systemNow: kit.clock.system() }, [
    ...demoNames.tags,
  ]);
  const entry = (identityId: string, at: number, kind: string, params: object) =>
    rows['timeline_entry']?.push({
      id: kit.newId(),
      identityId,
      accountId,
      at,
      kind,
      params: JSON.stringify(params),
      refKind: null,
      refId: null,
    });

  for (const [index, follower] of followers.entries()) {
    const name = index % 2 === 0 ? inventName(random, index) : null;
    const said = talk(random, replies, { ...follower, name }, now, entry);
    const active = Math.max(0, ...said.map(({ at }) => at));
    saidByAll.push(...said);
    for (const [place, tagId] of tagIds.entries()) {
      const share = [38, 18, 24, 12, 16][place] ?? 10;
      if (random(1, 100) > share) continue;
      rows['identity_tag']?.push({
        identityId: follower.id,
        tagId,
        addedBy: 'demo',
        at: follower.followedAt,
      });
    }
    rows['identity_field']?.push({
      identityId: follower.id,
      fieldKey: demoNames.field.key,
      textValue: null,
      numberValue: random(0, 80) * 10,
      at: follower.followedAt,
    });
    if (name !== null) {
      await tx.query(`UPDATE person SET displayName = ? WHERE id = ?`, [name, follower.personId]);
    }
    if (active > 0) {
      await tx.query(`UPDATE identity SET lastActiveAt = ?, lastInboundAt = ? WHERE id = ?`, [
        active,
        active,
        follower.id,
      ]);
    }
    if (random(1, 100) <= 7) await comeBack(kit, tx, random, follower, now, rows, entry);
  }
  await leavers(kit, tx, random, accountId, Math.round(followers.length / 9), now, rows, entry);
  for (const [table, list] of Object.entries(rows)) {
    await insertRows(
      tx,
      table,
      list,
      table.startsWith('identity_')
        ? { onConflict: ['identityId', table === 'identity_tag' ? 'tagId' : 'fieldKey'] }
        : undefined,
    );
  }
  return saidByAll;
}

function inventName(random: Random, index: number): string {
  const { surnames, given } = demoNames;
  const first = given[index % given.length] ?? '';
  const surname = surnames[random(0, surnames.length - 1)] ?? '';
  return index < given.length * 2 ? first : `${surname}${first}`;
}

/** They had followed before, left, and came back with the follow that WeChat knows of. */
async function comeBack(
  kit: Pick<Kit, 'newId'>,
  tx: Tx,
  random: Random,
  follower: Follower,
  now: number,
  rows: Record<string, Row[]>,
  write: Write,
): Promise<void> {
  const left = follower.followedAt - random(3, 60) * day;
  const first = left - random(20, 200) * day;
  if (follower.followedAt > now) return;
  const scene = demoNames.scenes[0].scene;
  const episode = (kind: string, at: number) => ({
    id: kit.newId(),
    identityId: follower.id,
    accountId: follower.accountId,
    kind,
    at,
    sourceKind: kind === 'followed' ? 'scene' : null,
    scene: kind === 'followed' ? scene : null,
    nth: 1,
  });
  rows['episode']?.push(episode('followed', first), episode('unfollowed', left));
  write(follower.id, first, 'followed', { nth: 1, scene });
  write(follower.id, left, 'unfollowed', { days: Math.floor((left - first) / day) });
  await tx.query(
    `UPDATE identity SET firstFollowedAt = ?, firstScene = ?, unfollowedAt = ?, followCount = 2 WHERE id = ?`,
    [first, scene, left, follower.id],
  );
  await tx.query(`UPDATE episode SET nth = 2 WHERE identityId = ? AND at = ?`, [
    follower.id,
    follower.followedAt,
  ]);
  await tx.query(
    `UPDATE timeline_entry SET kind = 'returned', params = ? WHERE identityId = ? AND at = ? AND kind = 'followed'`,
    [
      JSON.stringify({ nth: 2, awayDays: Math.floor((follower.followedAt - left) / day) }),
      follower.id,
      follower.followedAt,
    ],
  );
}

/** People who left: WeChat's list no longer names them, so only our books do. */
async function leavers(
  kit: Pick<Kit, 'newId' | 'clock'>,
  tx: Tx,
  random: Random,
  accountId: string,
  howMany: number,
  now: number,
  rows: Record<string, Row[]>,
  write: Write,
): Promise<void> {
  const made = Array.from({ length: howMany }, (_, index) => {
    const unfollowedAt = now - random(10, 30 * 24 * 60) * 60_000;
    const followedAt = unfollowedAt - random(1, 160) * day;
    const scene = demoNames.scenes[random(0, demoNames.scenes.length - 1)]?.scene ?? '';
    return {
      id: kit.newId(),
      accountId,
      kind: 'follower',
      externalId: `oLeft${String(index).padStart(4, '0')}${random(100_000, 999_999)}`,
      personId: kit.newId(),
      unionid: null,
      state: 'unfollowed',
      stateAt: unfollowedAt,
      firstFollowedAt: followedAt,
      followedAt,
      unfollowedAt,
      followCount: 1,
      sourceKind: 'scene',
      sourceScene: scene,
      firstScene: scene,
      lastActiveAt: unfollowedAt,
      lastInboundAt: null,
      optedOutAt: null,
      windows: null,
      offered: null,
      attended: null,
      coolDowns: null,
      createdAt: kit.clock.system(),
    };
  });
  await insertRows(
    tx,
    'person',
    made.map((row) => ({ id: row.personId, displayName: null, createdAt: row.createdAt })),
  );
  await insertRows(tx, 'identity', made);
  for (const row of made) {
    const episode = (kind: string, at: number, scene: string | null) => ({
      id: kit.newId(),
      identityId: row.id,
      accountId,
      kind,
      at,
      sourceKind: scene ? 'scene' : null,
      scene,
      nth: 1,
    });
    rows['episode']?.push(
      episode('followed', row.followedAt, row.sourceScene),
      episode('unfollowed', row.unfollowedAt, null),
    );
    write(row.id, row.followedAt, 'followed', { nth: 1, scene: row.sourceScene });
    write(row.id, row.unfollowedAt, 'unfollowed', {
      days: Math.floor((row.unfollowedAt - row.followedAt) / day),
    });
  }
}
