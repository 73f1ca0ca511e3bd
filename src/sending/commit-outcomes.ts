import {
  execute,
  insertRows,
  lockRows,
  marksFor,
  select,
  type Raw,
  type Scalar,
  type Tx,
} from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { NewId } from '../kernel/ids';
import type { Claimed } from './claim-deliveries';
import type { DeliveryState } from './delivery.entity';
import type { Verdict } from './judge-answer';
import { quotaReset } from './quota-reset';
import { recordSendEvent } from './send-events';
import { earlyReceipts, stateAfterReceipt, tellReceipt } from './take-receipts';

/** How one try ended; `at` is business time. */
export type Outcome = { claimed: Claimed; verdict: Verdict; at: number };

/** A run changed by itself: finished, or paused because it went badly. Runs in the transaction of the change. */
export type RunChange = {
  runId: string;
  origin: 'campaign' | 'reply' | 'test';
  state: 'finished' | 'paused';
  reason: string | null;
};
export type OnRunChange = (at: Tx | Raw, change: RunChange) => Promise<void>;

export type SettleWorld = {
  newId: NewId;
  /** Business time, epoch ms. */
  now: number;
  /** Errors in a hundred ended calls that pause a run. */
  pausePercent: number;
  onRunChange: OnRunChange;
};

/** Below this many ended calls a share says nothing. */
export const leastOutcomes = 50;

/** Only the owner of the lease may say how it ended. A late answer of a former owner is recorded and changes nothing. */
export async function ownOutcomes(
  raw: Raw,
  world: SettleWorld,
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const own: Outcome[] = [];
  for (const [runId, ofRun] of groupBy(outcomes, (one) => one.claimed.run.id)) {
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
  for (const [runId, ofRun] of groupBy(outcomes, (one) => one.claimed.run.id)) {
    await countAndMaybePause(raw, world, runId, ofRun);
  }
  await holdAccounts(raw, world, outcomes);
  faultPoint('sending.before-outcome-commit');
}

const settled = [
  'state',
  'reason',
  'errcode',
  'platformMessageId',
  'leaseBy',
  'leaseUntil',
  'firstSentAt',
  'sentAt',
  'receiptAt',
  'dueAt',
] as const;

type SettledRow = Record<(typeof settled)[number], Scalar> & {
  runId: string;
  identityId: string;
  accountId: string;
  tries: number;
  state: DeliveryState;
  platformMessageId: string | null;
};

function rowAfter({ claimed, verdict, at }: Outcome): SettledRow {
  const row: SettledRow = {
    runId: claimed.run.id,
    identityId: claimed.identityId,
    accountId: claimed.accountId,
    state: 'sent',
    reason: null,
    errcode: null,
    platformMessageId: null,
    tries: claimed.tries,
    leaseBy: null,
    leaseUntil: null,
    firstSentAt: claimed.firstSentAt,
    sentAt: null,
    receiptAt: null,
    dueAt: claimed.dueAt,
  };
  if (verdict.kind === 'sent') {
    return { ...row, platformMessageId: verdict.messageId, sentAt: at };
  }
  const why = { reason: verdict.reason, errcode: verdict.errcode };
  if (verdict.kind === 'ended') return { ...row, ...why, state: verdict.state };
  const dueAt = at + verdict.afterMs;
  return verdict.inDoubt
    ? { ...row, ...why, state: 'sending', dueAt }
    : { ...row, ...why, state: 'queued', dueAt, firstSentAt: null };
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

function timelineOf(world: SettleWorld, outcomes: readonly Outcome[]) {
  return outcomes.flatMap(({ claimed, verdict, at }) => {
    const told =
      verdict.kind === 'sent' ? 'sent' : verdict.kind === 'ended' ? verdict.state : undefined;
    const { run, identityId, accountId } = claimed;
    if (told === undefined || told === 'skipped' || run.channel !== 'template') return [];
    const params = {
      campaignId: run.campaignId,
      runId: run.id,
      deliveryId: `${run.id}.${identityId}`,
      title: run.title,
      outcome: told,
      ...(verdict.kind === 'ended' ? { reason: verdict.reason } : {}),
    };
    return [
      {
        id: world.newId(),
        identityId,
        accountId,
        at,
        kind: 'template-sent',
        params: JSON.stringify(params),
        refKind: 'send-run',
        refId: run.id,
      },
    ];
  });
}

const isError = ({ verdict }: Outcome) => verdict.kind === 'ended' && verdict.state !== 'skipped';

async function countAndMaybePause(
  raw: Raw,
  world: SettleWorld,
  runId: string,
  outcomes: readonly Outcome[],
): Promise<void> {
  const errors = outcomes.filter(isError).length;
  const calls = outcomes.filter(({ verdict }) => verdict.kind === 'sent').length + errors;
  if (calls > 0) {
    await execute(
      raw,
      `UPDATE send_run SET outcomes = outcomes + ?, errors = errors + ? WHERE id = ?`,
      [calls, errors, runId],
    );
  }
  const asked = outcomes.find(({ verdict }) => verdict.kind === 'again' && verdict.pause);
  if (asked?.verdict.kind === 'again') {
    await pauseByItself(raw, world, runId, asked.verdict.reason);
  } else if (calls > 0) {
    await pauseOnErrors(raw, world, runId);
  }
}

/** Pauses a running run whose errors passed their share. */
async function pauseOnErrors(raw: Raw | Tx, world: SettleWorld, runId: string): Promise<void> {
  const [run] = await select<{ outcomes: number; errors: number }>(
    raw,
    `SELECT outcomes, errors FROM send_run WHERE id = ? AND state = 'running' AND origin = 'campaign'`,
    [runId],
  );
  if (!run || run.outcomes < leastOutcomes) return;
  if (run.errors * 100 > run.outcomes * world.pausePercent) {
    await pauseByItself(raw, world, runId, 'too-many-errors');
  }
}

async function pauseByItself(
  at: Raw | Tx,
  world: SettleWorld,
  runId: string,
  reason: string,
): Promise<void> {
  const changed = await execute(
    at,
    `UPDATE send_run SET state = 'paused', pauseReason = ? WHERE id = ? AND state = 'running'`,
    [reason, runId],
  );
  if (changed === 0) return;
  await recordSendEvent(at, world, { runId, kind: 'paused', detail: reason });
  await world.onRunChange(at, { runId, origin: 'campaign', state: 'paused', reason });
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

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}
