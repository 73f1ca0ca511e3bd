import type { Cluster } from '../../support/cluster';
import { eventually, pause } from '../../support/json-client';
import { checkMessages, makeCampaign, press } from '../check-messages';
import { tokenRefreshes } from '../count-tokens';
import { freezePoints, sendingPoints } from '../points';
import { partsOf, type Scene } from '../scene';

/** What goes wrong at WeChat while we send. */
const badDays = [
  ['reset-mid-reply', 0.03],
  ['half-json', 0.02],
  ['http-502-html-accepted', 0.02],
  ['reset-before-accept', 0.02],
  ['timeout-after-accept', 0.01],
  ['slow:300', 0.03],
] as const;

export type MessageTroubles = {
  /** Between two steps of the scenario: what else breaks, Redis for instance. */
  beside?: () => void;
  randomKills: number;
};

/** Template messages while processes die at every named point of freezing, ticking and sending. */
export async function messages(
  scene: Scene,
  cluster: Cluster,
  troubles: MessageTroubles,
): Promise<void> {
  const { webs, workers } = partsOf(cluster);
  const [web] = webs;
  if (!web) return;
  await cluster.syncFollowers();
  const segmentId = await cluster.everybody();
  await badDay(scene, cluster);
  let thefts = 0;
  troubles.beside?.();

  for (const point of freezePoints) {
    await scene.dieAt(web, point, {
      isReady: async () => {
        const id = await makeCampaign(cluster, segmentId, point);
        await press(cluster.apiOf(web), `/api/v1/campaigns/${id}/start`);
      },
    });
  }
  await scene.everybodyRuns(webs);

  let extra = 0;
  const keepBusy = async () => {
    const [left] = await cluster.sql.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM delivery WHERE state = 'queued'`,
    );
    if (Number(left?.n) > scene.recipients / 10) return;
    extra += 1;
    const id = await makeCampaign(cluster, segmentId, `more ${extra}`);
    await press(cluster.api, `/api/v1/campaigns/${id}/start`);
  };
  await eventually(
    'work to die in',
    async () => {
      await keepBusy();
      return true;
    },
    60_000,
  );
  const deaths = scene.mixed(sendingPoints).map((point) => {
    const isPerMessage = point.endsWith('-call');
    return `${point}:${isPerMessage ? scene.random(1, 40) : scene.random(1, 3)}`;
  });
  for (const [place, fault] of deaths.entries()) {
    const worker = workers[place % workers.length];
    if (!worker) continue;
    if (place % 4 === 1) {
      // Another process of somebody's fetched a token: all of ours are worth nothing from now on.
      await cluster.driver('POST', `/accounts/${cluster.account.appId}/steal-token`);
      thefts += 1;
    }
    await scene.dieAt(worker, fault, { meanwhile: keepBusy });
    if (workers.length > 1) await scene.everybodyRuns([worker]);
  }
  await scene.everybodyRuns(cluster.members);
  await tick(scene, cluster, segmentId);

  for (let n = 0; n < troubles.randomKills; n += 1) {
    await keepBusy().catch(() => undefined);
    await pause(scene.random(100, 1_500));
    const victim = scene.pick(cluster.members);
    await scene.killAtRandom(victim);
    await scene.everybodyRuns(cluster.members);
  }

  await scene.endBackground();
  await goodDay(cluster);
  await everythingEnds(cluster);
  await checkMessages(scene, cluster, scene.recipients);
  await checkTokens(scene, cluster, thefts);
  for (const member of cluster.members) await scene.mustLive(member);
  scene.pointsWere([...freezePoints, ...sendingPoints, 'tick.before-commit']);
}

async function badDay(scene: Scene, cluster: Cluster): Promise<void> {
  for (const [kind, rate] of badDays) {
    const fault = { op: 'add', where: 'template-send', kind, rate, seed: scene.seed };
    await cluster.driver('POST', '/faults', fault);
  }
}

const goodDay = (cluster: Cluster) => cluster.driver('POST', '/faults', { op: 'clear' });

export async function everythingEnds(cluster: Cluster): Promise<void> {
  await eventually(
    'every delivery ended',
    async () => {
      const [open] = await cluster.sql.all<{ n: number }>(
        `SELECT COUNT(*) AS n FROM delivery WHERE state IN ('queued', 'sending')`,
      );
      const [frozen] = await cluster.sql.all<{ n: number }>(
        `SELECT COUNT(*) AS n FROM campaign_run WHERE frozenAt IS NULL`,
      );
      return Number(open?.n) + Number(frozen?.n) === 0;
    },
    240_000,
    500,
  );
}

/** A timetable comes due while everybody who keeps time dies of it: it fires once, and late. */
async function tick(scene: Scene, cluster: Cluster, segmentId: string): Promise<void> {
  const { workers } = partsOf(cluster);
  const now = async () => (await cluster.driver<{ nowMs: number }>('GET', '/clock')).nowMs;
  // Once an hour, and so far ahead that no time which really passes reaches it.
  const at = (new Date(await now()).getUTCMinutes() + 40) % 60;
  const schedule = { cron: `${at} * * * *`, zone: 'Asia/Shanghai', missed: 'once' };
  const id = await makeCampaign(cluster, segmentId, 'timetable', schedule);
  await press(cluster.api, `/api/v1/campaigns/${id}/start`);
  const { nextRunAt } = await cluster.api<{ nextRunAt: string }>('GET', `/api/v1/campaigns/${id}`);
  const dueAt = Date.parse(nextRunAt);
  // What waits for a repeat would outlive WeChat's memory when the clock jumps: it ends first, and an
  // unlucky one would take all of its ten minutes while WeChat goes on answering badly.
  await goodDay(cluster);
  await everythingEnds(cluster);
  await badDay(scene, cluster);
  for (const worker of workers) await worker.kill();
  for (const worker of workers) worker.launch({ FAULT: 'tick.before-commit' });
  for (const worker of workers) await worker.ready().catch(() => undefined);
  await cluster.advance(dueAt - (await now()) + 2_000);
  for (const worker of workers) {
    const ended = await worker.end(30_000);
    if (ended?.signal === 'SIGKILL') scene.struck('tick.before-commit');
    else await worker.kill();
  }
  await cluster.advance(2 * 60_000);
  await scene.everybodyRuns(cluster.members);
  await eventually(
    'the tick fired after all',
    async () => {
      const rows = await cluster.sql.all(`SELECT id FROM campaign_run WHERE campaignId = ?`, [id]);
      return rows.length > 0;
    },
    30_000,
  );
  await pause(2_000);
  const runs = await cluster.sql.all<{ dueAt: number }>(
    `SELECT dueAt FROM campaign_run WHERE campaignId = ? AND dueAt <= ?`,
    [id, dueAt + 60_000],
  );
  scene.promise(runs.length === 1, `one tick made ${runs.length} runs`);
  scene.promise(Number(runs[0]?.dueAt) === dueAt, 'the run is not the one of the timetable');
  scene.figures['runs of one tick'] = runs.length;
}

/** One refresh for each time a token was taken away or forgotten, not one for each call that met it. */
async function checkTokens(scene: Scene, cluster: Cluster, thefts: number): Promise<void> {
  const refreshes = await tokenRefreshes(cluster);
  const starts = cluster.members.reduce((sum, member) => sum + member.starts, 0);
  const flushes = Number(scene.figures['Redis losses'] ?? 0);
  const most = thefts + starts + flushes * 2 + 2;
  scene.promise(refreshes <= most, `${refreshes} tokens for ${thefts} thefts, ${starts} starts`);
  scene.figures['token thefts'] = thefts;
  scene.figures['token refreshes'] = refreshes;
}
