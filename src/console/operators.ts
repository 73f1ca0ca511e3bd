import { insertOnce, lockRows, marksFor, select, type Tx } from '../kernel/database';
import { Conflict, InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { Role } from '../kernel/access';
import { hashPassword } from './passwords';

export type NewOperator = {
  email: string;
  name: string;
  role: Role;
  password: string;
  accountIds?: string[] | null | undefined;
  isDemo?: boolean;
};

/** Hash first: hashing takes longer than a transaction should. */
export async function prepareOperator(kit: Pick<Kit, 'newId' | 'clock'>, wanted: NewOperator) {
  return {
    id: kit.newId(),
    email: wanted.email.trim().toLowerCase(),
    name: wanted.name,
    role: wanted.role,
    passwordHash: await hashPassword(wanted.password),
    accountIds: wanted.accountIds ? JSON.stringify(wanted.accountIds) : null,
    active: 1,
    isDemo: wanted.isDemo ? 1 : 0,
    createdAt: kit.clock.system(),
  };
}

export async function addOperator(
  tx: Tx,
  prepared: Awaited<ReturnType<typeof prepareOperator>>,
): Promise<string> {
  const isNew = await insertOnce(tx, 'operator', prepared, ['email']);
  if (!isNew) throw new Conflict('operator_exists');
  return prepared.id;
}

/** A limit to an account that does not exist would be a limit to nothing, and nobody would notice. */
export async function refuseUnknownAccounts(
  kit: Pick<Kit, 'db'>,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const found = await kit.db.read.all<{ id: string }>(
    `SELECT id FROM account WHERE id IN (${marksFor(ids)})`,
    ids,
  );
  const known = new Set(found.map(({ id }) => id));
  const errors = ids.flatMap((id, index) =>
    known.has(id)
      ? []
      : [{ path: `accountIds.${index}`, code: 'account_unknown', message: 'account_unknown' }],
  );
  if (errors.length > 0) {
    throw new InvalidInput('input_invalid', { errors: errors.slice(0, 20) });
  }
}

/**
 * Before an operator stops being an owner: somebody who may do everything, in every account, must be left. The
 * owners' rows are held until the commit, so that two owners cannot switch each other off.
 */
export async function keepAnOwner(tx: Tx, leavingId: string): Promise<void> {
  const owners = await select<{ id: string }>(
    tx,
    `SELECT id FROM operator WHERE role = 'owner' AND active = 1 AND accountIds IS NULL
     ORDER BY id${lockRows(tx, 'wait')}`,
  );
  const isLast = owners.length === 1 && owners[0]?.id === leavingId;
  if (isLast) throw new Conflict('last_owner');
}

export async function countOperators(kit: Pick<Kit, 'db'>): Promise<number> {
  const [row] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM operator`);
  return row?.n ?? 0;
}

/** Proves to the first owner that they can read the server's output; worthless once an operator exists. */
export function firstOwnerToken(kit: Pick<Kit, 'seal'>): string {
  return kit.seal.fingerprint('first owner').slice(0, 32);
}
