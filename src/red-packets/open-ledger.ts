import type { AccountBook } from '../accounts';
import type { Kit } from '../kernel/kit';
import { explainHit, type ExplainedHit } from './explain-hit';
import type { HitAnswer, KeywordHit } from './judge-hit';
import { payForKeyword } from './pay-for-keyword';
import { PayLoop } from './pay-loop';
import { askMerchant, merchantHealth, type MerchantHealth } from './merchant-health';
import { openPayRail, type PayRail } from './pay-rail';
import { ledgerCheck, type LedgerReport } from './ledger-check';
import { receivedFen } from './read-ledger';
import { registerPromotionSchedule } from './register-schedule';

export type RedPacketLedger = {
  /** Runs in worker roles: `start` after wiring, `stop` before the database closes. */
  readonly payLoop: PayLoop;
  /** What identities received, for people's pages. */
  readonly receivedFen: (identityIds: string[]) => Promise<Map<string, number>>;
  readonly merchants: {
    health(accountId: string): Promise<MerchantHealth>;
    ask(accountId: string, appId: string): Promise<{ isGood: boolean; code: string } | undefined>;
  };
  /** For who says a keyword: reserves at most once for a message, and explains without reserving. */
  readonly keyword: {
    pay(hit: KeywordHit): Promise<HitAnswer>;
    explain(hit: Parameters<typeof explainHit>[1]): Promise<ExplainedHit>;
  };
  readonly check: (options?: { promotionId?: string }) => Promise<LedgerReport>;
};

/** Joins the red packets to the world: timetables, the loop that pays, and the merchants of `book`. */
export function openRedPacketLedger(
  kit: Kit,
  book: AccountBook,
  rail: PayRail = openPayRail(kit, book),
): RedPacketLedger {
  registerPromotionSchedule(kit);
  return {
    payLoop: new PayLoop(kit, rail),
    receivedFen: (identityIds) => receivedFen(kit.db, identityIds),
    merchants: {
      health: (accountId) => merchantHealth(kit, accountId),
      ask: (accountId, appId) => askMerchant(kit, rail, accountId, appId),
    },
    keyword: {
      pay: (hit) => payForKeyword(kit, rail, hit),
      explain: (hit) => explainHit(kit, hit),
    },
    check: (options) => ledgerCheck(kit, options),
  };
}
