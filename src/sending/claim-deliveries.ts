import { execute, lockRows, marksFor, select, type Raw } from '../kernel/database';
import { isErased } from '../relationships';
import { mayRepeat } from './judge-answer';
import type { OpenRun } from './open-runs';

export type Claimed = {
  run: OpenRun;
  identityId: string;
  accountId: string;
  openid: string;
  displayName: string | null;
  followedAt: number | null;
  leaseBy: string;
  tries: number;
  firstSentAt: number;
  dueAt: number;
  /** An earlier try may have arrived. */
  inDoubt: boolean;
};

/** Whose claim, and until when by the database's clock; `now` is business time. */
export type Lease = { owner: string; databaseNow: number; untilAt: number; now: number };

/** A million rows wait; one turn looks at this many that are in doubt. */
const mostInDoubt = 200;

type Addressed = {
  identityId: string;
  openid: string;
  followState: string;
  optedOutAt: number | null;
  followedAt: number | null;
  displayName: string | null;
};

/**
 * Takes up to `limit` due deliveries of one run. Who has unfollowed or opted out since the audience was
 * frozen is skipped here, in the same transaction that marks the others as being sent.
 */
export async function claimQueued(
  raw: Raw,
  run: OpenRun,
  lease: Lease,
  limit: number,
): Promise<{ claimed: Claimed[]; looked: number }> {
  const due = await select<{ identityId: string; tries: number; dueAt: number }>(
    raw,
    `SELECT identityId, tries, dueAt FROM delivery WHERE runId = ? AND state = 'queued' AND dueAt <= ?
     ORDER BY dueAt LIMIT ${Math.trunc(limit)}${lockRows(raw, 'skip')}`,
    [run.id, lease.now],
  );
  if (due.length === 0) return { claimed: [], looked: 0 };
  const people = await addressed(
    raw,
    due.map((row) => row.identityId),
  );
  const reasons = new Map(
    due.map(({ identityId }) => [identityId, whyNot(run, people.get(identityId))]),
  );
  await skip(raw, run, reasons);
  const going = due.filter(({ identityId }) => reasons.get(identityId) === undefined);
  if (going.length > 0) {
    const ids = going.map((row) => row.identityId);
    await execute(
      raw,
      `UPDATE delivery SET state = 'sending', leaseBy = ?, leaseUntil = ?, firstSentAt = ?, tries = tries + 1,
       reason = NULL, errcode = NULL WHERE runId = ? AND identityId IN (${marksFor(ids)})`,
      [lease.owner, lease.untilAt, lease.now, run.id, ...ids],
    );
  }
  const claimed = going.flatMap((row) => {
    const person = people.get(row.identityId);
    const { dueAt } = row;
    const facts = { tries: row.tries + 1, firstSentAt: lease.now, dueAt, inDoubt: false };
    return person ? [claimOf(run, lease, person, facts)] : [];
  });
  return { claimed, looked: due.length };
}

/**
 * Takes rows of a try that nobody finished, to be repeated while WeChat still knows their id. Who may not
 * be written to any more is left out: `closed`, together with those whose time is over.
 */
export async function claimInDoubt(
  raw: Raw,
  run: OpenRun,
  lease: Lease,
  limit: number,
): Promise<{ claimed: Claimed[]; closed: Claimed[] }> {
  const rows = await readInDoubt(raw, run.id, lease);
  if (rows.length === 0) return { claimed: [], closed: [] };
  const people = await addressed(
    raw,
    rows.map((row) => row.identityId),
  );
  const claims = rows.map((row) => {
    const facts = { ...row, tries: row.tries + 1, inDoubt: true };
    return claimOf(run, lease, people.get(row.identityId) ?? nobody(row.identityId), facts);
  });
  const isOver = ({ identityId, firstSentAt }: Claimed) =>
    !mayRepeat(run.channel, firstSentAt, lease.now) ||
    whyNot(run, people.get(identityId)) !== undefined;
  const closed = claims.filter(isOver);
  const mayGo = run.state === 'running' ? limit : 0;
  const claimed = claims
    .filter((claim) => !isOver(claim) && claim.dueAt <= lease.now)
    .slice(0, mayGo);
  if (claimed.length > 0) {
    const ids = claimed.map((claim) => claim.identityId);
    await execute(
      raw,
      `UPDATE delivery SET leaseBy = ?, leaseUntil = ?, tries = tries + 1
       WHERE runId = ? AND identityId IN (${marksFor(ids)})`,
      [lease.owner, lease.untilAt, run.id, ...ids],
    );
  }
  return { claimed, closed };
}

