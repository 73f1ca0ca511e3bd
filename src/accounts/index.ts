export { Account, type AccountKind, type World } from './account.entity';
export { AccountBook, type MerchantAccount } from './account-book';
export { accountOperations } from './accounts.operations';
export { addAccount, type NewAccount } from './add-account';
export { connectSandboxAccount } from './connect-sandbox';
export { openSandboxDriver, type SandboxDriver } from './sandbox-driver';
export { addAccountsFromSettings } from './accounts-from-settings';
export type { MerchantSecrets, OfficialAccountSecrets, WeComApp, WeComSecrets } from './secrets';
export { tokenStates } from './token-states';
