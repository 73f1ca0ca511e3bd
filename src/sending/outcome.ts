import type { Raw, Tx } from '../kernel/database';
import type { NewId } from '../kernel/ids';
import type { Claimed } from './claim-deliveries';
import type { Verdict } from './judge-answer';
import type { SendOrigin } from './send-run.entity';

/** How one try ended; `at` is business time. */
export type Outcome = { claimed: Claimed; verdict: Verdict; at: number };

/** A run changed by itself: finished, or paused because it went badly. Runs in the transaction of the change. */
export type RunChange = {
  runId: string;
  origin: SendOrigin;
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

/** Outcomes by the run they belong to. */
export function byRun(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const group = groups.get(outcome.claimed.run.id);
    if (group) group.push(outcome);
    else groups.set(outcome.claimed.run.id, [outcome]);
  }
  return groups;
}
