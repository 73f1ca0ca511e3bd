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

/** `undone`: an operator took a join back, and no list that is read later makes it again. */
export type JoinReason = 'unionid' | 'undone';

const bySystem = 'system';

/** Makes one person of all identities with this unionid, except those an operator parted. */
export async function joinByUnionid(kit: Part, tx: Tx, unionid: string): Promise<void> {
  const lock = engineOf(tx) === 'mysql' ? ' FOR UPDATE' : '';
  const same = await select<Member>(
    tx,
    `SELECT i.id, i.accountId, i.personId,
       (SELECT p.displayName FROM person p WHERE p.id = i.personId) AS displayName
     FROM identity i WHERE i.unionid = ? ORDER BY i.id${lock}`,
    [unionid],
  );
  const parted = await partedAmong(tx, same);
  const members = same.filter(({ id }) => !parted.has(id));
  const home = members.find(({ displayName }) => displayName !== null) ?? members[0];
  if (!home) return;
  for (const member of members.filter(({ personId }) => personId !== home.personId)) {
    await move(kit, tx, member, home.personId, 'unionid', bySystem);
  }
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

async function partedAmong(tx: Tx, members: readonly Member[]): Promise<Set<string>> {
  if (members.length < 2) return new Set();
  const ids = members.map(({ id }) => id);
  const joins = await select<Join>(
    tx,
    `SELECT id, identityId, fromPersonId, toPersonId, reason FROM identity_join
     WHERE identityId IN (${marksFor(ids)}) ORDER BY at, id`,
    ids,
  );
  const latest = new Map(joins.map((join) => [join.identityId, join.reason]));
  return new Set([...latest].filter(([, reason]) => reason === 'undone').map(([id]) => id));
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
