import { engineOf, execute, insertRows, marksFor, select, type Tx } from '../kernel/database';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';

type Part = Pick<Kit, 'clock' | 'newId'>;
type Member = { id: string; accountId: string; personId: string; displayName: string | null };
type Join = {
  id: string;
  identityId: string;
  fromPersonId: string | null;
  toPersonId: string;
  reason: JoinReason;
};

/**
 * `wecom-id`: WeCom named the customer behind a follower. `along`: came with an identity it stood beside.
 * `undone`: an operator took a join back, and nothing that is read later makes it again.
 */
export type JoinReason = 'unionid' | 'phone' | 'wecom-id' | 'operator' | 'along' | 'undone';
/** What joins without being asked. */
export type OwnReason = 'unionid' | 'phone' | 'wecom-id';

const bySystem = 'system';

/** Makes one person of all identities with this unionid, except those an operator parted. */
export async function joinByUnionid(kit: Part, tx: Tx, unionid: string): Promise<void> {
  await joinAlike(kit, tx, 'unionid', await membersOf(tx, 'i.unionid = ?', [unionid]));
}

/** One question for many; only those who are two persons still are joined. */
export async function joinAllByUnionid(
  kit: Part,
  tx: Tx,
  unionids: readonly string[],
): Promise<void> {
  if (unionids.length === 0) return;
  const apart = await select<{ unionid: string }>(
    tx,
    `SELECT unionid FROM identity WHERE unionid IN (${marksFor(unionids)})
     GROUP BY unionid HAVING COUNT(DISTINCT personId) > 1`,
    unionids,
  );
  for (const { unionid } of apart) await joinByUnionid(kit, tx, unionid);
}

/** These identities are one human as far as `reason` goes; what an operator parted stays apart. */
export async function joinIdentities(
  kit: Part,
  tx: Tx,
  reason: OwnReason,
  identityIds: readonly string[],
): Promise<void> {
  if (identityIds.length < 2) return;
  const where = `i.id IN (${marksFor(identityIds)})`;
  await joinAlike(kit, tx, reason, await membersOf(tx, where, identityIds));
}

/** The key under which it is kept that two are not one. */
export const pairOf = (one: string, other: string): [string, string] =>
  one < other ? [one, other] : [other, one];

/** An operator's word: everything of one person goes to the other, also what was parted before. */
export async function joinPersons(
  kit: Part,
  tx: Tx,
  fromPersonId: string,
  toPersonId: string,
  decidedBy: string,
): Promise<string[]> {
  await execute(
    tx,
    `DELETE FROM not_same_person WHERE onePersonId = ? AND otherPersonId = ?`,
    pairOf(fromPersonId, toPersonId),
  );
  const members = await membersOf(tx, 'i.personId = ?', [fromPersonId]);
  for (const member of members) await move(kit, tx, member, toPersonId, 'operator', decidedBy);
  return members.map(({ id }) => id);
}

async function joinAlike(
  kit: Part,
  tx: Tx,
  reason: OwnReason,
  same: readonly Member[],
): Promise<void> {
  const parted = await partedAmong(
    tx,
    same.map(({ id }) => id),
  );
  const members = same.filter(({ id }) => !parted.has(id));
  const home = members.find(({ displayName }) => displayName !== null) ?? members[0];
  if (!home) return;
  const alike = new Set(members.map(({ id }) => id));
  const others = new Set(members.map(({ personId }) => personId));
  others.delete(home.personId);
  for (const personId of others) {
    if (await wereParted(tx, personId, home.personId)) continue;
    // Whoever stands beside them stays beside them: half a person does not move.
    for (const member of await membersOf(tx, 'i.personId = ?', [personId])) {
      const why = alike.has(member.id) ? reason : 'along';
      await move(kit, tx, member, home.personId, why, bySystem);
    }
  }
}

