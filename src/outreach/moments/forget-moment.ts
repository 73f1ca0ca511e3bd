import { execute, type Tx } from '../../kernel/database';
import { endIfSettled } from '../settle';
import { moveMoment, type MomentRow } from './moment-kit';

/** Cancelled before WeCom heard of it, or where nobody knows what to take back. */
export async function forgetMoment(tx: Tx, moment: MomentRow, at: number): Promise<boolean> {
  const { outreachId } = moment;
  const from = ['queued', 'unknown'] as const;
  if (!(await moveMoment(tx, outreachId, from, { state: 'cancelled', at }))) return false;
  await execute(
    tx,
    `UPDATE outreach_recipient SET state = ?, changedAt = ? WHERE outreachId = ? AND state = 'queued'`,
    [moment.state === 'unknown' ? 'unknown' : 'cancelled', at, outreachId],
  );
  await endIfSettled(tx, outreachId, at);
  return true;
}
