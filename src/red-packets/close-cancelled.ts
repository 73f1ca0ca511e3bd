import { execute, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { moveForStates } from './give-back';
import { lockPromotion } from './ledger';
import { logCalls } from './payout-log';
import { payoutFrom, type PayoutRow } from './payout-row';
import type { Payout } from './payout.entity';
import { verifySteps } from './waits';

type Part = Pick<Kit, 'db' | 'clock' | 'newId'>;

const chunkSize = 200;

/** Gives back the money of everybody whom a cancelled promotion has not sent anything; resumable. */
export async function closeCancelled(kit: Part, promotionId: string): Promise<void> {
  for (;;) {
    const closed = await kit.db.transact((tx) => closeChunk(tx, kit, promotionId));
    if (closed < chunkSize) return;
  }
}

/** Cancelled promotions that still have something to close; a killed cancel leaves some. */
export async function cancelledWithRest(kit: Pick<Kit, 'db'>): Promise<string[]> {
  const rows = await kit.db.read.all<{ id: string }>(
    `SELECT m.id FROM promotion m
     WHERE m.status = 'cancelled' AND EXISTS (
       SELECT 1 FROM payout p
       WHERE p.promotionId = m.id AND p.state IN ('reserved', 'unknown', 'held') AND p.nextAction = 'send')`,
  );
  return rows.map((row) => row.id);
}

async function closeChunk(tx: Tx, kit: Part, promotionId: string): Promise<number> {
  const locked = await lockPromotion(tx, promotionId);
  if (locked?.status !== 'cancelled') return 0;
  await execute(
    tx,
    `UPDATE promotion_recipient SET state = 'cancelled' WHERE promotionId = ? AND state = 'waiting'`,
    [promotionId],
  );
  await execute(
    tx,
    `UPDATE promotion_run SET state = 'paying'
     WHERE promotionId = ? AND state IN ('freezing', 'reserving', 'open')`,
    [promotionId],
  );
  const rows = await select<PayoutRow>(
    tx,
    `SELECT * FROM payout
     WHERE promotionId = ? AND state IN ('reserved', 'unknown', 'held') AND nextAction = 'send'
     ORDER BY id LIMIT ${String(chunkSize)}`,
    [promotionId],
  );
  const skipped: Payout[] = [];
  for (const payout of rows.map(payoutFrom)) {
    if (await close(tx, kit, payout)) skipped.push(payout);
  }
  await moveForStates(
    tx,
    kit,
    locked,
    skipped.map((payout) => ({ payout, state: 'skipped' as const })),
  );
  await logCalls(
    tx,
    kit,
    skipped.map(({ id }) => ({
      payoutId: id,
      kind: 'state',
      phase: 'none',
      code: 'cancelled',
      state: 'skipped',
    })),
  );
  return rows.length;
}

/** True when nothing was ever sent, so that the money is free at once; the others are asked about first. */
async function close(tx: Tx, kit: Part, payout: Payout): Promise<boolean> {
  const now = kit.clock.business();
  if (payout.tries > 0) {
    await execute(
      tx,
      `UPDATE payout
       SET nextAction = ?, nextActionAt = ?, refusedAt = COALESCE(refusedAt, ?), version = version + 1
       WHERE id = ? AND version = ?`,
      [payout.wasUnknown ? 'ask' : 'verify', now + verifySteps[0], now, payout.id, payout.version],
    );
    return false;
  }
  const changed = await execute(
    tx,
    `UPDATE payout
     SET state = 'skipped', moneyPlace = 'available', reasonCode = 'cancelled', nextAction = NULL,
         nextActionAt = NULL, finishedAt = ?, leaseBy = NULL, leaseUntil = NULL, version = version + 1
     WHERE id = ? AND version = ?`,
    [now, payout.id, payout.version],
  );
  return changed === 1;
}
