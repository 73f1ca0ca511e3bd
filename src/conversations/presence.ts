import type { Actor } from '../kernel/access';
import {
  execute,
  insertRows,
  marksFor,
  select,
  type Db,
  type Raw,
  type Tx,
} from '../kernel/database';
import type { Kit } from '../kernel/kit';

/** The page says every thirty seconds that it is open. */
const onlineMs = 75_000;

export type Operator = { readonly id: string; readonly name: string };
type Row = { operatorId: string; name: string; accountIds: string | null; canReply: number };
type Part = Pick<Kit, 'clock'>;

export function sees(row: Pick<Row, 'accountIds'>, accountId: string): boolean {
  return row.accountIds === null || (JSON.parse(row.accountIds) as string[]).includes(accountId);
}

/** The operator is in the inbox, or has left it. */
export async function tellPresence(
  kit: Part,
  tx: Tx,
  actor: Actor,
  isOnline: boolean,
): Promise<void> {
  const row = {
    ...rowOf(kit, actor),
    isOnline: isOnline ? 1 : 0,
  };
  const update = ['name', 'accountIds', 'canReply', 'isOnline', 'seenAt'];
  await insertRows(tx, 'operator_presence', [row], { onConflict: ['operatorId'], update });
}

/** So that whoever does something here has a name here; says nothing about being online. */
export async function knowOperator(kit: Part, tx: Tx, actor: Actor): Promise<void> {
  const row = { ...rowOf(kit, actor), isOnline: 0, seenAt: 0 };
  const update = ['name', 'accountIds', 'canReply'];
  await insertRows(tx, 'operator_presence', [row], { onConflict: ['operatorId'], update });
}

const rowOf = (kit: Part, actor: Actor) => ({
  operatorId: actor.id,
  name: actor.name.slice(0, 64),
  accountIds: actor.accountIds === 'all' ? null : JSON.stringify(actor.accountIds),
  canReply: actor.permissions.has('conversations.reply') ? 1 : 0,
  seenAt: kit.clock.system(),
  assignedAt: 0,
});

/** Who was switched off answers nobody; a token is no operator and stays as it is. */
const active = `operatorId NOT IN (SELECT o.id FROM operator o WHERE o.active = 0)`;

const onlineSql = `SELECT operatorId, name, accountIds, canReply FROM operator_presence
  WHERE ${active} AND isOnline = 1 AND canReply = 1 AND seenAt > ? ORDER BY assignedAt, operatorId`;

export async function onlineOperators(kit: Part & Pick<Kit, 'db'>): Promise<Row[]> {
  return kit.db.read.all<Row>(onlineSql, [kit.clock.system() - onlineMs]);
}

/** Who is to answer: whoever had them last, else the one whose turn it is; only somebody who is there. */
export async function nextOperator(
  kit: Part,
  at: Tx | Raw,
  accountId: string,
  lastOperatorId: string | null,
): Promise<string | null> {
  const now = kit.clock.system();
  const there = (await select<Row>(at, onlineSql, [now - onlineMs])).filter((row) =>
    sees(row, accountId),
  );
  const chosen = there.find((row) => row.operatorId === lastOperatorId) ?? there[0];
  if (!chosen) return null;
  await execute(at, `UPDATE operator_presence SET assignedAt = ? WHERE operatorId = ?`, [
    now,
    chosen.operatorId,
  ]);
  return chosen.operatorId;
}

/** An operator who may answer this account's followers, online or not. */
export async function operatorFor(
  at: Tx,
  operatorId: string,
  accountId: string,
): Promise<Operator | undefined> {
  const [row] = await select<Row>(
    at,
    `SELECT operatorId, name, accountIds, canReply FROM operator_presence
     WHERE operatorId = ? AND ${active}`,
    [operatorId],
  );
  if (row?.canReply !== 1 || !sees(row, accountId)) return undefined;
  return { id: row.operatorId, name: row.name };
}

export async function operatorNames(
  db: Db,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const known = [...new Set(ids.filter((id) => id !== null))];
  if (known.length === 0) return new Map();
  const rows = await db.read.all<{ operatorId: string; name: string }>(
    `SELECT operatorId, name FROM operator_presence WHERE operatorId IN (${marksFor(known)})`,
    known,
  );
  return new Map(rows.map((row) => [row.operatorId, row.name]));
}
