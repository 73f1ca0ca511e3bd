import { execute, select } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { advanceProgress } from '../kernel/work';
import { audienceSql } from './audience';
import { poolFor } from './draw-amount';
import { availableOf, lockPromotion } from './ledger';
import type { PromotionRun } from './promotion.entity';

type Part = Pick<Kit, 'db' | 'clock' | 'settings'>;

/** Writes down who the run is for, and how much it may deal out. All or nothing: a killed try leaves no trace. */
export async function freezeAudience(kit: Part, run: PromotionRun): Promise<void> {
  const [promotion] = await kit.db.read.all<{ accountId: string }>(
    `SELECT accountId FROM promotion WHERE id = ?`,
    [run.promotionId],
  );
  const members = await audienceSql(kit, run.segmentRule, promotion?.accountId ?? '');
  await kit.db.transact(async (tx) => {
    const mine = await execute(
      tx,
      `UPDATE promotion_run SET state = 'reserving' WHERE id = ? AND leaseBy = ? AND state = 'freezing'`,
      [run.id, run.leaseBy],
    );
    if (mine !== 1) return;
    await execute(
      tx,
      `INSERT INTO promotion_recipient (runId, identityId, promotionId, state)
       SELECT ?, m.identityId, ?, 'waiting' FROM (${members.sql}) m`,
      [run.id, run.promotionId, ...members.params],
    );
    const [counted] = await select<{ people: number }>(
      tx,
      `SELECT COUNT(*) AS people FROM promotion_recipient WHERE runId = ?`,
      [run.id],
    );
    const people = counted?.people ?? 0;
    const locked = await lockPromotion(tx, run.promotionId);
    const [amounts] = await select<{ minFen: number; maxFen: number }>(
      tx,
      `SELECT minFen, maxFen FROM promotion WHERE id = ?`,
      [run.promotionId],
    );
    if (!locked || !amounts) return;
    const pool = poolFor(people, availableOf(locked), amounts.minFen, amounts.maxFen);
    await execute(tx, `UPDATE promotion_run SET audience = ?, poolFen = ? WHERE id = ?`, [
      people,
      pool,
      run.id,
    ]);
    await advanceProgress(tx, run.id, { done: 0, total: people, at: kit.clock.system() });
  });
}
