import { z } from 'zod';
import { pageOf, pageQuery } from '../kernel/http';

/** What one packet may hold: WeChat asks for a scene below 1 and above 200 yuan. */
export const leastFen = 30;
export const mostFen = 50_000;
export const sceneFreeFen = { least: 100, most: 20_000 };

const mostBudgetFen = 10_000_000_000;
const fen = (most = mostBudgetFen) => z.int().min(1).max(most);
const packetFen = z.int().min(leastFen).max(mostFen);

/** WeChat limits these by length; bytes are the safe reading. Edge blanks and control characters break signatures. */
const words = (mostBytes: number) =>
  z
    .string()
    .min(1)
    .max(mostBytes)
    .refine((value) => Buffer.byteLength(value) <= mostBytes, {
      params: { code: 'too_many_bytes', maximum: mostBytes },
    })
    .refine((value) => value === value.trim(), {
      params: { code: 'blanks_at_edges' },
    })
    .refine((value) => !/[\p{Cc}\p{Surrogate}\ufffe\uffff]/u.test(value), {
      params: { code: 'control_characters' },
    });

const Amount = z.union([
  z.strictObject({ fixedFen: packetFen }),
  z
    .strictObject({ minFen: packetFen, maxFen: packetFen })
    .refine(({ minFen, maxFen }) => minFen <= maxFen, {
      path: ['maxFen'],
      params: { code: 'below_least' },
    }),
]);

const Timetable = z.strictObject({
  cron: z.string().min(9).max(64),
  zone: z.string().min(1).max(64),
  missed: z.enum(['skip', 'once', 'ask']).optional(),
});

const fields = {
  name: z
    .string()
    .trim()
    .min(1)
    .max(64)
    .refine((value) => !/[\p{Cc}\p{Surrogate}\ufffe\uffff]/u.test(value), {
      params: { code: 'control_characters' },
    }),
  /** Needed unless it pays by keyword; then it says who may be paid. */
  segmentId: z.string().min(1).max(26).nullish(),
  /** Pays whoever hits a reply rule that names it, once or once a day, instead of an audience. */
  oncePer: z.enum(['promotion', 'day']).nullish(),
  /** Until when it pays by keyword; without one until the budget is used up. */
  endsAt: z.iso.datetime({ offset: true }).nullish(),
  mchId: z.string().min(1).max(32),
  appId: z.string().min(1).max(64),
  amount: Amount,
  budgetFen: fen(),
  perPersonFen: fen().nullish(),
  perDayFen: fen().nullish(),
  schedule: Timetable.nullish(),
  senderName: words(32).optional(),
  wish: words(128).optional(),
  activityName: words(32).optional(),
  remark: words(255).optional(),
  sceneId: z
    .string()
    .regex(/^PRODUCT_[1-8]$/)
    .nullish(),
  /** That the operator read WeChat's rule against rewarding follows and shares. */
  acknowledgement: z.boolean().optional(),
};

type Checked = {
  segmentId?: string | null | undefined;
  oncePer?: string | null | undefined;
  schedule?: object | null | undefined;
  endsAt?: string | null | undefined;
  amount: z.output<typeof Amount>;
  budgetFen: number;
  perPersonFen?: number | null | undefined;
  perDayFen?: number | null | undefined;
  sceneId?: string | null | undefined;
};

/** Equal bounds for a fixed amount. */
export const boundsOf = (amount: z.output<typeof Amount>): { minFen: number; maxFen: number } =>
  'fixedFen' in amount ? { minFen: amount.fixedFen, maxFen: amount.fixedFen } : amount;

