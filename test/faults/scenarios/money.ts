import type { Cluster } from '../../support/cluster';
import { eventually, newKey, pause, type JsonClient } from '../../support/json-client';
import { checkMoney, lookAtBudgets, makePromotion } from '../check-money';
import { press } from '../check-messages';
import { askPoints, payPoints, reservePoints } from '../points';
import { partsOf, type Scene } from '../scene';

const minute = 60_000;

const badDays = [
  ['red-packet-send', 'reset-mid-reply', 0.03],
  ['red-packet-send', 'err_code:SYSTEMERROR-accepted', 0.03],
  ['red-packet-send', 'err_code:SYSTEMERROR-refused', 0.03],
  ['red-packet-send', 'half-body', 0.02],
  ['red-packet-send', 'http-502-html-accepted', 0.02],
  ['red-packet-send', 'reset-before-accept', 0.02],
  ['red-packet-send', 'timeout-after-accept', 0.01],
  ['red-packet-send', 'processing-then-sent', 0.01],
  ['red-packet-send', 'processing-then-failed', 0.01],
  ['red-packet-send', 'sticky-sending', 0.01],
  ['red-packet-query', 'not-found-lie', 0.15],
  ['red-packet-query', 'half-body', 0.02],
] as const;

export type MoneyTroubles = {
  /** Called once when paying has begun. */
  beside?: () => void;
  /** After the deaths, before the calm. */
  before?: () => Promise<void>;
  randomKills: number;
};

/** Red packets while processes die at every named point of reserving, paying and asking. */
export async function money(
  scene: Scene,
  cluster: Cluster,
  troubles: MoneyTroubles,
): Promise<void> {
  const { webs, workers } = partsOf(cluster);
  await cluster.syncFollowers();
  const segmentId = await cluster.everybody();
  const openids = await followers(cluster);
  for (const [where, kind, rate] of badDays) {
    await cluster.driver('POST', '/faults', { op: 'add', where, kind, rate, seed: scene.seed });
  }
  scene.beside(500, () => lookAtBudgets(scene, cluster));
  const start = async (name: string) => {
    const budgetFen = scene.recipients * 200;
    const id = await makePromotion(cluster, segmentId, name, {
      amount: { minFen: 100, maxFen: 300 },
      budgetFen,
    });
    const api: JsonClient = (method, path) => cluster.api(method, path, undefined, newKey());
    await press(api, `/api/v1/promotions/${id}/start`);
  };

  const [first] = workers;
  if (!first) return;
  const [before, after] = reservePoints;
  for (const worker of workers) if (worker !== first) await worker.kill();
  await scene.dieAt(first, before, { isReady: () => start('first') });
  // Alone it takes its run up again at once. Where others could hold it, its lease comes first: meanwhile it dies
  // in a second one.
  const second = workers.length > 1 ? { isReady: () => start('second') } : {};
  await scene.dieAt(first, after, second);
  troubles.beside?.();

  let extra = 0;
  const keepBusy = async () => {
    const [left] = await cluster.sql.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM payout WHERE state = 'reserved'`,
    );
    const [open] = await cluster.sql.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM promotion_run WHERE state IN ('freezing', 'reserving')`,
    );
    if (Number(left?.n) + Number(open?.n) * 100 > 30) return;
    extra += 1;
    await start(`more ${extra}`);
  };
  const deaths = scene.mixed(payPoints).map((point) => {
    const isPerPayout = point !== 'payout.after-claim';
    return `${point}:${isPerPayout ? scene.random(1, 25) : scene.random(1, 3)}`;
  });
  for (const [place, fault] of deaths.entries()) {
    const worker = workers[place % workers.length];
    if (!worker) continue;
    await scene.dieAt(worker, fault, { meanwhile: keepBusy });
    if (workers.length > 1) await scene.everybodyRuns([worker]);
  }
  await scene.everybodyRuns(cluster.members);
  await troubles.before?.();
  for (const fault of scene.mixed(askPoints)) {
    await dieAsking(scene, cluster, `${fault}:${scene.random(1, 3)}`);
  }
  for (let n = 0; n < troubles.randomKills; n += 1) {
    await pause(scene.random(100, 1_500));
    await scene.killAtRandom(scene.pick(cluster.members));
    await scene.everybodyRuns(cluster.members);
  }
  await scene.everybodyRuns([...webs, ...workers]);

  await settle(cluster, `state IN ('reserved', 'sending', 'unknown', 'held')`);
  const opened = await openPackets(scene, cluster, openids);
  scene.figures['people who opened'] = opened;
  await cluster.advance(25 * 60 * minute);
  for (const fault of [
    ...askPoints,
    'payout.before-outcome-commit',
    'payout.after-outcome-commit',
  ]) {
    await dieAsking(scene, cluster, `${fault}:${scene.random(1, 20)}`);
  }
  await scene.everybodyRuns(cluster.members);
  await cluster.driver('POST', '/faults', { op: 'clear' });
  await settle(cluster, `state NOT IN ('received', 'refunded', 'failed', 'skipped')`);
  await scene.endBackground();
  await lookAtBudgets(scene, cluster);
  await checkMoney(scene, cluster);
  for (const member of cluster.members) await scene.mustLive(member);
  scene.pointsWere([...reservePoints, ...payPoints, ...askPoints]);
}

