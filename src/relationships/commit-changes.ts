import {
  insertRows,
  marksFor,
  padded,
  select,
  type Raw,
  type Scalar,
  type Tx,
} from '../kernel/database';
import type { NewId } from '../kernel/ids';
import { enqueue } from '../kernel/work';
import type { Changes } from './changes';
import { queueTagPush } from './corp-tags/push-tags';
import type { FollowerState, KnownFollower } from './follower-state';
import { forgetTold } from './told-data';

export type IdentityChanges = {
  before: FollowerState | undefined;
  after: FollowerState;
  changes: Changes;
};

type World = { newId: NewId; systemNow: number };

type Mutable = Exclude<
  keyof FollowerState,
  'id' | 'accountId' | 'kind' | 'externalId' | 'personId' | 'createdAt'
>;
const mutable: readonly Mutable[] = [
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
  'attended',
  'coolDowns',
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

function readLocked(raw: Raw, marks: string): string {
  const isServer = raw.engine === 'mysql';
  const separator = isServer ? " SEPARATOR '\\n'" : ', char(10)';
  return `SELECT ${beside(separator)} FROM identity i
    WHERE i.accountId = ? AND i.externalId IN (${marks})
    ORDER BY i.accountId, i.externalId${isServer ? ' FOR UPDATE' : ''}`;
}

/**
 * Locks and reads the rows of these lanes, in key order so that two processes cannot wait for each other.
 * `ids` are `[accountId, externalId]`; whoever is not there yet is missing in the answer.
 */
export async function lockStates(
  raw: Raw,
  ids: readonly (readonly [string, string])[],
): Promise<KnownFollower[]> {
  const byAccount = new Map<string, Set<string>>();
  for (const [accountId, externalId] of ids) {
    const openids = byAccount.get(accountId) ?? new Set<string>();
    byAccount.set(accountId, openids.add(externalId));
  }
  const found = await Promise.all(
    [...byAccount.keys()].sort().map((accountId) => {
      const openids = padded(raw, [...(byAccount.get(accountId) ?? [])].sort());
      const sql = readLocked(raw, marksFor(openids));
      return raw.allWide<KnownFollower>(sql, [accountId, ...openids]);
    }),
  );
  return found.flat();
}

/** Writes everything that a group of events changes, with one statement a table. */
export async function commitChanges(
  raw: Raw,
  world: World,
  all: readonly IdentityChanges[],
): Promise<void> {
  const latest = new Map<string, IdentityChanges>();
  const isNew = new Set<string>();
  const before = new Map<string, FollowerState>();
  for (const one of all) {
    const { id } = one.after;
    if (!one.before) isNew.add(id);
    else if (!before.has(id)) before.set(id, one.before);
    latest.set(id, one);
  }
  const last = [...latest.values()].sort((a, b) => (a.after.id < b.after.id ? -1 : 1));
  const persons = last
    .filter(({ after }) => isNew.has(after.id))
    .map(({ after }) => ({
      id: after.personId,
      displayName: null,
      createdAt: world.systemNow,
    }));
  await insertRows(raw, 'person', persons, { onConflict: ['id'] });
  await writeStates(raw, last, isNew, before);
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
  for (const { after, changes } of all) {
    if (changes.forget?.length) await forgetTold(raw, [after.id], changes.forget);
  }
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
  latest: readonly IdentityChanges[],
  isNew: ReadonlySet<string>,
  before: ReadonlyMap<string, FollowerState>,
): Promise<void> {
  const fresh = latest.filter(({ after }) => isNew.has(after.id));
  // A new identity has no conflict clause on purpose: two processes that meet the same newcomer must
  // not both win, so the later one fails, and its group is decided again with the row in sight.
  await insertRows(
    raw,
    'identity',
    fresh.map(({ after }) => pick(after, columns)),
  );
  const known = latest.filter(({ after }) => !isNew.has(after.id)).map(({ after }) => after);
  for (const [names, states] of byChangedColumns(known, before)) {
    if (raw.engine === 'mysql') {
      const rows = states.map((state) => pick(state, [...required, ...names]));
      await insertRows(raw, 'identity', rows, { onConflict: ['id'], update: names });
      continue;
    }
    const sql = `UPDATE identity SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`;
    for (const state of states) {
      raw.write(sql, [...names.map((name) => state[name]), state.id]);
    }
  }
}

/** Only what changed is written: an index whose column is not named need not be touched. */
function byChangedColumns(
  states: readonly FollowerState[],
  before: ReadonlyMap<string, FollowerState>,
): [Mutable[], FollowerState[]][] {
  const groups = new Map<string, [Mutable[], FollowerState[]]>();
  for (const state of states) {
    const was = before.get(state.id);
    const names = was ? mutable.filter((name) => was[name] !== state[name]) : [...mutable];
    if (names.length === 0) continue;
    const key = names.join();
    const group = groups.get(key) ?? [names, []];
    group[1].push(state);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What a row cannot be without, though it is there already and only changes. */
const required: readonly (keyof FollowerState)[] = [
  'id',
  'accountId',
  'kind',
  'externalId',
  'personId',
  'state',
  'followCount',
  'createdAt',
];

const pick = (state: FollowerState, names: readonly (keyof FollowerState)[]) =>
  Object.fromEntries(names.map((name): [string, Scalar] => [name, state[name]]));

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
  await queueTagPush(
    raw,
    world,
    wanted.map(({ after }) => after.id),
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
      raw.write(
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
