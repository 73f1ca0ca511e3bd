import { insertOnce, type Tx } from '../kernel/database';
import { Conflict } from '../kernel/errors';
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

export async function countOperators(kit: Pick<Kit, 'db'>): Promise<number> {
  const [row] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM operator`);
  return row?.n ?? 0;
}

/** Proves to the first owner that they can read the server's output; worthless once an operator exists. */
export function firstOwnerToken(kit: Pick<Kit, 'seal'>): string {
  return kit.seal.fingerprint('first owner').slice(0, 32);
}