async function followers(cluster: Cluster): Promise<string[]> {
  const rows = await cluster.sql.all<{ externalId: string }>(`SELECT externalId FROM identity`);
  return rows.map((row) => row.externalId);
}

/** Dies while asking: time is moved to whenever the next question is due. */
async function dieAsking(scene: Scene, cluster: Cluster, fault: string): Promise<void> {
  const { workers } = partsOf(cluster);
  const worker = scene.pick(workers);
  for (const other of workers) if (other !== worker) await other.kill();
  await scene.dieAt(worker, fault, {
    withinMs: 90_000,
    meanwhile: () =>
      toNextLook(cluster, `state NOT IN ('received', 'refunded', 'failed', 'skipped')`),
  });
}

/** Moves business time to when the next waiting payout is looked at; nothing when one is due already. */
async function toNextLook(cluster: Cluster, which: string): Promise<void> {
  const [row] = await cluster.sql.all<{ due: number | null }>(
    `SELECT MIN(nextActionAt) AS due FROM payout WHERE nextAction IS NOT NULL AND ${which}`,
  );
  if (!row?.due) return;
  const { nowMs } = await cluster.driver<{ nowMs: number }>('GET', '/clock');
  const wait = row.due - nowMs;
  if (wait > 1_000) await cluster.advance(Math.max(wait, 10 * minute));
}

async function settle(cluster: Cluster, which: string): Promise<void> {
  await eventually(
    `no payout is left where ${which}`,
    async () => {
      const [open] = await cluster.sql.all<{ n: number }>(
        `SELECT COUNT(*) AS n FROM payout WHERE ${which}`,
      );
      const [runs] = await cluster.sql.all<{ n: number }>(
        `SELECT COUNT(*) AS n FROM promotion_run WHERE state IN ('freezing', 'reserving')`,
      );
      if (Number(open?.n) + Number(runs?.n) === 0) return true;
      await toNextLook(cluster, which);
      return false;
    },
    300_000,
    400,
  );
}

/** Two in three open everything they got. */
async function openPackets(
  scene: Scene,
  cluster: Cluster,
  openids: readonly string[],
): Promise<number> {
  const curious = openids.filter(() => scene.random(1, 3) > 1);
  const waiting = [...curious];
  const lane = async () => {
    for (let openid = waiting.pop(); openid !== undefined; openid = waiting.pop()) {
      for (;;) {
        const isOpened = await cluster.driver('POST', `/people/${openid}/open-packet`, {}).then(
          () => true,
          () => false,
        );
        if (!isOpened) break;
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return curious.length;
}
