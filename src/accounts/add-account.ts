import { insertOnce, type Tx } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { AccountKind, World } from './account.entity';
import { sealSecrets, type AccountSecrets } from './secrets';

export type NewAccount = {
  kind: AccountKind;
  platformId: string;
  originalId?: string | undefined;
  name: string;
  world: World;
  mode?: 'secure' | 'compatible' | 'plain' | undefined;
  details?: Record<string, string> | undefined;
  secrets: AccountSecrets;
};

/** Returns the new account's id; an account of that platform id that exists already is a conflict. */
export async function addAccount(
  kit: Pick<Kit, 'newId' | 'clock' | 'seal' | 'versions'>,
  tx: Tx,
  wanted: NewAccount,
): Promise<string> {
  const id = kit.newId();
  const row = {
    id,
    kind: wanted.kind,
    platformId: wanted.platformId,
    originalId: wanted.originalId ?? null,
    name: wanted.name,
    world: wanted.world,
    mode: wanted.mode ?? 'secure',
    details: JSON.stringify(wanted.details ?? {}),
    secrets: sealSecrets(kit.seal, id, wanted.secrets),
    enabled: 1,
    lastCallbackAt: null,
    createdAt: kit.clock.system(),
  };
  const isNew = await insertOnce(tx, 'account', row, ['kind', 'platformId']);
  if (!isNew) throw new Conflict('account_exists');
  await kit.versions.bump(tx, 'accounts');
  // Answers name the account.
  await kit.versions.bump(tx, 'replies');
  return id;
}
