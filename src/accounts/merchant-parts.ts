/** What only those above know about a merchant. */
export type MerchantParts = {
  health(accountId: string): Promise<{
    state: 'ok' | 'failing' | 'unknown';
    lastOkAt: number | null;
    errorName?: string | undefined;
  }>;
  /** A call that moves nothing; undefined for a merchant that cannot be called. */
  ask(accountId: string, appId: string): Promise<{ isGood: boolean; code: string } | undefined>;
};
