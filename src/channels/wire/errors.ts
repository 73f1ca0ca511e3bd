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

/** WeChat answered no. Whatever was asked for did not happen (except under outcome `duplicate`). */
export class WeChatError extends Error {
  constructor(
    readonly endpoint: string,
    readonly errcode: number,
    readonly errmsg: string,
    readonly outcome: Outcome,
  ) {
    super(`${endpoint}: ${errcode} ${errmsg}`);
    this.name = 'WeChatError';
  }

  /** The platform's own name for this call, `rid` or WeCom's `hint`; their support asks for it. */
  get requestId(): string | undefined {
    return /(?:rid: |hint: \[)([0-9a-f_-]+)/.exec(this.errmsg)?.[1];
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
