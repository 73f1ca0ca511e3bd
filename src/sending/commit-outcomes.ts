import { insertRows, lockRows, marksFor, select, type Raw } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import { byRun, type Outcome, type SettleWorld } from './outcome';
import { quotaReset } from './quota-reset';
import { recordSendEvent } from './send-events';
import { rowAfter, settled, timelineOf } from './settled-row';
import { earlyReceipts, stateAfterReceipt, tellReceipt } from './take-receipts';
import { countAndMaybePause } from './watch-errors';

/** Only the owner of the lease may say how it ended. A late answer of a former owner is recorded and changes nothing. */
export async function ownOutcomes(
  raw: Raw,
  world: SettleWorld,
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const own: Outcome[] = [];
  for (const [runId, ofRun] of byRun(outcomes)) {
    const ids = ofRun.map((one) => one.claimed.identityId);
    const rows = await select<{ identityId: string; leaseBy: string | null; state: string }>(
      raw,
      `SELECT identityId, leaseBy, state FROM delivery
       WHERE runId = ? AND identityId IN (${marksFor(ids)})${lockRows(raw, 'wait')}`,
      [runId, ...ids],
    );
    const found = new Map(rows.map((row) => [row.identityId, row]));
    for (const outcome of ofRun) {
      const row = found.get(outcome.claimed.identityId);
      if (row?.state === 'sending' && row.leaseBy === outcome.claimed.leaseBy) own.push(outcome);
      else if (row?.state !== 'sent' && row?.state !== 'delivered') {
        const { identityId } = outcome.claimed;
        const detail = `${outcome.verdict.kind} after the lease was lost`;
        await recordSendEvent(raw, world, { runId, identityId, kind: 'late-answer', detail });
      }
    }
  }
  return own;
}

/** Deliveries, receipts that came first, timelines, the runs' shares and the account's holds: all or nothing. */
export async function settleOutcomes(
  raw: Raw,
  world: SettleWorld,
  outcomes: readonly Outcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  const early = await linkMessages(raw, outcomes);
  const rows = outcomes.map((outcome) => {
    const row = rowAfter(outcome);
    const receipt = early.get(`${row.accountId} ${row.platformMessageId ?? ''}`);
    if (receipt === undefined) return row;
    return { ...row, ...stateAfterReceipt(receipt.outcome), receiptAt: receipt.receivedAt };
  });
  await insertRows(raw, 'delivery', rows, { onConflict: ['runId', 'identityId'], update: settled });
  await insertRows(raw, 'timeline_entry', timelineOf(world, outcomes));
  for (const receipt of early.values()) await tellReceipt(raw, world, receipt);
  for (const [runId, ofRun] of byRun(outcomes)) {
    await countAndMaybePause(raw, world, runId, ofRun);
  }
  await holdAccounts(raw, world, outcomes);
  faultPoint('sending.before-outcome-commit');
}

/** Which message ids are whose; the answer says which of them have their receipt already. */
async function linkMessages(raw: Raw, outcomes: readonly Outcome[]) {
  const links = outcomes.flatMap(({ claimed, verdict }) =>
    verdict.kind === 'sent' && verdict.messageId
      ? [
          {
            accountId: claimed.accountId,
            messageId: verdict.messageId,
            runId: claimed.run.id,
            identityId: claimed.identityId,
            outcome: null,
            receivedAt: null,
          },
        ]
      : [],
  );
  await insertRows(raw, 'send_receipt', links, {
    onConflict: ['accountId', 'messageId'],
    update: ['runId', 'identityId'],
  });
  return earlyReceipts(raw, links);
}

async function holdAccounts(
  raw: Raw,
  world: SettleWorld,
  outcomes: readonly Outcome[],
): Promise<void> {
  const holds = new Map<
    string,
    { accountId: string; channel: string; untilAt: number; reason: string }
  >();
  for (const { claimed, verdict } of outcomes) {
    if (verdict.kind !== 'again' || verdict.hold === undefined) continue;
    const { channel } = claimed.run;
    const untilAt = quotaReset(world.now, verdict.hold);
    const key = `${claimed.accountId} ${channel}`;
    const known = holds.get(key);
    if (known && known.untilAt >= untilAt) continue;
    holds.set(key, { accountId: claimed.accountId, channel, untilAt, reason: verdict.reason });
    if (!known) {
      const runId = claimed.run.id;
      await recordSendEvent(raw, world, { runId, kind: 'held', detail: verdict.reason });
    }
  }
  await insertRows(raw, 'sending_hold', [...holds.values()], {
    onConflict: ['accountId', 'channel'],
    update: ['untilAt', 'reason'],
  });
}
