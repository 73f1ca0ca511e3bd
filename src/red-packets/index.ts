export { openRedPacketLedger, type RedPacketLedger } from './open-ledger';
export type { ExplainedHit } from './explain-hit';
export { refusals, type HitAnswer, type KeywordHit, type Refusal } from './judge-hit';
export { PayLoop } from './pay-loop';
export { openPayRail, type PayingMerchant, type PayRail } from './pay-rail';
export { redPacketOperations } from './promotions.operations';
export { registerPromotionSchedule } from './register-schedule';
export { createPromotion } from './write-promotion';
export {
  cancelPromotion,
  pauseByOperator,
  runPromotionNow,
  startPromotion,
} from './direct-promotion';
export {
  auditPromotions,
  ledgerCheck,
  type CheckedPromotion,
  type Difference,
  type LedgerReport,
} from './ledger-check';
export { askMerchant, merchantHealth, type MerchantHealth } from './merchant-health';
export { receivedFen } from './read-ledger';
export { paidToday } from './paid-today';
export { PromotionForm } from './promotion.schema';
export { LedgerEntry } from './ledger.entity';
export { KillSwitch, MerchantCounter, Payout, PayoutCall, SpendDay } from './payout.entity';
export { Promotion, PromotionRecipient, PromotionRun } from './promotion.entity';
export { promotionsUsing } from './uses-of-segment';