function checkTogether(value: Checked, ctx: z.RefinementCtx): void {
  const { minFen, maxFen } = boundsOf(value.amount);
  const refuse = (path: string, code: string) =>
    ctx.addIssue({ code: 'custom', path: [path], params: { code } });
  const needsScene = minFen < sceneFreeFen.least || maxFen > sceneFreeFen.most;
  if (needsScene && !value.sceneId) refuse('sceneId', 'scene_needed');
  if (!value.oncePer && !value.segmentId) refuse('segmentId', 'segment_needed');
  if (value.oncePer && value.schedule) refuse('schedule', 'keyword_has_no_timetable');
  if (!value.oncePer && value.endsAt) refuse('endsAt', 'only_by_keyword');
  if (value.budgetFen < minFen) refuse('budgetFen', 'less_than_one_packet');
  if (value.perPersonFen && value.perPersonFen < minFen) {
    refuse('perPersonFen', 'less_than_one_packet');
  }
  if (value.perDayFen && value.perDayFen < minFen) refuse('perDayFen', 'less_than_one_packet');
}

export const PromotionForm = z.strictObject(fields).superRefine(checkTogether);
export type PromotionForm = z.output<typeof PromotionForm>;

export const byId = z.strictObject({ id: z.string().min(1).max(26) });

export const PromotionView = z.object({
  id: z.string(),
  name: z.string(),
  segmentId: z.string().nullable(),
  oncePer: z.enum(['promotion', 'day']).nullable(),
  endsAt: z.string().nullable(),
  mchId: z.string(),
  appId: z.string(),
  accountId: z.string(),
  merchantAccountId: z.string(),
  amount: z.union([
    z.object({ fixedFen: z.number() }),
    z.object({ minFen: z.number(), maxFen: z.number() }),
  ]),
  budgetFen: z.number(),
  perPersonFen: z.number().nullable(),
  perDayFen: z.number().nullable(),
  schedule: z.object({ cron: z.string(), zone: z.string(), missed: z.string() }).nullable(),
  nextRunAt: z.string().nullable(),
  senderName: z.string(),
  wish: z.string(),
  activityName: z.string(),
  remark: z.string(),
  sceneId: z.string().nullable(),
  acknowledged: z.boolean(),
  /** Codes of what an operator should know before starting. */
  warnings: z.array(z.object({ code: z.string(), text: z.string() })),
  status: z.enum(['draft', 'scheduled', 'running', 'paused', 'finished', 'cancelled']),
  pauseReason: z.object({ code: z.string(), text: z.string() }).nullable(),
  /** Received by their people. */
  paidFen: z.number(),
  /** Every payout that is not final yet. */
  reservedFen: z.number(),
  /** Came back unopened so far; spendable again. */
  refundedFen: z.number(),
  availableFen: z.number(),
  /** Of `reservedFen`, what WeChat has delivered and nobody opened yet. */
  deliveredFen: z.number(),
  recipients: z.record(z.string(), z.number()),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
});
export type PromotionView = z.output<typeof PromotionView>;

export const PromotionPage = pageOf(PromotionView);
export const PromotionQuery = pageQuery.extend({
  status: z.enum(['draft', 'scheduled', 'running', 'paused', 'finished', 'cancelled']).optional(),
  payBy: z.enum(['audience', 'keyword']).optional(),
});

export const LedgerItem = z.object({
  id: z.string(),
  at: z.string(),
  identityId: z.string(),
  personId: z.string().nullable(),
  personName: z.string(),
  openid: z.string(),
  amountFen: z.number(),
  billNo: z.string(),
  state: z.string(),
  stateText: z.string(),
  reasonCode: z.string().nullable(),
  reasonText: z.string().nullable(),
  /** When WeChat is asked about it again. */
  nextLookAt: z.string().nullable(),
  steps: z.array(
    z.object({ at: z.string(), kind: z.string(), code: z.string().nullable(), text: z.string() }),
  ),
});
export const LedgerPage = pageOf(LedgerItem);
export const LedgerQuery = pageQuery.extend({ state: z.string().max(16).optional() });

const Stop = z.object({
  /** `operator`, or the code of WeChat Pay that stopped it. */
  reason: z.string(),
  by: z.string(),
  since: z.string(),
  /** When it ends by itself. */
  endsAt: z.string().nullable(),
});
export const StopsView = z.object({
  /** Everything stands still; null when it does not. */
  everything: Stop.nullable(),
  merchants: z.array(Stop.extend({ mchId: z.string() })),
});

export const SwitchForm = z.strictObject({ mchId: z.string().min(1).max(32).optional() });
