import type { Seal } from '../kernel/seal';

export type OfficialAccountSecrets = {
  appSecret: string;
  token: string;
  encodingAesKey?: string | undefined;
  previousEncodingAesKey?: string | undefined;
};

export type MerchantSecrets = {
  apiV2Key: string;
  apiV3Key?: string | undefined;
  certPem: string;
  keyPem: string;
  /** Platform public key of API v3, with its id in the account's details. */
  publicKeyPem?: string | undefined;
  /** An extra certificate authority: the sandbox's own. */
  caPem?: string | undefined;
};

/** One app of a corp: what it calls with, and what its callbacks are proved by. */
export type WeComApp = {
  agentId: string;
  appSecret: string;
  token: string;
  encodingAesKey: string;
  previousEncodingAesKey?: string | undefined;
};

/** A corp's apps, the first of which asks for everything that is the corp's own. */
export type WeComSecrets = { apps: WeComApp[] };

export type AccountSecrets = OfficialAccountSecrets | MerchantSecrets | WeComSecrets;

const place = (accountId: string) => `account.${accountId}.secrets`;

export function sealSecrets(seal: Seal, accountId: string, secrets: AccountSecrets): string {
  return seal.seal(JSON.stringify(secrets), place(accountId));
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the kind of account decides
export function openSecrets<Secrets>(seal: Seal, accountId: string, sealed: string): Secrets {
  return JSON.parse(seal.open(sealed, place(accountId))) as Secrets;
}
