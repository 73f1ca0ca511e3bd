import { insertOnce, select, type Tx } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { Kit } from '../kernel/kit';
import { membersAmong } from '../segments';
import { chinaDay } from './china-day';
import { dealChunk } from './deal-chunk';
import {
  judgeHit,
  runDueAt,
  type HitAnswer,
  type KeywordHit,
  type MayPay,
  type Terms,
} from './judge-hit';
import { availableOf, lockPromotion, type LockedPromotion } from './ledger';
import type { PayRail, PayingMerchant } from './pay-rail';
import { stopForMerchant } from './reserve-chunk';
import { lockDay, merchantScope, promotionScope, spendOnDay } from './spend-day';
import { writePayouts } from './write-payouts';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'random' | 'settings' | 'bell'>;

/**
 * Reserves one red packet for somebody who hit a rule, or says why not. May be called again for the same message:
 * it is paid once and answered the same.
 */
export async function payForKeyword(kit: Part, rail: PayRail, hit: KeywordHit): Promise<HitAnswer> {
  const seen = await judgeHit(kit.db.read, kit, hit);
  if (seen.code !== 'may') return seen;
  if (!(await isInAudience(kit, seen.terms, hit.identityId))) return { code: 'not_eligible' };
  const answer = await kit.db.transact(async (tx): Promise<HitAnswer> => {
    const locked = await lockPromotion(tx, hit.promotionId);
    if (!locked) return { code: 'over' };
    const judged = await judgeHit(tx, kit, hit);
    if (judged.code !== 'may') return judged;
    const merchant = rail.merchant(locked.merchantAccountId);
    if (!merchant) {
      await stopForMerchant(tx, locked.id);
      return { code: 'paused' };
    }
    const reserved = await reserve(tx, kit, { locked, merchant, judged, cause: hit.cause });
    faultPoint('payout.before-reserve-commit');
    return reserved;
  });
  faultPoint('payout.after-reserve-commit');
  if (answer.code === 'paid') kit.bell.ring('payout', hit.promotionId);
  return answer;
}

/** Without a segment everybody is. */
export async function isInAudience(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  { segmentId }: Pick<Terms, 'segmentId'>,
  identityId: string,
): Promise<boolean> {
  if (segmentId === '') return true;
  const world = { now: kit.clock.business(), zone: kit.settings.orgZone };
  const found = await membersAmong(kit.db.read, world, [segmentId], [identityId]);
  return found.get(identityId)?.has(segmentId) === true;
}

type Reserving = {
  locked: LockedPromotion;
  merchant: PayingMerchant;
  judged: MayPay;
  cause: string;
};

async function reserve(
  tx: Tx,
  kit: Part,
  { locked, merchant, judged, cause }: Reserving,
): Promise<HitAnswer> {
  const { terms, recipient, hasFen } = judged;
  const { minFen, maxFen, perPersonFen, perDayFen } = terms;
  const day = chinaDay(kit.clock.business());
  const days = [
    { scope: promotionScope(locked.id), cap: perDayFen },
    { scope: merchantScope(locked.merchantAccountId), cap: kit.settings.dailyPayoutCapFen },
  ];
  let dayRoomFen = Number.MAX_SAFE_INTEGER;
  for (const { scope, cap } of days) {
    dayRoomFen = Math.min(dayRoomFen, await lockDay(tx, scope, day, cap));
  }
  const poolFen = availableOf(locked);
  const limits = {
    ...{ minFen, maxFen, poolFen, perPersonFen, dayRoomFen },
    // As many as the rest is good for on average: the draws use the budget up.
    people: Math.max(1, Math.floor((2 * poolFen) / (minFen + maxFen))),
    hasFen: new Map([[recipient.personId, hasFen]]),
  };
  const { amounts, totalFen, isDayFull } = dealChunk([recipient], limits, kit.random);
  const [dealt] = amounts;
  if (!dealt) return { code: isDayFull ? 'used_up_today' : 'used_up' };
  for (const { scope, cap } of days) await spendOnDay(tx, scope, day, totalFen, cap);
  const runId = await runFor(tx, kit, terms);
  await writePayouts(tx, kit, { locked, merchant, runId, amounts, cause });
  return { code: 'paid', amountFen: dealt.amountFen };
}

/** Whoever comes first opens it. One payout for an identity in a run is what the table's unique key allows. */
async function runFor(tx: Tx, kit: Part, terms: Terms): Promise<string> {
  const dueAt = runDueAt(terms, kit.clock.business());
  const key = { promotionId: terms.id, dueAt };
  const fresh = {
    ...{ id: kit.newId(), ...key, state: 'open', segmentRule: '' },
    ...{ audience: 0, decided: 0, poolFen: 0, nextActionAt: dueAt, failures: 0 },
    ...{ lastError: null, leaseBy: null, leaseUntil: null, createdAt: kit.clock.system() },
  };
  await insertOnce(tx, 'promotion_run', fresh, ['promotionId', 'dueAt']);
  const [run] = await select<{ id: string }>(
    tx,
    `SELECT id FROM promotion_run WHERE promotionId = ? AND dueAt = ?`,
    [terms.id, dueAt],
  );
  return run?.id ?? fresh.id;
}
