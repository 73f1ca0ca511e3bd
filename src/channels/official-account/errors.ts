import { errorTable, type ErrorRow } from './error-table';

const minute = 60_000;

/** What to do about an answer of WeChat's; `name` is stable and worth storing. */
export type Outcome =
  | { readonly kind: 'ok' }
  /** Try again after `afterMs`, at most `tries` times. */
  | {
      readonly kind: 'retry';
      readonly name: string;
      readonly afterMs: number;
      readonly tries: number;
    }
  /** The token is dead: renew it once and repeat once. */
  | { readonly kind: 'token'; readonly name: string }
  /** A quota: nothing of this kind until later. */
  | { readonly kind: 'defer'; readonly name: string; readonly until: 'minute' | 'day' | 'month' }
  /** This follower cannot be reached, with `scope` by this template only, until they act. */
  | { readonly kind: 'refused-follower'; readonly name: string; readonly scope: 'all' | 'template' }
  /** No customer-service window is open; the follower's next step opens one. */
  | { readonly kind: 'window'; readonly name: string }
  /** Stop and tell an operator. `tries`: repeats that may still help, as just after a template was added. */
  | {
      readonly kind: 'account';
      readonly name: string;
      readonly scope: 'account' | 'template';
      readonly tries: number;
    }
  /** Never repeat this unchanged. Codes nobody told us about are taken so. */
  | { readonly kind: 'request'; readonly name: string }
  /** It was done before; take it as success. */
  | { readonly kind: 'duplicate'; readonly name: string };

/** Calls that send, or the token endpoints, where 40001 speaks of the AppSecret. */
export type CallPurpose = 'call' | 'token';

const rows = new Map<number, ErrorRow>(
  errorTable.flatMap((row) =>
    Array.from({ length: (row.to ?? row.code) - row.code + 1 }, (_, step): [number, ErrorRow] => [
      row.code + step,
      row,
    ]),
  ),
);

export function outcomeOf(errcode: number, purpose: CallPurpose = 'call'): Outcome {
  if (errcode === 0) return { kind: 'ok' };
  const row = rows.get(errcode);
  if (!row) return { kind: 'request', name: 'unknown-code' };
  const { name } = row;
  switch (row.class) {
    case 'T':
      return {
        kind: 'retry',
        name,
        afterMs: row.wait === 'minute' ? minute : 1_000,
        tries: row.tries ?? 3,
      };
    case 'K':
      return purpose === 'token'
        ? { kind: 'account', name: 'app-secret-invalid', scope: 'account', tries: 0 }
        : { kind: 'token', name };
    case 'Q':
      return {
        kind: 'defer',
        name,
        until: row.wait === 'seconds' ? 'minute' : (row.wait ?? 'minute'),
      };
    case 'F':
      return { kind: 'refused-follower', name, scope: row.scope ?? 'all' };
    case 'W':
      return { kind: 'window', name };
    case 'A':
      return { kind: 'account', name, scope: row.scope ?? 'account', tries: row.tries ?? 0 };
    case 'R':
      return { kind: 'request', name };
    case 'D':
      return { kind: 'duplicate', name };
  }
}

/** WeChat answered no. Whatever was asked for did not happen (except under outcome `duplicate`). */
export class WeChatError extends Error {
  readonly outcome: Outcome;

  constructor(
    readonly endpoint: string,
    readonly errcode: number,
    readonly errmsg: string,
    outcome: Outcome = outcomeOf(errcode),
  ) {
    super(`${endpoint}: ${errcode} ${errmsg}`);
    this.name = 'WeChatError';
    this.outcome = outcome;
  }

  /** The platform's own name for this call; their support asks for it. */
  get requestId(): string | undefined {
    return /rid: ([0-9a-f-]+)/.exec(this.errmsg)?.[1];
  }
}

export type UnclearReason =
  'timeout' | 'reset' | 'connect' | 'too-large' | 'server-error' | 'unreadable';

/** No answer that can be read, so nobody knows whether the call took effect; only `connect` means nothing left us. */
export class WeChatUnclear extends Error {
  constructor(
    readonly endpoint: string,
    readonly reason: UnclearReason,
    readonly status?: number,
  ) {
    super(`${endpoint}: ${reason}${status === undefined ? '' : ` (HTTP ${status})`}`);
    this.name = 'WeChatUnclear';
  }
}
