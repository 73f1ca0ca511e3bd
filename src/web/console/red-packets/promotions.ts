import { moneyText } from '../../shared/i18n/format';
import { t } from '../../shared/i18n/i18n';
import type { Schedule } from '../schedules/schedule';

export type Amount = { fixedFen: number } | { minFen: number; maxFen: number };
export type PromotionStatus =
  'draft' | 'scheduled' | 'running' | 'paused' | 'finished' | 'cancelled';

export interface Promotion {
  id: string;
  name: string;
  segmentId: string | null;
  /** Null pays an audience; otherwise whoever says the keyword, this often. */
  oncePer: 'promotion' | 'day' | null;
  /** Until when it pays by keyword; null until the budget is used up. */
  endsAt: string | null;
  mchId: string;
  appId: string;
  accountId: string;
  amount: Amount;
  budgetFen: number;
  perPersonFen: number | null;
  perDayFen: number | null;
  schedule: Schedule | null;
  nextRunAt: string | null;
  senderName: string;
  wish: string;
  activityName: string;
  remark: string;
  sceneId: string | null;
  acknowledged: boolean;
  warnings: { code: string; text: string }[];
  status: PromotionStatus;
  pauseReason: { code: string; text: string } | null;
  paidFen: number;
  reservedFen: number;
  refundedFen: number;
  availableFen: number;
  deliveredFen: number;
  recipients: Record<string, number>;
  createdAt: string;
  startedAt: string | null;
}

export interface LedgerItem {
  id: string;
  at: string;
  identityId: string;
  personId: string | null;
  personName: string;
  openid: string;
  amountFen: number;
  billNo: string;
  state: string;
  stateText: string;
  reasonCode: string | null;
  reasonText: string | null;
  /** When WeChat is asked about it again. */
  nextLookAt: string | null;
  steps: { at: string; kind: string; code: string | null; text: string }[];
}

export type Tone = 'good' | 'info' | 'warn' | 'bad' | 'idle' | 'hollow';

export const statusTones: Readonly<Record<PromotionStatus, Tone>> = {
  draft: 'hollow',
  scheduled: 'info',
  running: 'good',
  paused: 'warn',
  finished: 'hollow',
  cancelled: 'hollow',
};

/** Payouts in the order of their life; those that never became one come after. */
export const payoutStates = [
  'received',
  'sent',
  'unknown',
  'held',
  'frozen',
  'failed',
  'sending',
  'reserved',
  'refunded',
  'skipped',
] as const;

const payoutTones: Readonly<Record<string, Tone>> = {
  received: 'good',
  sent: 'info',
  sending: 'info',
  reserved: 'idle',
  unknown: 'warn',
  held: 'warn',
  frozen: 'bad',
  failed: 'bad',
  refunded: 'hollow',
  skipped: 'hollow',
};
export const payoutTone = (state: string): Tone => payoutTones[state] ?? 'idle';

/** What somebody should look at. */
export const unclear = ['unknown', 'held', 'frozen'] as const;

/** People the run looked at and who have no payout. */
export const leftOut = ['waiting', 'uncovered', 'limited', 'excluded', 'cancelled'] as const;

export function amountText(amount: Amount): string {
  if ('fixedFen' in amount) return moneyText(amount.fixedFen);
  return t('promotions.random', { min: moneyText(amount.minFen), max: moneyText(amount.maxFen) });
}

export const boundsOf = (amount: Amount): { minFen: number; maxFen: number } =>
  'fixedFen' in amount ? { minFen: amount.fixedFen, maxFen: amount.fixedFen } : amount;

/** How many packets an amount of money is good for: 「约 56–2,500 个」. */
export function packetsFor(fen: number, amount: Amount): { least: number; most: number } {
  const { minFen, maxFen } = boundsOf(amount);
  return { least: Math.floor(fen / maxFen), most: Math.floor(fen / minFen) };
}

/** 「1602…1186」 */
export const shortBill = (billNo: string): string =>
  billNo.length <= 10 ? billNo : `${billNo.slice(0, 4)}···${billNo.slice(-4)}`;

/** WeChat gives no names: the server's stand-in ends in a mark of four signs. */
export const isNamed = (name: string): boolean => !/·[0-9a-z]{4}$/i.test(name);

export const isOver = (status: PromotionStatus): boolean =>
  status === 'finished' || status === 'cancelled';
