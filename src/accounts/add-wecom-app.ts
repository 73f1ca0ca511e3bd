import { engineOf, execute, select, type Tx } from '../kernel/database';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { openSecrets, sealSecrets, type WeComApp, type WeComSecrets } from './secrets';

/** Another app of a corp that is connected already: it hears for itself and shares contacts and rooms. */
export async function addWeComApp(
  kit: Pick<Kit, 'seal' | 'versions'>,
  tx: Tx,
  accountId: string,
  app: WeComApp,
): Promise<string> {
  const lock = engineOf(tx) === 'mysql' ? ' FOR UPDATE' : '';
  const [row] = await select<{ secrets: string }>(
    tx,
    `SELECT secrets FROM account WHERE id = ?${lock}`,
    [accountId],
  );
  if (!row) throw new NotFound();
  const { apps } = openSecrets<WeComSecrets>(kit.seal, accountId, row.secrets);
  if (apps.some(({ agentId }) => agentId === app.agentId)) {
    throw new Conflict('account_exists', { platformId: app.agentId });
  }
  const secrets = sealSecrets(kit.seal, accountId, { apps: [...apps, app] });
  await execute(tx, `UPDATE account SET secrets = ? WHERE id = ?`, [secrets, accountId]);
  await kit.versions.bump(tx, 'accounts');
  return accountId;
}
