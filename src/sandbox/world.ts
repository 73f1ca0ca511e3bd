import type { Accounts } from './official-account/accounts';
import type { Templates } from './official-account/templates';
import type { Tokens } from './official-account/tokens';
import type { Courier } from './callbacks/courier';
import type { SandboxClock } from './clock';
import type { Faults } from './faults';
import type { Authority } from './pay/authority';
import type { Bus } from './phone/bus';
import type { Store } from './store/database';
import type { Quotas } from './store/quotas';
import type { Tally } from './store/tally';
import type { HeldConnections } from './wire/answer';

export interface SandboxLog {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** How the platform calls an app back. Real WeChat: 5 s, three deliveries, about 5 s apart. */
export interface CallbackRules {
  timeoutMs: number;
  gapMs: number;
  attempts: number;
}

export interface WorldOptions {
  baseUrl: string;
  allowHosts: readonly string[];
  callback: CallbackRules;
  /** How long a person's action waits for a customer-service message after an empty answer. */
  settleMs: number;
  /** Receipts of template messages come after a random time in this range. */
  receiptDelayMs: readonly [number, number];
}

/** Everything the platform's calls need; made once by `openSandbox`. */
export interface World {
  options: WorldOptions;
  log: SandboxLog;
  store: Store;
  clock: SandboxClock;
  faults: Faults;
  tally: Tally;
  quotas: Quotas;
  bus: Bus;
  held: HeldConnections;
  accounts: Accounts;
  tokens: Tokens;
  templates: Templates;
  courier: Courier;
  authority: Authority;
  payUrl: () => string;
}