async function membersOf(tx: Tx, where: string, params: readonly string[]): Promise<Member[]> {
  const lock = engineOf(tx) === 'mysql' ? ' FOR UPDATE' : '';
  return select<Member>(
    tx,
    `SELECT i.id, i.accountId, i.personId,
       (SELECT p.displayName FROM person p WHERE p.id = i.personId) AS displayName
     FROM identity i WHERE ${where} ORDER BY i.id${lock}`,
    params,
  );
}

/** Taken out by an operator, and not put back by one since. */
export async function partedAmong(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, { from: string }>> {
  const parted = new Map<string, { from: string }>();
  if (ids.length === 0) return parted;
  const joins = await select<Join>(
    tx,
    `SELECT id, identityId, fromPersonId, toPersonId, reason FROM identity_join
     WHERE identityId IN (${marksFor(ids)}) ORDER BY at, id`,
    ids,
  );
  for (const { identityId, reason, fromPersonId } of joins) {
    if (reason === 'undone') parted.set(identityId, { from: fromPersonId ?? '' });
    if (reason === 'operator') parted.delete(identityId);
  }
  return parted;
}

/** Somebody in one of them was taken out of the other by hand, or an operator said that they are two. */
async function wereParted(tx: Tx, one: string, other: string): Promise<boolean> {
  const [said] = await select<{ at: number }>(
    tx,
    `SELECT at FROM not_same_person WHERE onePersonId = ? AND otherPersonId = ?`,
    pairOf(one, other),
  );
  if (said) return true;
  const rows = await select<{ id: string; personId: string }>(
    tx,
    `SELECT id, personId FROM identity WHERE personId IN (?, ?)`,
    [one, other],
  );
  const parted = await partedAmong(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.some(({ id, personId }) => {
    const from = parted.get(id)?.from;
    return from !== undefined && from !== personId && (from === one || from === other);
  });
}

/** Takes the latest join of an identity back: it returns to the person it came from. */
export async function undoJoin(
  kit: Part,
  tx: Tx,
  join: { id: string; personId: string },
  decidedBy: string,
): Promise<void> {
  const [made] = await select<Join & { accountId: string; personId: string }>(
    tx,
    `SELECT j.id, j.identityId, j.fromPersonId, j.toPersonId, j.reason, i.accountId, i.personId
     FROM identity_join j JOIN identity i ON i.id = j.identityId
     WHERE j.id = ? AND j.toPersonId = ?`,
    [join.id, join.personId],
  );
  if (!made?.fromPersonId) throw new NotFound();
  const [latest] = await select<{ id: string }>(
    tx,
    `SELECT id FROM identity_join WHERE identityId = ? ORDER BY at DESC, id DESC LIMIT 1`,
    [made.identityId],
  );
  const isUndone = made.reason === 'undone' || latest?.id !== made.id;
  if (isUndone || made.personId !== made.toPersonId) throw new Conflict('join_undone');
  const { identityId: id, accountId, personId } = made;
  await move(kit, tx, { id, accountId, personId }, made.fromPersonId, 'undone', decidedBy);
}

/** Facts stay with the identity, so that joining changes one column; the ledger keeps why. */
async function move(
  kit: Part,
  tx: Tx,
  identity: Pick<Member, 'id' | 'accountId' | 'personId'>,
  toPersonId: string,
  reason: JoinReason,
  decidedBy: string,
): Promise<void> {
  const at = kit.clock.business();
  const { id: identityId, accountId, personId: fromPersonId } = identity;
  await execute(tx, `UPDATE identity SET personId = ? WHERE id = ?`, [toPersonId, identityId]);
  const id = kit.newId();
  await insertRows(tx, 'identity_join', [
    { id, identityId, fromPersonId, toPersonId, reason, decidedBy, at },
  ]);
  await insertRows(tx, 'timeline_entry', [
    {
      id: kit.newId(),
      identityId,
      accountId,
      at,
      kind: reason === 'undone' ? 'unjoined' : 'joined',
      params: JSON.stringify({ reason, by: decidedBy }),
      refKind: 'join',
      refId: id,
    },
  ]);
}
