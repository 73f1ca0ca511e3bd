import type { z } from 'zod';
import type { Seal } from '../kernel/seal';
import type { Account } from './account.entity';
import type { AccountPatch } from './account.schema';
import {
  openSecrets,
  sealSecrets,
  type OfficialAccountSecrets,
  type WeComApp,
  type WeComSecrets,
} from './secrets';

type Patch = Pick<z.infer<typeof AccountPatch>, 'secrets' | 'agentId'>;
type Rotating = Pick<
  OfficialAccountSecrets | WeComApp,
  'encodingAesKey' | 'previousEncodingAesKey'
>;

/** The account's secrets as they will stand, sealed; what is not named stays. */
export function changedSecrets(
  seal: Seal,
  account: Account,
  { secrets: changes, agentId }: Patch,
): string {
  if (!changes || account.kind === 'merchant') return account.secrets;
  if (account.kind === 'official-account') {
    const before = openSecrets<OfficialAccountSecrets>(seal, account.id, account.secrets);
    return sealSecrets(seal, account.id, changed(before, changes));
  }
  const { apps } = openSecrets<WeComSecrets>(seal, account.id, account.secrets);
  const [first] = apps;
  const named = agentId ?? first?.agentId;
  const after = apps.map((app) => (app.agentId === named ? changed(app, changes) : app));
  return sealSecrets(seal, account.id, { apps: after });
}

/** A new key makes the one in use the previous one, which stays accepted. */
function changed<Secrets extends Rotating>(
  before: Secrets,
  { appSecret, token, encodingAesKey }: NonNullable<Patch['secrets']>,
): Secrets {
  const isNewKey = encodingAesKey !== undefined && encodingAesKey !== before.encodingAesKey;
  return {
    ...before,
    ...(appSecret ? { appSecret } : {}),
    ...(token ? { token } : {}),
    ...(isNewKey ? { encodingAesKey, previousEncodingAesKey: before.encodingAesKey } : {}),
  };
}
