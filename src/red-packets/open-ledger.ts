import type { AccountBook } from '../accounts';
import type { Kit } from '../kernel/kit';
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
    check: (options) => ledgerCheck(kit, options),
  };
}
