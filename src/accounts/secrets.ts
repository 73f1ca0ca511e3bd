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

const place = (accountId: string) => `account.${accountId}.secrets`;

export function sealSecrets(
  seal: Seal,
  accountId: string,
  secrets: OfficialAccountSecrets | MerchantSecrets,
): string {
  return seal.seal(JSON.stringify(secrets), place(accountId));
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the kind of account decides
export function openSecrets<Secrets>(seal: Seal, accountId: string, sealed: string): Secrets {
  return JSON.parse(seal.open(sealed, place(accountId))) as Secrets;
}
