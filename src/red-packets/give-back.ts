import { execute, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { moveMoney, type LockedPromotion, type Move } from './ledger';
import type { MoneyPlace, PayoutState } from './payout-states';
import { placeOf } from './payout-states';
import { giveBackToDay, merchantScope, promotionScope } from './spend-day';

type Moved = {
  id: string;
  amountFen: number;
  moneyPlace: MoneyPlace;
  chinaDay: string;
};

/** What the new state of a payout means for its money; undefined when it stays where it is. */
export function moveFor(payout: Moved, state: PayoutState): Move | undefined {
  const to = placeOf(state, payout.moneyPlace);
  if (to === payout.moneyPlace) return undefined;
  const kind =
    to === 'in-flight'
      ? 'deliver'
      : to === 'paid'
        ? 'pay'
        : state === 'refunded'
          ? 'refund'
          : 'release';
  return { kind, from: payout.moneyPlace, to, amountFen: payout.amountFen, payoutId: payout.id };
}

/** Moves the money of payouts that change their state, under the promotion's lock. */
export async function moveForStates(
  tx: Tx,
  kit: Pick<Kit, 'newId' | 'clock'>,
  promotion: LockedPromotion,
  changes: readonly { payout: Moved; state: PayoutState }[],
): Promise<void> {
  const moves = changes.map(({ payout, state }) => moveFor(payout, state));
  await moveMoney(
    tx,
    kit,
    promotion,
    moves.filter((move) => move !== undefined),
  );
  for (const { payout, state } of changes) {
    if (state !== 'failed' && state !== 'skipped') continue;
    await giveBackToDay(tx, promotionScope(promotion.id), payout.chinaDay, payout.amountFen);
    await giveBackToDay(
      tx,
      merchantScope(promotion.merchantAccountId),
      payout.chinaDay,
      payout.amountFen,
    );
  }
}

/** Stops one promotion; false when it was not going anyway. */
export async function pausePromotion(tx: Tx, id: string, reason: string): Promise<boolean> {
  const changed = await execute(
    tx,
    `UPDATE promotion SET status = 'paused', pauseReason = ?, version = version + 1
     WHERE id = ? AND status IN ('running', 'scheduled')`,
    [reason.slice(0, 64), id],
  );
  if (changed === 1) {
    await execute(
      tx,
      `UPDATE schedule SET active = 0, nextDueAt = NULL WHERE kind = 'promotion' AND ownerId = ?`,
      [id],
    );
  }
  return changed === 1;
}
