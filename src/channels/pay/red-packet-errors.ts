/**
 * What a refusal of a red packet allows. Every class but `final-number` keeps its order number for ever:
 * unknown — nobody knows; ask, then send the same number again.
 * blocked — the same number later.
 * final-number — this number is spent; ask to confirm that it failed.
 * final-user — this person cannot be paid this way. final-data — these data cannot be paid.
 * config — nothing can be paid until someone repairs the merchant's settings. bug — ours; alarm, never repeat.
 */
export type RefusalClass =
  'unknown' | 'blocked' | 'final-number' | 'final-user' | 'final-data' | 'config' | 'bug';

export interface RefusalRow {
  readonly code: string;
  readonly class: RefusalClass;
  /** Whom it concerns: this payout, this person, or everything the merchant sends. */
  readonly scope: 'payout' | 'person' | 'merchant';
  /** When the same number may be tried again. `tomorrow` is midnight in China, `repaired` needs a person. */
  readonly again?: 'soon' | 'in-20-minutes' | 'tomorrow' | 'repaired';
}

/** `err_code` of sendredpack. Codes not listed are `unknown`. */
export const redPacketErrors: readonly RefusalRow[] = [
  { code: 'SYSTEMERROR', class: 'unknown', scope: 'payout', again: 'soon' },
  { code: 'PROCESSING', class: 'unknown', scope: 'payout', again: 'in-20-minutes' },
  { code: 'SEND_FAILED', class: 'final-number', scope: 'payout' },
  { code: 'NOTENOUGH', class: 'blocked', scope: 'merchant', again: 'repaired' },
  { code: 'FREQ_LIMIT', class: 'blocked', scope: 'merchant', again: 'soon' },
  { code: 'SECOND_OVER_LIMITED', class: 'blocked', scope: 'merchant', again: 'soon' },
  { code: 'SENDNUM_LIMIT', class: 'blocked', scope: 'person', again: 'tomorrow' },
  { code: 'RCVDAMOUNT_LIMIT', class: 'blocked', scope: 'person', again: 'tomorrow' },
  { code: 'SENDAMOUNT_LIMIT', class: 'blocked', scope: 'merchant', again: 'tomorrow' },
  { code: 'DAY_OVER_LIMITED', class: 'blocked', scope: 'merchant', again: 'tomorrow' },
  { code: 'MONEY_LIMIT', class: 'final-data', scope: 'payout' },
  { code: 'NO_AUTH', class: 'final-user', scope: 'person' },
  { code: 'V2_ACCOUNT_SIMPLE_BAN', class: 'final-user', scope: 'person' },
  { code: 'OPENID_ERROR', class: 'final-data', scope: 'payout' },
  { code: 'PARAM_ERROR', class: 'final-data', scope: 'payout' },
  { code: 'ILLEGAL_APPID', class: 'config', scope: 'merchant', again: 'repaired' },
  { code: 'MSGAPPID_ERROR', class: 'config', scope: 'merchant', again: 'repaired' },
  { code: 'ACCEPTMODE_ERROR', class: 'config', scope: 'merchant', again: 'repaired' },
  { code: 'SIGN_ERROR', class: 'config', scope: 'merchant', again: 'repaired' },
  { code: 'CA_ERROR', class: 'config', scope: 'merchant', again: 'repaired' },
  { code: 'API_METHOD_CLOSED', class: 'config', scope: 'merchant', again: 'repaired' },
  { code: 'PAYER_ACCOUNT_ABNORMAL', class: 'config', scope: 'merchant', again: 'repaired' },
  { code: 'FATAL_ERROR', class: 'bug', scope: 'payout' },
  { code: 'XML_ERROR', class: 'bug', scope: 'merchant' },
  // "Amount differs from the first request": some tables print the sentence itself as the code.
  {
    code: '\u91d1\u989d\u548c\u539f\u59cb\u5355\u53c2\u6570\u4e0d\u4e00\u81f4',
    class: 'bug',
    scope: 'payout',
  },
];

const rows = new Map(redPacketErrors.map((row) => [row.code, row]));

/** Old tables print codes with blanks inside (`DAY_ OVER_LIMITED`). */
export function refusalOf(code: string): RefusalRow {
  const plain = code.replace(/\s/g, '');
  return rows.get(plain) ?? { code: plain, class: 'unknown', scope: 'payout', again: 'soon' };
}
