import { requireAccount, type Actor } from '../kernel/access';
import { execute, select, type Tx } from '../kernel/database';
import { Conflict, NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { closeCancelled } from './close-cancelled';
import { pausePromotion } from './give-back';
import { ledgerCheck } from './ledger-check';
import { lockPromotion, moveMoney, type LockedPromotion } from './ledger';
import { openRun } from './open-run';
import type { Promotion, PromotionStatus } from './promotion.entity';
import { record } from './write-promotion';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'settings' | 'schedules' | 'bell'>;
type Held = { locked: LockedPromotion; promotion: Promotion };

/**
 * Lets a promotion run: a draft for the first time, a paused one again. One that runs is left as it is.
 * A paused one goes on where it stopped, with the same recipient, number and amount.
 */
export async function startPromotion(kit: Part, actor: Actor, id: string): Promise<void> {
  await refuseUnapproved(kit, id);
  await refuseDisagreement(kit, id);
  await kit.db.transact(async (tx) => {
    const held = await hold(tx, actor, id);
    const { status } = held.promotion;
    if (status === 'running' || status === 'scheduled') return;
    refuseOver(status);
    if (status === 'draft') await begin(tx, kit, held);
    else await resume(tx, kit, held.promotion);
    await recordStep(tx, kit, actor, 'promotion.started', held);
  });
  kit.bell.ring('payout', id);
}

/**
 * One more run now, beside the timetable. A draft is started. Refused while a run is under way, and for a
 * promotion without a timetable, which pays one round: two presses must not pay anybody twice.
 */
export async function runPromotionNow(kit: Part, actor: Actor, id: string): Promise<void> {
  await refuseUnapproved(kit, id);
  await refuseDisagreement(kit, id);
  await kit.db.transact(async (tx) => {
    const held = await hold(tx, actor, id);
    const { promotion } = held;
    refuseOver(promotion.status);
    if (promotion.status === 'paused') throw new Conflict('promotion_paused');
    const isDraft = promotion.status === 'draft';
    if (promotion.oncePer !== null) throw new Conflict('promotion_by_keyword');
    if (!isDraft && promotion.cron === null) throw new Conflict('promotion_once');
    if (isDraft) await begin(tx, kit, held);
    else if ((await openRuns(tx, id)) > 0) throw new Conflict('promotion_busy');
    if (promotion.cron !== null) {
      await openRun(tx, kit, promotion, kit.clock.business());
      await setStatus(tx, id, 'running');
    }
    await recordStep(tx, kit, actor, 'promotion.run_now', held);
  });
  kit.bell.ring('payout', id);
}

/** No new call within a second; what is on its way is finished and written down. */
export async function pauseByOperator(kit: Part, actor: Actor, id: string): Promise<void> {
  await kit.db.transact(async (tx) => {
    const held = await hold(tx, actor, id);
    const { promotion } = held;
    if (promotion.status === 'paused') return;
    refuseOver(promotion.status);
    if (promotion.status === 'draft') throw new Conflict('promotion_not_started');
    await pausePromotion(tx, id, 'operator');
    await recordStep(tx, kit, actor, 'promotion.paused', held);
  });
}

/** For ever: what was never sent is free again, what was sent stays until WeChat says what became of it. */
export async function cancelPromotion(kit: Part, actor: Actor, id: string): Promise<void> {
  await kit.db.transact(async (tx) => {
    const held = await hold(tx, actor, id);
    const { promotion } = held;
    if (promotion.status === 'cancelled') return;
    refuseOver(promotion.status);
    await setStatus(tx, id, 'cancelled');
    if (promotion.cron !== null) await kit.schedules.deactivate(tx, id);
    await recordStep(tx, kit, actor, 'promotion.cancelled', held);
  });
  await closeCancelled(kit, id);
  kit.bell.ring('payout', id);
}

async function hold(tx: Tx, actor: Actor, id: string): Promise<Held> {
  const locked = await lockPromotion(tx, id);
  const [promotion] = await select<Promotion>(tx, `SELECT * FROM promotion WHERE id = ?`, [id]);
  if (!locked || !promotion) throw new NotFound();
  requireAccount(actor, promotion.accountId);
  return { locked, promotion };
}

/** From which state to which, as the row says it after the step. */
async function recordStep(
  tx: Tx,
  kit: Part,
  actor: Actor,
  action: string,
  { promotion: { id, status } }: Held,
): Promise<void> {
  const [now] = await select<{ status: PromotionStatus }>(
    tx,
    `SELECT status FROM promotion WHERE id = ?`,
    [id],
  );
  await record(tx, kit, actor, action, id, { status }, { status: now?.status });
}

function refuseOver(status: PromotionStatus): void {
  if (status === 'finished' || status === 'cancelled') {
    throw new Conflict('promotion_over', { promotionStatus: status });
  }
}

async function refuseUnapproved(kit: Part, id: string): Promise<void> {
  const thresholdFen = kit.settings.payoutApprovalFen;
  if (thresholdFen === undefined) return;
  const [row] = await kit.db.read.all<{ budgetFen: number; status: string }>(
    `SELECT budgetFen, status FROM promotion WHERE id = ?`,
    [id],
  );
  if (row?.status === 'draft' && row.budgetFen > thresholdFen) {
    throw new Conflict('approval_required', { thresholdFen });
  }
}

/** Money does not move on books that disagree. */
async function refuseDisagreement(kit: Part, id: string): Promise<void> {
  const { ok } = await ledgerCheck(kit, { promotionId: id });
  if (!ok) throw new Conflict('ledger_difference');
}

async function begin(tx: Tx, kit: Part, { locked, promotion }: Held): Promise<void> {
  const amountFen = promotion.budgetFen;
  const now = kit.clock.business();
  if (promotion.endsAt !== null && promotion.endsAt <= now) throw new Conflict('promotion_ended');
  const fund = {
    kind: 'fund',
    from: 'outside',
    to: 'available',
    amountFen,
    payoutId: null,
  } as const;
  await moveMoney(tx, kit, locked, [fund]);
  await execute(tx, `UPDATE promotion SET startedAt = ? WHERE id = ?`, [now, promotion.id]);
  if (promotion.cron !== null) {
    await saveSchedule(tx, kit, promotion);
    await setStatus(tx, promotion.id, 'scheduled');
    return;
  }
  // One that is paid by keyword waits for people; each opens the run if it is the first.
  if (promotion.oncePer === null) await openRun(tx, kit, promotion, now);
  await setStatus(tx, promotion.id, 'running');
}

async function resume(tx: Tx, kit: Part, promotion: Promotion): Promise<void> {
  const now = kit.clock.business();
  if (promotion.cron !== null) await saveSchedule(tx, kit, promotion);
  const idle: PromotionStatus = promotion.cron === null ? 'finished' : 'scheduled';
  const isOpen = promotion.oncePer !== null || (await openRuns(tx, promotion.id)) > 0;
  await setStatus(tx, promotion.id, isOpen ? 'running' : idle);
  // Whoever was stopped in the middle is first in line again.
  await execute(
    tx,
    `UPDATE payout SET nextActionAt = createdAt
     WHERE promotionId = ? AND state = 'held' AND nextAction = 'send' AND nextActionAt <= ?`,
    [promotion.id, now],
  );
}

async function openRuns(tx: Tx, promotionId: string): Promise<number> {
  const [open] = await select<{ runs: number }>(
    tx,
    `SELECT COUNT(*) AS runs FROM promotion_run WHERE promotionId = ? AND state <> 'done'`,
    [promotionId],
  );
  return Number(open?.runs);
}

const saveSchedule = (tx: Tx, kit: Part, promotion: Promotion): Promise<void> =>
  kit.schedules.save(tx, {
    id: promotion.id,
    kind: 'promotion',
    ownerId: promotion.id,
    cron: promotion.cron ?? '',
    zone: promotion.zone ?? '',
    missed: promotion.missed ?? 'once',
    active: true,
  });

const setStatus = (tx: Tx, id: string, status: PromotionStatus): Promise<number> =>
  execute(
    tx,
    `UPDATE promotion SET status = ?, pauseReason = NULL, version = version + 1 WHERE id = ?`,
    [status, id],
  );
