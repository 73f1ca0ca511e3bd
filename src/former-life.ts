import { endLeases, type Tx } from './kernel/database';

/**
 * For a server that is alone with its database: what a killed one had in hand is taken up within seconds, by the
 * usual way. Jobs wait for their leases all the same: who dies three times of one buries it, and a server that is
 * killed again and again for another reason would bury the innocent.
 */
export async function takeUpFormerLife(tx: Tx): Promise<void> {
  const openRuns = `SELECT id FROM send_run WHERE isOpen = 1`;
  await endLeases(tx, 'delivery', `state = 'sending' AND runId IN (${openRuns})`);
  await endLeases(tx, 'promotion_run', `state IN ('freezing', 'reserving')`);
  const unended = `state IN ('reserved', 'sending', 'sent', 'unknown', 'held', 'frozen')`;
  await endLeases(tx, 'payout', `promotionId IN (SELECT id FROM promotion) AND ${unended}`);
}
