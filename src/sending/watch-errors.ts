import { execute, select, type Raw } from '../kernel/database';
import type { Outcome, SettleWorld } from './outcome';
import { recordSendEvent } from './send-events';

/** Below this many ended calls a share says nothing. */
export const leastOutcomes = 50;

const isError = ({ verdict }: Outcome) => verdict.kind === 'ended' && verdict.state !== 'skipped';

/** Counts what ended, and pauses the run when that went too badly or only an operator can help. */
export async function countAndMaybePause(
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
async function pauseOnErrors(raw: Raw, world: SettleWorld, runId: string): Promise<void> {
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
  at: Raw,
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
