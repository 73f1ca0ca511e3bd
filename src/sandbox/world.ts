import type { Accounts } from './official-account/accounts';
import type { Templates } from './official-account/templates';
import type { Tokens } from './official-account/tokens';
import type { Delivered, NewEvent } from './callbacks/shapes';
import type { SandboxClock } from './clock';
import type { Faults } from './faults';
import type { Authority } from './pay/authority';
import type { Bus } from './phone/bus';
import type { Store } from './store/database';
import type { Quotas } from './store/quotas';
import type { Tally } from './store/tally';
import type { WeComParts } from './wecom/parts';
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

export interface Verified {
  ok: boolean;
  status: number | null;
  reply: string;
  reason: string;
}

/** Brings events to the apps: in order for each person, up to three times, until somebody answers. */
export interface Messenger {
  /** Inside a work: the event is told later by `ring`, also after a restart. */
  queue: (event: NewEvent, now: number) => number;
  /** Inside the work that adds an event which the caller will `deliver` himself: keeps `ring` away from it. */
  claim: (id: number) => number;
  /** Tells one event now, after what this person did before. Resolves when an answer came or all attempts are over. */
  deliver: (id: number) => Promise<Delivered | undefined>;
  /** Sends an old event again: same body, fresh nonce. */
  repeat: (id: number) => Promise<Delivered | undefined>;
  /** Looks for waiting events that are due. */
  ring: () => void;
  /** Waits until nothing due is left to tell. */
  settle: () => Promise<void>;
  /** The GET with echostr, before an address is accepted. */
  verify: (url: string, token: string) => Promise<Verified>;
  /** Tells an app that the clock moved; waits a second at most. */
  poke: (url: string) => Promise<void>;
  close: () => Promise<void>;
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
  courier: Messenger;
  wecom: WeComParts;
  authority: Authority;
  payUrl: () => string;
}
