import { execute, select, type Tx } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { Kit } from '../kernel/kit';
import type { Decision, Stop } from './decide';
import { moveFor, moveForStates, pausePromotion } from './give-back';
import { merchantSwitch, stopPaying } from './kill-switch';
import { lockPromotion, type LockedPromotion } from './ledger';
import { logCalls, tellTimeline } from './payout-log';
import { isFinal, mayBecome, placeOf } from './payout-states';
import type { Payout } from './payout.entity';
import { verifySteps, waitAfter } from './waits';

type Part = Pick<Kit, 'db' | 'clock' | 'newId' | 'log' | 'random'>;

export type Answer = {
  kind: 'send' | 'ask';
  code: string | null;
  tookMs: number;
  detail: string | null;
};

/**
 * Commits what an answer means: state, money, ledger, call log and timeline together. An answer whose lease
 * was lost is written down and changes nothing.
 */
export async function settlePayout(
  kit: Part,
  payout: Payout,
  decision: Decision,
  answer: Answer,
): Promise<'settled' | 'late'> {
  const outcome = await kit.db.transact(async (tx) => {
    const told = await settle(tx, kit, payout, decision, answer);
    faultPoint('payout.before-outcome-commit');
    return told;
  });
  faultPoint('payout.after-outcome-commit');
  if (decision.alarm) {
    kit.log.error(decision.alarm, { payout: payout.id, code: decision.reasonCode });
  }
  if (decision.stop?.scope === 'merchant') {
    await stopMerchant(kit, payout.merchantAccountId, decision.stop);
  }
  return outcome;
}

async function settle(
  tx: Tx,
  kit: Part,
  payout: Payout,
  given: Decision,
  answer: Answer,
): Promise<'settled' | 'late'> {
  const movesMoney = moveFor(payout, given.state) !== undefined;
  const needsLock = movesMoney || given.stop?.scope === 'promotion';
  const locked = needsLock ? await lockPromotion(tx, payout.promotionId) : undefined;
  const status = locked?.status ?? (await statusOf(tx, payout.promotionId));
  const decision = status === 'cancelled' ? withoutSending(kit, payout, given) : given;
  if (!mayBecome(payout.state, decision.state)) {
    throw new Error(`a payout cannot go from ${payout.state} to ${decision.state}`);
  }
  const isOurs = await writeDecision(tx, kit, payout, decision);
  await logCalls(tx, kit, [
    {
      payoutId: payout.id,
      kind: answer.kind,
      phase: isOurs ? 'after' : 'late',
      code: answer.code,
      state: isOurs ? decision.state : payout.state,
      tookMs: answer.tookMs,
      detail: answer.detail,
    },
  ]);
  if (!isOurs) return 'late';
  if (locked && movesMoney) {
    await moveForStates(tx, kit, locked, [{ payout, state: decision.state }]);
  }
  if (decision.state !== payout.state) await tellTimeline(tx, kit, payout, decision.state);
  await stopPromotion(tx, payout, decision, locked);
  return 'settled';
}

async function statusOf(tx: Tx, promotionId: string): Promise<string | undefined> {
  const [row] = await select<{ status: string }>(tx, `SELECT status FROM promotion WHERE id = ?`, [
    promotionId,
  ]);
  return row?.status;
}

/** A cancelled promotion sends nothing more: what was in doubt is only asked about. */
function withoutSending(kit: Part, payout: Payout, decision: Decision): Decision {
  if (decision.next?.action !== 'send') return decision;
  const now = kit.clock.business();
  if (decision.wasUnknown) {
    const at = now + waitAfter(decision.asks, kit.random);
    return { ...decision, next: { action: 'ask', at } };
  }
  return {
    ...decision,
    refusedAt: payout.refusedAt ?? now,
    next: { action: 'verify', at: now + verifySteps[0] },
  };
}

async function writeDecision(
  tx: Tx,
  kit: Part,
  payout: Payout,
  decision: Decision,
): Promise<boolean> {
  const finishedAt = isFinal(decision.state) ? kit.clock.business() : null;
  const changed = await execute(
    tx,
    `UPDATE payout
     SET state = ?, moneyPlace = ?, reasonCode = ?, nextAction = ?, nextActionAt = ?, asks = ?,
         wasUnknown = ?, notFoundAt = ?, refusedAt = ?, deliveredAt = ?, finishedAt = ?,
         leaseBy = NULL, leaseUntil = NULL, version = version + 1
     WHERE id = ? AND leaseBy = ? AND version = ?`,
    [
      decision.state,
      placeOf(decision.state, payout.moneyPlace),
      decision.reasonCode?.slice(0, 64) ?? null,
      decision.next?.action ?? null,
      decision.next?.at ?? null,
      decision.asks,
      decision.wasUnknown ? 1 : 0,
      decision.notFoundAt,
      decision.refusedAt,
      decision.deliveredAt,
      finishedAt,
      payout.id,
      payout.leaseBy,
      payout.version,
    ],
  );
  return changed === 1;
}

/** So many people refused in a row are not to blame: the merchant is. */
const suspiciousRefusals = 10;

async function stopPromotion(
  tx: Tx,
  payout: Payout,
  decision: Decision,
  locked: LockedPromotion | undefined,
): Promise<void> {
  if (locked && decision.stop?.scope === 'promotion') {
    await pausePromotion(tx, locked.id, decision.stop.reason);
    return;
  }
  if (decision.next?.action !== 'verify' || payout.nextAction === 'verify') return;
  const [row] = await select<{ refused: number; tried: number }>(
    tx,
    `SELECT SUM(CASE WHEN reasonCode = ? THEN 1 ELSE 0 END) AS refused, COUNT(*) AS tried
     FROM payout WHERE promotionId = ? AND firstSentAt IS NOT NULL`,
    [decision.reasonCode, payout.promotionId],
  );
  const refused = row?.refused ?? 0;
  if (refused >= suspiciousRefusals && refused * 2 >= (row?.tried ?? 0)) {
    await pausePromotion(tx, payout.promotionId, `refused:${decision.reasonCode ?? ''}`);
  }
}

/** Nothing of this merchant can go out: for a while, or until somebody repairs its settings. */
async function stopMerchant(kit: Part, merchantAccountId: string, stop: Stop): Promise<void> {
  await kit.db.transact(async (tx) => {
    if (stop.untilAt !== undefined) {
      const scope = merchantSwitch(merchantAccountId);
      const { reason, untilAt: endsAt } = stop;
      await stopPaying(tx, kit, { scope, reason, endsAt, decidedBy: 'system' });
      return;
    }
    const going = await select<{ id: string }>(
      tx,
      `SELECT id FROM promotion
       WHERE merchantAccountId = ? AND status IN ('running', 'scheduled') ORDER BY id`,
      [merchantAccountId],
    );
    for (const { id } of going) await pausePromotion(tx, id, stop.reason);
  });
}