/** Calls that take long stay ours; a row somebody else took meanwhile does not come back. */
export async function renewLeases(
  raw: Raw,
  lease: Lease,
  underWay: readonly Claimed[],
): Promise<void> {
  for (const runId of new Set(underWay.map(({ run }) => run.id))) {
    const owners = new Set(
      underWay.filter(({ run }) => run.id === runId).map(({ leaseBy }) => leaseBy),
    );
    await execute(
      raw,
      `UPDATE delivery SET leaseUntil = ? WHERE runId = ? AND state = 'sending' AND leaseBy IN (${marksFor([...owners])})`,
      [lease.untilAt, runId, ...owners],
    );
  }
}

type InDoubt = { identityId: string; tries: number; firstSentAt: number; dueAt: number };

/** Rows being sent whose sender is gone, or which wait for another try after an unclear answer. */
function readInDoubt(raw: Raw, runId: string, lease: Lease): Promise<InDoubt[]> {
  return select<InDoubt>(
    raw,
    `SELECT identityId, tries, firstSentAt, dueAt FROM delivery
     WHERE runId = ? AND state = 'sending' AND (leaseUntil IS NULL OR leaseUntil < ?)
     ORDER BY identityId LIMIT ${mostInDoubt}${lockRows(raw, 'skip')}`,
    [runId, lease.databaseNow],
  );
}

const nobody = (identityId: string): Addressed => ({
  identityId,
  openid: '',
  followState: 'unfollowed',
  optedOutAt: null,
  followedAt: null,
  displayName: null,
});

function claimOf(
  run: OpenRun,
  lease: Lease,
  person: Addressed,
  facts: Pick<Claimed, 'tries' | 'firstSentAt' | 'dueAt' | 'inDoubt'>,
): Claimed {
  const { tries, firstSentAt, dueAt, inDoubt } = facts;
  return {
    run,
    identityId: person.identityId,
    accountId: run.accountId,
    openid: person.openid,
    displayName: person.displayName,
    followedAt: person.followedAt,
    leaseBy: lease.owner,
    tries,
    firstSentAt,
    dueAt,
    inDoubt,
  };
}

async function addressed(raw: Raw, ids: readonly string[]): Promise<Map<string, Addressed>> {
  const rows = await select<Addressed>(
    raw,
    `SELECT i.id AS identityId, i.externalId AS openid, i.state AS followState, i.optedOutAt, i.followedAt,
     p.displayName FROM identity i LEFT JOIN person p ON p.id = i.personId WHERE i.id IN (${marksFor(ids)})`,
    ids,
  );
  return new Map(rows.map((row) => [row.identityId, row]));
}

/** Checked when sending, not only when planning. Whoever asks us something has an answer coming, opted out or not. */
function whyNot(run: OpenRun, person: Addressed | undefined): string | undefined {
  if (!person) return 'identity-missing';
  if (isErased(person.openid)) return 'erased';
  // Who asks customer service need be nobody's friend.
  if (person.followState === 'unfollowed' && run.channel !== 'kf') return 'unfollowed';
  if (person.optedOutAt !== null && !isAnswer(run.origin)) return 'opted-out';
  return undefined;
}

const isAnswer = (origin: string) => origin === 'reply' || origin === 'operator';

async function skip(
  raw: Raw,
  run: OpenRun,
  reasons: ReadonlyMap<string, string | undefined>,
): Promise<void> {
  const byReason = new Map<string, string[]>();
  for (const [identityId, reason] of reasons) {
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), identityId]);
  }
  for (const [reason, ids] of byReason) {
    await execute(
      raw,
      `UPDATE delivery SET state = 'skipped', reason = ? WHERE runId = ? AND identityId IN (${marksFor(ids)})`,
      [reason, run.id, ...ids],
    );
  }
}
