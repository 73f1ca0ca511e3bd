import { execute, marksFor, select, type Tx } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { Kit } from '../kernel/kit';
import { advanceProgress } from '../kernel/work';
import { chinaDay, nextChinaMidnight } from './china-day';
import { dealChunk, type Dealt, type Waiting } from './deal-chunk';
import { availableOf, lockPromotion, type LockedPromotion } from './ledger';
import type { PayRail } from './pay-rail';
import type { Promotion, PromotionRun, RecipientState } from './promotion.entity';
import { lockDay, merchantScope, promotionScope, spendOnDay } from './spend-day';
import { writePayouts } from './write-payouts';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'random' | 'settings'>;

/** `more`: call again; `done`: everybody is decided; `stopped`: paused, or not ours; `tomorrow`: the day is full. */
export type Reserved = 'more' | 'done' | 'stopped' | 'tomorrow';

const chunkSize = 200;

/**
 * Decides for the next people of a run: payout rows with their numbers and frozen requests, the ledger's lines and
 * the budget's balance, in one transaction. Killed at any point it continues where the last commit ended.
 */
export async function reserveChunk(kit: Part, rail: PayRail, run: PromotionRun): Promise<Reserved> {
  const outcome = await kit.db.transact(async (tx): Promise<Reserved> => {
    const locked = await lockPromotion(tx, run.promotionId);
    if (locked?.status !== 'running') return 'stopped';
    const merchant = rail.merchant(locked.merchantAccountId);
    if (!merchant) return stopForMerchant(tx, locked.id);
    const [ours] = await select<PromotionRun>(
      tx,
      `SELECT * FROM promotion_run WHERE id = ? AND leaseBy = ? AND state = 'reserving'`,
      [run.id, run.leaseBy],
    );
    if (!ours) return 'stopped';
    const chunk = await nextWaiting(tx, run.id);
    if (chunk.length === 0) return finish(tx, kit, run.id);
    const deal = await decide(tx, kit, locked, ours, chunk);
    await writeRecipients(tx, run.id, deal.decided);
    await writePayouts(tx, kit, { locked, merchant, runId: ours.id, amounts: deal.amounts });
    const decided = ours.decided + deal.decided.length;
    const nextActionAt = deal.isDayFull
      ? nextChinaMidnight(kit.clock.business())
      : kit.clock.business();
    await execute(
      tx,
      `UPDATE promotion_run SET poolFen = poolFen - ?, decided = ?, nextActionAt = ? WHERE id = ?`,
      [deal.totalFen, decided, nextActionAt, run.id],
    );
    await advanceProgress(tx, run.id, { done: 0, at: kit.clock.system() });
    faultPoint('payout.before-reserve-commit');
    return deal.isDayFull ? 'tomorrow' : 'more';
  });
  faultPoint('payout.after-reserve-commit');
  return outcome;
}

export async function stopForMerchant(tx: Tx, promotionId: string): Promise<Reserved> {
  await execute(
    tx,
    `UPDATE promotion SET status = 'paused', pauseReason = 'merchant_missing' WHERE id = ?`,
    [promotionId],
  );
  return 'stopped';
}

async function finish(tx: Tx, kit: Part, runId: string): Promise<Reserved> {
  await execute(tx, `UPDATE promotion_run SET state = 'paying', nextActionAt = ? WHERE id = ?`, [
    kit.clock.business(),
    runId,
  ]);
  return 'done';
}

const nextWaiting = (tx: Tx, runId: string): Promise<Waiting[]> =>
  select<Waiting>(
    tx,
    `SELECT r.identityId, i.personId, i.externalId AS openid, i.state AS channelState, i.optedOutAt
     FROM promotion_recipient r JOIN identity i ON i.id = r.identityId
     WHERE r.runId = ? AND r.state = 'waiting' ORDER BY r.identityId LIMIT ${chunkSize}`,
    [runId],
  );

type Amounts = Pick<Promotion, 'minFen' | 'maxFen' | 'perPersonFen' | 'perDayFen'>;

async function decide(
  tx: Tx,
  kit: Part,
  locked: LockedPromotion,
  run: PromotionRun,
  chunk: Waiting[],
): Promise<Dealt> {
  const [amounts] = await select<Amounts>(
    tx,
    `SELECT minFen, maxFen, perPersonFen, perDayFen FROM promotion WHERE id = ?`,
    [locked.id],
  );
  if (!amounts) throw new Error('a promotion vanished under its lock');
  const day = chinaDay(kit.clock.business());
  const ofPromotion = await lockDay(tx, promotionScope(locked.id), day, fen(amounts.perDayFen));
  const cap = kit.settings.dailyPayoutCapFen;
  const ofMerchant = await lockDay(tx, merchantScope(locked.merchantAccountId), day, cap);
  const perPersonFen = fen(amounts.perPersonFen);
  const limits = {
    minFen: amounts.minFen,
    maxFen: amounts.maxFen,
    poolFen: Math.min(run.poolFen, availableOf(locked)),
    people: run.audience - run.decided,
    perPersonFen,
    hasFen: perPersonFen === null ? new Map() : await shares(tx, locked.id, chunk),
    dayRoomFen: Math.min(ofPromotion, ofMerchant),
  };
  const dealt = dealChunk(chunk, limits, kit.random);
  await spendOnDay(tx, promotionScope(locked.id), day, dealt.totalFen, fen(amounts.perDayFen));
  await spendOnDay(tx, merchantScope(locked.merchantAccountId), day, dealt.totalFen, cap);
  return dealt;
}

const fen = (value: number | null): number | null => (value === null ? null : value);

/** What these people have from this promotion already; what came back or was never paid does not count. */
async function shares(tx: Tx, promotionId: string, chunk: Waiting[]): Promise<Map<string, number>> {
  const persons = [...new Set(chunk.map((recipient) => recipient.personId))];
  const rows = await select<{ personId: string; fen: number }>(
    tx,
    `SELECT i.personId, SUM(p.amountFen) AS fen FROM identity i JOIN payout p ON p.identityId = i.id
     WHERE i.personId IN (${marksFor(persons)}) AND p.promotionId = ?
       AND p.state NOT IN ('failed', 'skipped', 'refunded')
     GROUP BY i.personId`,
    [...persons, promotionId],
  );
  return new Map(rows.map((row) => [row.personId, row.fen]));
}

async function writeRecipients(tx: Tx, runId: string, decided: Dealt['decided']): Promise<void> {
  const byState = new Map<RecipientState, string[]>();
  for (const { identityId, state } of decided) {
    byState.set(state, [...(byState.get(state) ?? []), identityId]);
  }
  for (const [state, ids] of byState) {
    await execute(
      tx,
      `UPDATE promotion_recipient SET state = ? WHERE runId = ? AND identityId IN (${marksFor(ids)})`,
      [state, runId, ...ids],
    );
  }
}
