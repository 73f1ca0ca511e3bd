import { execute, insertRows, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { hashOfLine, type LedgerAccount, type LedgerKind } from './ledger-line';

export type Move = {
  kind: LedgerKind;
  from: LedgerAccount;
  to: LedgerAccount;
  amountFen: number;
  payoutId: string | null;
};

/** The balances of a promotion and the head of its ledger, read under its lock. */
export type LockedPromotion = {
  id: string;
  accountId: string;
  merchantAccountId: string;
  status: string;
  budgetFen: number;
  reservedFen: number;
  inFlightFen: number;
  paidFen: number;
  refundedFen: number;
  ledgerSeq: number;
  ledgerHash: string;
};

export const availableOf = (promotion: {
  budgetFen: number;
  reservedFen: number;
  inFlightFen: number;
  paidFen: number;
}): number =>
  promotion.budgetFen - promotion.reservedFen - promotion.inFlightFen - promotion.paidFen;

/**
 * Everybody who moves money of a promotion goes through its row, one after the other. It is always the
 * first lock of a transaction; several promotions are locked in the order of their ids.
 */
export async function lockPromotion(tx: Tx, id: string): Promise<LockedPromotion | undefined> {
  await execute(tx, `UPDATE promotion SET version = version + 1 WHERE id = ?`, [id]);
  const [row] = await select<LockedPromotion>(
    tx,
    `SELECT id, accountId, merchantAccountId, status, budgetFen, reservedFen, inFlightFen, paidFen,
            refundedFen, ledgerSeq, ledgerHash
     FROM promotion WHERE id = ?`,
    [id],
  );
  return row;
}

const balances = ['reservedFen', 'inFlightFen', 'paidFen'] as const;
const balanceOf: Partial<Record<LedgerAccount, (typeof balances)[number]>> = {
  reserved: 'reservedFen',
  'in-flight': 'inFlightFen',
  paid: 'paidFen',
};

/**
 * Writes ledger lines and the balances they make, in one go: neither exists without the other. Refuses to
 * reserve more than is available, and a balance below zero, by failing the transaction.
 */
export async function moveMoney(
  tx: Tx,
  kit: Pick<Kit, 'newId' | 'clock'>,
  promotion: LockedPromotion,
  moves: readonly Move[],
): Promise<void> {
  if (moves.length === 0) return;
  const change = { reservedFen: 0, inFlightFen: 0, paidFen: 0 };
  let refunded = 0;
  let seq = promotion.ledgerSeq;
  let prevHash = promotion.ledgerHash;
  const at = kit.clock.business();
  const rows = moves.map(({ kind, from, to, amountFen, payoutId }) => {
    if (!Number.isSafeInteger(amountFen) || amountFen <= 0)
      throw new RangeError('a move of no money');
    const taken = balanceOf[from];
    const given = balanceOf[to];
    if (taken) change[taken] -= amountFen;
    if (given) change[given] += amountFen;
    if (kind === 'refund') refunded += amountFen;
    seq += 1;
    const line = {
      promotionId: promotion.id,
      seq,
      kind,
      fromAccount: from,
      toAccount: to,
      amountFen,
      payoutId,
      at,
      prevHash,
    };
    prevHash = hashOfLine(line);
    return { id: kit.newId(), ...line, hash: prevHash };
  });
  await insertRows(tx, 'ledger_entry', rows);
  const changed = await execute(
    tx,
    `UPDATE promotion
     SET reservedFen = reservedFen + ?, inFlightFen = inFlightFen + ?, paidFen = paidFen + ?,
         refundedFen = refundedFen + ?, ledgerSeq = ?, ledgerHash = ?
     WHERE id = ? AND ledgerSeq = ?
       AND reservedFen + ? >= 0 AND inFlightFen + ? >= 0 AND paidFen + ? >= 0
       AND reservedFen + inFlightFen + paidFen + ? <= budgetFen`,
    [
      change.reservedFen,
      change.inFlightFen,
      change.paidFen,
      refunded,
      seq,
      prevHash,
      promotion.id,
      promotion.ledgerSeq,
      change.reservedFen,
      change.inFlightFen,
      change.paidFen,
      change.reservedFen + change.inFlightFen + change.paidFen,
    ],
  );
  if (changed !== 1) throw new Error('the money of a promotion does not add up: nothing was moved');
  for (const name of balances) promotion[name] += change[name];
  promotion.refundedFen += refunded;
  promotion.ledgerSeq = seq;
  promotion.ledgerHash = prevHash;
}
