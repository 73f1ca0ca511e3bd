import { execute, insertRows, select, type Tx } from '../../kernel/database';
import { freezeAudience } from '../audience';
import { enqueueOne, jobs, type OutreachKit } from '../outreach-kit';
import { momentAudienceSql, momentRepsSql } from './moment-audience';
import { aboutMoment, type MomentRow } from './moment-kit';

/** Who may see it as of now, a part for every rep, and one order for all of them. */
export async function freezeMoment(
  kit: OutreachKit,
  tx: Tx,
  moment: MomentRow,
  now: number,
): Promise<void> {
  const { outreachId, accountId } = moment;
  await freezeAudience(tx, outreachId, momentAudienceSql(moment, now), now);
  const { text, params } = momentRepsSql(moment);
  const reps = await select<{ userId: string; n: number | string }>(tx, text, params);
  const rows = reps.map(({ userId, n }) => ({
    ...{ id: kit.newId(), outreachId, accountId, userId, part: 0, people: Number(n) },
    ...{ state: 'queued', reason: null, messageId: null, askedAt: null, looks: 0 },
    ...{ confirmedAt: null, reminders: '[]', polledAt: null, changedAt: now },
  }));
  if (rows.length === 0) return;
  await insertRows(tx, 'outreach_order', rows);
  await execute(
    tx,
    `UPDATE outreach_recipient SET orderId = (SELECT o.id FROM outreach_order o
       WHERE o.outreachId = outreach_recipient.outreachId AND o.userId = outreach_recipient.userId)
     WHERE outreachId = ? AND state = 'queued'`,
    [outreachId],
  );
  await enqueueOne(kit, tx, jobs.orderMoment, aboutMoment(moment), now);
}
