import { insertRows, marksFor, select, type Raw, type Scalar, type Tx } from '../kernel/database';
import type { NewId } from '../kernel/ids';
import { enqueue } from '../kernel/work';
import type { Changes } from './changes';
import type { FollowerState, KnownFollower } from './follower-state';

export type IdentityChanges = {
  before: FollowerState | undefined;
  after: FollowerState;
  changes: Changes;
};

type World = { newId: NewId; systemNow: number };

const mutable: (keyof FollowerState)[] = [
  'unionid',
  'state',
  'stateAt',
  'firstFollowedAt',
  'followedAt',
  'unfollowedAt',
  'followCount',
  'sourceKind',
  'sourceScene',
  'firstScene',
  'lastActiveAt',
  'lastInboundAt',
  'optedOutAt',
  'windows',
  'offered',
  'version',
];
const columns: (keyof FollowerState)[] = [
  'id',
  'accountId',
  'kind',
  'externalId',
  'personId',
  ...mutable,
  'createdAt',
];

/** What handlers like to know of a follower without another query. */
const beside = (separator: string) => `i.*,
  (SELECT p.displayName FROM person p WHERE p.id = i.personId) AS displayName,
  (SELECT GROUP_CONCAT(t.name${separator}) FROM identity_tag it JOIN tag t ON t.id = it.tagId
    WHERE it.identityId = i.id) AS tagNames`;
const readOne = `SELECT ${beside(', char(10)')} FROM identity i WHERE i.accountId = ? AND i.externalId = ?`;
const readMany = (marks: string) =>
  `SELECT ${beside(" SEPARATOR '\n'")} FROM identity i
   WHERE i.accountId = ? AND i.externalId IN (${marks}) ORDER BY i.accountId, i.externalId FOR UPDATE`;

/**
 * Locks and reads the rows of these lanes, in key order so that two processes cannot wait for each other.
 * `ids` are `[accountId, externalId]`; whoever is not there yet is missing in the answer.
 */
export async function lockStates(
  raw: Raw,
  ids: readonly (readonly [string, string])[],
): Promise<KnownFollower[]> {
  if (ids.length === 0) return [];
  const byAccount = new Map<string, string[]>();
  for (const [accountId, externalId] of ids) {
    const openids = byAccount.get(accountId) ?? [];
    openids.push(externalId);
    byAccount.set(accountId, openids);
  }
  const found: KnownFollower[] = [];
  for (const accountId of [...byAccount.keys()].sort()) {
    const openids = [...new Set(byAccount.get(accountId))].sort();
    if (raw.engine === 'sqlite') {
      for (const openid of openids) {
        found.push(...(await raw.all<KnownFollower>(readOne, [accountId, openid])));
      }
      continue;
    }
    found.push(
      ...(await raw.all<KnownFollower>(readMany(marksFor(openids)), [accountId, ...openids])),
    );
  }
  return found;
}

/** Writes everything that a group of events changes, with one statement a table. */
export async function commitChanges(
  raw: Raw,
  world: World,
  all: readonly IdentityChanges[],
): Promise<void> {
  const latest = new Map<string, IdentityChanges>();
  const isNew = new Set<string>();
  for (const one of all) {
    if (!one.before) isNew.add(one.after.id);
    latest.set(one.after.id, one);
  }
  const states = [...latest.values()].map((one) => one.after).sort(byId);
  const persons = states
    .filter((state) => isNew.has(state.id))
    .map((state) => ({ id: state.personId, displayName: null, createdAt: world.systemNow }));
  await insertRows(raw, 'person', persons, { onConflict: ['id'] });
  await writeStates(raw, states, isNew);
  await insertRows(
    raw,
    'episode',
    all.flatMap((one) => episodesOf(world, one)),
  );
  await insertRows(
    raw,
    'timeline_entry',
    all.flatMap((one) => timelineOf(world, one)),
  );
  await tagIdentities(raw, world, all);
  const jobs = all.flatMap((one) =>
    (one.changes.work ?? []).map((job) => ({
      ...job,
      id: world.newId(),
      createdAt: world.systemNow,
    })),
  );
  if (jobs.length > 0) await enqueue(raw, jobs);
}

async function writeStates(
  raw: Raw,
  states: readonly FollowerState[],
  isNew: ReadonlySet<string>,
): Promise<void> {
  const fresh = states.filter((state) => isNew.has(state.id));
  const known = states.filter((state) => !isNew.has(state.id));
  // A new identity has no conflict clause on purpose: two processes that meet the same newcomer must
  // not both win, so the later one fails, and its group is decided again with the row in sight.
  await insertRows(raw, 'identity', fresh.map(rowOf));
  if (raw.engine === 'mysql') {
    await insertRows(raw, 'identity', known.map(rowOf), { onConflict: ['id'], update: mutable });
    return;
  }
  const sql = `UPDATE identity SET ${mutable.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`;
  for (const state of known) {
    await raw.run(sql, [...mutable.map((name) => state[name]), state.id]);
  }
}

const rowOf = (state: FollowerState): Record<string, Scalar> =>
  Object.fromEntries(columns.map((name) => [name, state[name]]));
const byId = (a: FollowerState, b: FollowerState) => (a.id < b.id ? -1 : 1);

function episodesOf(world: World, { after, changes }: IdentityChanges) {
  return (changes.episodes ?? []).map((episode) => ({
    id: world.newId(),
    identityId: after.id,
    accountId: after.accountId,
    kind: episode.kind,
    at: episode.at,
    sourceKind: episode.sourceKind ?? null,
    scene: episode.scene ?? null,
    nth: episode.nth,
  }));
}

function timelineOf(world: World, { after, changes }: IdentityChanges) {
  return (changes.timeline ?? []).map((entry) => ({
    id: world.newId(),
    identityId: after.id,
    accountId: after.accountId,
    at: entry.at,
    kind: entry.kind,
    params: JSON.stringify(entry.params),
    refKind: entry.refKind ?? null,
    refId: entry.refId ?? null,
  }));
}

async function tagIdentities(
  raw: Raw,
  world: World,
  all: readonly IdentityChanges[],
): Promise<void> {
  const wanted = all.filter(
    (one) => one.changes.tags?.add?.length || one.changes.tags?.remove?.length,
  );
  for (const { after, changes } of wanted) {
    const add = await tagIdsOf(raw, world, changes.tags?.add ?? []);
    const rows = add.map((tagId) => ({
      identityId: after.id,
      tagId,
      addedBy: 'rule',
      at: world.systemNow,
    }));
    await insertRows(raw, 'identity_tag', rows, { onConflict: ['identityId', 'tagId'] });
    for (const name of changes.tags?.remove ?? []) {
      await raw.run(
        `DELETE FROM identity_tag WHERE identityId = ? AND tagId IN (SELECT id FROM tag WHERE name = ?)`,
        [after.id, name],
      );
    }
  }
}

/** Ids of tags by name; a new name becomes a tag. */
export async function tagIdsOf(
  at: Raw | Tx,
  world: World,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const rows = [...new Set(names)].sort().map((name) => ({
    id: world.newId(),
    name,
    createdAt: world.systemNow,
  }));
  await insertRows(at, 'tag', rows, { onConflict: ['name'] });
  const kept = await select<{ id: string }>(
    at,
    `SELECT id FROM tag WHERE name IN (${marksFor(rows)})`,
    rows.map((row) => row.name),
  );
  return kept.map((row) => row.id);
}
