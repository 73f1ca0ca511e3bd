import { databaseNow, execute, select, type Db, type Raw } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import {
  claimInDoubt,
  claimQueued,
  renewLeases,
  type Claimed,
  type Lease,
} from './claim-deliveries';
import { ownOutcomes, settleOutcomes } from './commit-outcomes';
import type { Outcome, SettleWorld } from './outcome';
import type { Turn, TurnWanted } from './lane';
import { heldUntil, readOpenRuns, type LaneKey, type OpenRun } from './open-runs';
import { dropSomeQueued } from './send-runs';

/** A delivery whose owner is silent for this long is taken up by another; owners renew four times as often. */
export const leaseMs = 20_000;
/** How often rows in doubt are looked for while there is other work, ms of system time. */
const doubtEveryMs = 1_000;

export type TurnParts = {
  db: Db;
  /** Both clocks, epoch ms. */
  clock: { business(): number; system(): number };
  world: () => SettleWorld;
};

/** One lane's turns. The whole of a turn may run twice after a deadlock: it changes nothing but rows. */
export function openTurns(parts: TurnParts, key: LaneKey): (wanted: TurnWanted) => Promise<Turn> {
  let lookedForDoubtAt = 0;
  return async (wanted) => {
    const { outcomes } = wanted;
    const systemNow = parts.clock.system();
    const looksForDoubt = outcomes.length === 0 || systemNow - lookedForDoubtAt >= doubtEveryMs;
    const turn = await parts.db.group((raw) =>
      takeTurn(raw, parts.world(), { ...wanted, key, looksForDoubt }),
    );
    if (looksForDoubt) lookedForDoubtAt = systemNow;
    if (outcomes.length > 0) faultPoint('sending.after-outcome-commit');
    if (turn.claimed.length > 0) faultPoint('sending.after-claim');
    return turn;
  };
}

type Wanted = TurnWanted & { key: LaneKey; looksForDoubt: boolean };

async function takeTurn(raw: Raw, world: SettleWorld, wanted: Wanted): Promise<Turn> {
  await settleOutcomes(raw, world, await ownOutcomes(raw, world, wanted.outcomes));
  const isHeld = (await heldUntil(raw, wanted.key)) > world.now;
  const clock = await databaseNow(raw);
  const lease: Lease = {
    owner: world.newId(),
    databaseNow: clock,
    untilAt: clock + leaseMs,
    now: world.now,
  };
  await renewLeases(raw, lease, wanted.underWay);
  const claimed: Claimed[] = [];
  const runs = await readOpenRuns(raw, wanted.key);
  const share = fairShare(runs, wanted.room);
  for (const run of runs) {
    const left = isHeld ? 0 : Math.min(share(run), wanted.room - claimed.length);
    claimed.push(...(await serveRun(raw, world, run, lease, { ...wanted, room: left, isHeld })));
  }
  return { claimed, isHeld };
}

/** Single messages take what they need; campaigns share the rest evenly. */
function fairShare(runs: readonly OpenRun[], room: number): (run: OpenRun) => number {
  const campaigns = runs.filter(
    (run) => run.origin === 'campaign' && run.state === 'running',
  ).length;
  return (run) => (run.origin === 'campaign' ? Math.ceil(room / Math.max(1, campaigns)) : room);
}

async function serveRun(
  raw: Raw,
  world: SettleWorld,
  run: OpenRun,
  lease: Lease,
  wanted: Wanted & { isHeld: boolean },
): Promise<Claimed[]> {
  if (run.state === 'cancelled') await dropSomeQueued(raw, run.id);
  const doubt = wanted.looksForDoubt
    ? await claimInDoubt(raw, run, lease, wanted.room)
    : { claimed: [], closed: [] };
  await settleOutcomes(
    raw,
    world,
    doubt.closed.map((claimed) => nobodyKnows(claimed, world.now)),
  );
  const room = wanted.room - doubt.claimed.length;
  if (run.state === 'running' && room > 0) {
    const { claimed, looked } = await claimQueued(raw, run, lease, room);
    if (looked > 0) return [...doubt.claimed, ...claimed];
  }
  if (doubt.claimed.length === 0) await closeIfDone(raw, world, run);
  return doubt.claimed;
}

const nobodyKnows = (claimed: Claimed, at: number): Outcome => ({
  claimed,
  verdict: { kind: 'ended', state: 'unknown', reason: 'no-answer', errcode: null },
  at,
});

/** A run is over when nothing is queued or under way, in whichever process. */
async function closeIfDone(raw: Raw, world: SettleWorld, run: OpenRun): Promise<void> {
  const [open] = await select<{ found: number }>(
    raw,
    `SELECT 1 AS found FROM delivery WHERE runId = ? AND state IN ('queued', 'sending') LIMIT 1`,
    [run.id],
  );
  if (open) return;
  const changed = await execute(
    raw,
    `UPDATE send_run SET isOpen = 0, finishedAt = ?,
     state = CASE state WHEN 'cancelled' THEN 'cancelled' ELSE 'finished' END WHERE id = ? AND isOpen = 1`,
    [world.now, run.id],
  );
  if (changed === 0 || run.state === 'cancelled') return;
  await world.onRunChange(raw, {
    runId: run.id,
    origin: run.origin,
    state: 'finished',
    reason: null,
  });
}
