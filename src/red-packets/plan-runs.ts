import { claimRows, execute, marksFor, select } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { advanceProgress } from '../kernel/work';
import { freezeAudience } from './freeze-audience';
import { pausePromotion } from './give-back';
import { lockPromotion } from './ledger';
import type { PayRail } from './pay-rail';
import { unsettledSql } from './payout-states';
import type { PromotionRun } from './promotion.entity';
import { reserveChunk, type Reserved } from './reserve-chunk';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'random' | 'settings' | 'log'>;

const leaseMs = 30_000;
/** Then payments have their turn; a chunk takes far less. */
const turnMs = 2_000;
const mostFailures = 5;

/** Freezes audiences and reserves money for runs that are due; false when there was nothing to do. */
export async function planRuns(
  kit: Part,
  rail: PayRail,
  running: readonly string[],
): Promise<boolean> {
  if (running.length === 0) return false;
  const owner = kit.newId();
  const [run] = await claimRows<PromotionRun>(kit.db, {
    table: 'promotion_run',
    where: `state IN ('freezing', 'reserving') AND nextActionAt <= ? AND promotionId IN (${marksFor(running)})`,
    params: [kit.clock.business(), ...running],
    orderBy: 'nextActionAt, id',
    limit: 1,
    owner,
    leaseMs,
  });
  if (!run) return false;
  try {
    if (run.state === 'freezing') await freezeAudience(kit, run);
    await reserveFor(kit, rail, run);
    await giveUpLease(kit, run.id, owner);
  } catch (error) {
    await failed(kit, run, owner, error);
  }
  return true;
}

async function reserveFor(kit: Part, rail: PayRail, run: PromotionRun): Promise<void> {
  const until = kit.clock.system() + turnMs;
  let outcome: Reserved = 'more';
  while (outcome === 'more' && kit.clock.system() < until) {
    outcome = await reserveChunk(kit, rail, run);
  }
}

const giveUpLease = (kit: Part, id: string, owner: string): Promise<number> =>
  kit.db.transact((tx) =>
    execute(
      tx,
      `UPDATE promotion_run SET leaseBy = NULL, leaseUntil = NULL, failures = 0
       WHERE id = ? AND leaseBy = ?`,
      [id, owner],
    ),
  );

/** A run that cannot be planned again and again stops its promotion, with the cause for a person to read. */
async function failed(kit: Part, run: PromotionRun, owner: string, error: unknown): Promise<void> {
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  kit.log.error('promotion.plan', { run: run.id, cause });
  const failures = run.failures + 1;
  await kit.db.transact(async (tx) => {
    const isOver = failures >= mostFailures;
    await execute(
      tx,
      `UPDATE promotion_run
       SET failures = ?, lastError = ?, nextActionAt = ?, leaseBy = NULL, leaseUntil = NULL
       WHERE id = ? AND leaseBy = ?`,
      [
        isOver ? 0 : failures,
        cause.slice(0, 255),
        kit.clock.business() + 2_000 * failures,
        run.id,
        owner,
      ],
    );
    if (isOver) await pausePromotion(tx, run.promotionId, 'plan_failed');
  });
}

type Paying = {
  id: string;
  promotionId: string;
  audience: number;
  decided: number;
  isOpen: number;
  waitsToSend: number;
  shown: number | null;
};

/** Shows how far running runs are, and closes those that have nothing left to send. */
export async function closeRuns(kit: Part): Promise<void> {
  await finishSpent(kit);
  const runs = await kit.db.read.all<Paying>(
    `SELECT r.id, r.promotionId, r.audience, r.decided,
            EXISTS (SELECT 1 FROM payout p WHERE p.runId = r.id AND ${unsettledSql}) AS isOpen,
            (SELECT COUNT(*) FROM payout p WHERE p.runId = r.id AND p.state = 'reserved') AS waitsToSend,
            g.done AS shown
     FROM promotion_run r JOIN promotion m ON m.id = r.promotionId
     LEFT JOIN progress g ON g.id = r.id
     WHERE r.state = 'paying' AND m.status IN ('running', 'cancelled')`,
  );
  for (const run of runs) {
    const isDone = run.isOpen === 0;
    const total = run.audience;
    const done = isDone ? total : Math.max(0, total - run.waitsToSend);
    if (!isDone && done === run.shown) continue;
    await kit.db.transact(async (tx) => {
      const at = kit.clock.system();
      await advanceProgress(tx, run.id, { done, total, at, state: isDone ? 'done' : 'running' });
      if (!isDone) return;
      const locked = await lockPromotion(tx, run.promotionId);
      await execute(
        tx,
        `UPDATE promotion_run SET state = 'done' WHERE id = ? AND state = 'paying'`,
        [run.id],
      );
      const [open] = await select<{ runs: number }>(
        tx,
        `SELECT COUNT(*) AS runs FROM promotion_run WHERE promotionId = ? AND state <> 'done'`,
        [run.promotionId],
      );
      if (locked?.status === 'cancelled') {
        await execute(
          tx,
          `UPDATE promotion_recipient SET state = 'cancelled' WHERE runId = ? AND state = 'waiting'`,
          [run.id],
        );
      }
      if (locked?.status !== 'running' || Number(open?.runs) > 0) return;
      await execute(
        tx,
        `UPDATE promotion SET status = CASE WHEN cron IS NULL THEN 'finished' ELSE 'scheduled' END
         WHERE id = ? AND status = 'running'`,
        [run.promotionId],
      );
    });
  }
}

/**
 * Paid by keyword: over once its whole budget was received or its last moment has passed, and nothing can come
 * back into it.
 */
async function finishSpent(kit: Part): Promise<void> {
  const spent = await kit.db.read.all<{ id: string }>(
    `SELECT id FROM promotion
     WHERE status = 'running' AND oncePer IS NOT NULL AND reservedFen + inFlightFen = 0
       AND (budgetFen - paidFen < minFen OR endsAt <= ?)`,
    [kit.clock.business()],
  );
  for (const { id } of spent) {
    await kit.db.transact(async (tx) => {
      await lockPromotion(tx, id);
      await execute(
        tx,
        `UPDATE promotion SET status = 'finished'
         WHERE id = ? AND status = 'running' AND reservedFen + inFlightFen = 0`,
        [id],
      );
      await execute(tx, `UPDATE promotion_run SET state = 'done' WHERE promotionId = ?`, [id]);
    });
  }
}
