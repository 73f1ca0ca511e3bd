import { byCode } from '../wire/error-rows';
import type { Outcome } from '../wire/errors';
import { errorTable } from './error-table';

export { WeChatError, WeChatUnclear, type Outcome, type UnclearReason } from '../wire/errors';

const minute = 60_000;

/** Calls that send, or the token endpoints, where 40001 speaks of the AppSecret. */
export type CallPurpose = 'call' | 'token';

const rows = byCode(errorTable);

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
