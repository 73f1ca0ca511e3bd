import { byCode } from '../wire/error-rows';
import type { Outcome } from '../wire/errors';
import { weComErrorTable } from './error-table';

export { WeChatError, WeChatUnclear, type Outcome, type UnclearReason } from '../wire/errors';

const rows = byCode(weComErrorTable);

/** What to do about an errcode of WeCom's. Codes nobody told us about are taken as a wrong request. */
export function weComOutcomeOf(errcode: number): Outcome {
  if (errcode === 0) return { kind: 'ok' };
  const row = rows.get(errcode);
  if (!row) return { kind: 'request', name: 'unknown-code' };
  const { name } = row;
  switch (row.class) {
    case 'T':
      return { kind: 'retry', name, afterMs: 1_000, tries: row.tries ?? 3 };
    case 'K':
      return { kind: 'token', name };
    case 'Q':
      return { kind: 'defer', name, until: row.wait ?? 'minute' };
    case 'W':
      return { kind: 'window', name };
    case 'C':
      return { kind: 'account', name, scope: 'account', tries: row.tries ?? 0 };
    case 'P':
      return { kind: 'request', name };
    case 'D':
      return { kind: 'duplicate', name };
  }
}

/** Repeats worth making although the answer is a plain no: just after an event a relation may not be readable yet. */
export function triesAfterChange(errcode: number): number {
  const row = rows.get(errcode);
  return row?.class === 'P' ? (row.tries ?? 0) : 0;
}
