import { recordChange, type Actor } from '../kernel/access';
import { execute, insertRows, select, type Tx } from '../kernel/database';
import { Conflict, InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { weComLimits } from '../channels/wecom';
import { audienceSql, freezeAudience, membersOf, outsidersSql, type Wanted } from './audience';
import { capRuleOf, capWindows } from './mass-cap';
import { freezeMoment } from './moments/freeze-moment';
import { findMoment } from './moments/moment-kit';
import {
  aboutOrder,
  audit,
  enqueueOne,
  findOutreach,
  jobs,
  visibleOutreach,
  type OutreachKit,
  type OutreachParts,
} from './outreach-kit';
import { endIfSettled } from './settle';

/** Starts a draft now, or has it start at its time. What is under way stays as it is. */
export async function startOutreach(
  kit: Kit,
  parts: OutreachParts,
  actor: Actor,
  id: string,
): Promise<void> {
  const { accountId, status } = await visibleOutreach(kit, actor, id);
  if (status === 'cancelled') throw new Conflict('outreach_over');
  parts.book.weComOrThrow(accountId);
  const now = kit.clock.business();
  const isDue = await kit.db.transact(async (tx) => {
    const [draft] = await select<{ startsAt: number | null; segmentId: string | null }>(
      tx,
      `SELECT startsAt, segmentId FROM outreach WHERE id = ? AND status = 'draft'`,
      [id],
    );
    if (!draft) return false;
    const rule = await ruleNow(tx, draft.segmentId);
    const startsAt = Math.max(now, draft.startsAt ?? now);
    const changed = await execute(
      tx,
      `UPDATE outreach SET status = 'scheduled', rule = ?, startsAt = ?, updatedAt = ?
       WHERE id = ? AND status = 'draft'`,
      [rule, startsAt, now, id],
    );
    if (changed === 0) return false;
    await enqueueOne(
      kit,
      tx,
      jobs.start,
      { key: id, accountId, payload: { outreachId: id } },
      startsAt,
    );
    await recordChange(tx, actor, audit(kit, 'started', id));
    return startsAt <= now;
  });
  // The work row would do it too; doing it here makes the answer show the audience.
  if (isDue) await freezeOutreach(kit, id);
  kit.work.ring();
}

async function ruleNow(tx: Tx, segmentId: string | null): Promise<string | null> {
  if (segmentId === null) return null;
  const sql = `SELECT rule FROM segment WHERE id = ?`;
  const [row] = await select<{ rule: string }>(tx, sql, [segmentId]);
  if (!row) throw new InvalidInput('segment_unknown', { path: 'segmentId' });
  return row.rule;
}

/** The list as it is now, and an order for every rep on it; once, however often it is called. */
export async function freezeOutreach(kit: OutreachKit, id: string): Promise<void> {
  const found = await findOutreach(kit.db.read, id);
  if (found?.status !== 'scheduled') return;
  const now = kit.clock.business();
  const { accountId, rule } = found;
  const moment = found.kind === 'moment' ? await findMoment(kit.db.read, id) : undefined;
  const wanted = {
    accountId,
    members: await membersOf(kit, rule),
    caps: capWindows(await capRuleOf(kit.db.read, accountId), now),
  };
  await kit.db.transact(async (tx) => {
    const changed = await execute(
      tx,
      `UPDATE outreach SET status = 'running', frozenAt = ?, updatedAt = ?
       WHERE id = ? AND status = 'scheduled'`,
      [now, now, id],
    );
    if (changed === 0) return;
    if (moment) await freezeMoment(kit, tx, moment, now);
    else await freezeMessage(kit, tx, id, wanted, now);
    await endIfSettled(tx, id, now);
  });
  kit.work.ring();
}

async function freezeMessage(
  kit: OutreachKit,
  tx: Tx,
  id: string,
  wanted: Wanted,
  now: number,
): Promise<void> {
  await freezeAudience(tx, id, audienceSql(wanted), now);
  const outside = outsidersSql(wanted);
  if (outside) {
    const [row] = await select<{ n: number | string }>(tx, outside.text, outside.params);
    const outsiders = Number(row?.n ?? 0);
    await execute(tx, `UPDATE outreach SET outsiders = ? WHERE id = ?`, [outsiders, id]);
  }
  await makeOrders(kit, tx, { id, accountId: wanted.accountId }, now);
}

async function makeOrders(
  kit: OutreachKit,
  tx: Tx,
  { id: outreachId, accountId }: { id: string; accountId: string },
  now: number,
): Promise<void> {
  const reps = await select<{ userId: string; n: number | string }>(
    tx,
    `SELECT userId, COUNT(*) AS n FROM outreach_recipient
     WHERE outreachId = ? AND state = 'queued' GROUP BY userId ORDER BY userId`,
    [outreachId],
  );
  for (const { userId, n } of reps) {
    const most = weComLimits.massMessage.customers;
    for (let part = 0; part * most < Number(n); part += 1) {
      const id = kit.newId();
      const people = await takePart(tx, { outreachId, userId, orderId: id }, most);
      await insertRows(tx, 'outreach_order', [
        {
          ...{ id, outreachId, accountId, userId, part, people, state: 'queued', reason: null },
          ...{ messageId: null, askedAt: null, looks: 0, confirmedAt: null, reminders: '[]' },
          ...{ polledAt: null, changedAt: now },
        },
      ]);
      await enqueueOne(kit, tx, jobs.order, aboutOrder({ id, accountId }), now);
    }
  }
}

/** The next so many of a rep's customers who are in no order yet. */
async function takePart(
  tx: Tx,
  { outreachId, userId, orderId }: { outreachId: string; userId: string; orderId: string },
  most: number,
): Promise<number> {
  const theirs = `outreachId = ? AND userId = ? AND state = 'queued' AND orderId IS NULL`;
  const [after] = await select<{ identityId: string }>(
    tx,
    `SELECT identityId FROM outreach_recipient WHERE ${theirs}
     ORDER BY identityId LIMIT 1 OFFSET ${String(most)}`,
    [outreachId, userId],
  );
  return execute(
    tx,
    `UPDATE outreach_recipient SET orderId = ? WHERE ${theirs}${after ? ' AND identityId < ?' : ''}`,
    [orderId, outreachId, userId, ...(after ? [after.identityId] : [])],
  );
}
