import type { Cluster } from '../../support/cluster';
import { eventually } from '../../support/json-client';
import { checkMessages, makeCampaign, press } from '../check-messages';
import { partsOf, type Scene } from '../scene';
import { everythingEnds } from './messages';

/**
 * Reading an existing account's followers while the process dies in the middle and at the very end; then a
 * campaign that dies in mid-call and comes back when WeChat has forgotten its message ids.
 */
export async function syncAndWindow(scene: Scene, cluster: Cluster): Promise<void> {
  const { workers } = partsOf(cluster);
  const [worker] = workers;
  if (!worker) return;
  const most = Math.max(1, Math.floor(scene.recipients / 100) - 1);
  await scene.dieAt(worker, `sync.after-batch:${scene.random(1, most)}`, {
    isReady: async () => {
      await press(cluster.api, `/api/v1/accounts/${cluster.accountId}/sync`);
    },
  });
  await scene.dieAt(worker, 'job.before-done', { withinMs: 120_000 });
  await scene.everybodyRuns(cluster.members);
  await eventually('the sync is done', () => isSyncDone(cluster), 90_000, 500);
  await checkFollowers(scene, cluster);

  const segmentId = await cluster.everybody();
  const id = await makeCampaign(cluster, segmentId, 'forgotten');
  await scene.dieAt(worker, `sending.after-call:${scene.random(5, 15)}`, {
    isReady: async () => {
      await press(cluster.api, `/api/v1/campaigns/${id}/start`);
    },
  });
  await cluster.advance(11 * 60_000);
  await scene.everybodyRuns(cluster.members);
  await everythingEnds(cluster);
  const counts = await checkMessages(scene, cluster, scene.recipients);
  scene.promise(
    counts.unknown > 0,
    'nobody is shown as unknown although answers were lost for ever',
  );
  scene.pointsWere(['sync.after-batch', 'job.before-done']);
}

async function isSyncDone(cluster: Cluster): Promise<boolean> {
  const [jobs] = await cluster.sql.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM job WHERE kind = 'sync-followers' AND state = 'queued'`,
  );
  const [open] = await cluster.sql.all<{ n: number }>(
    `SELECT COUNT(*) AS n FROM progress WHERE kind = 'sync' AND state <> 'done'`,
  );
  return Number(jobs?.n) + Number(open?.n) === 0;
}

async function checkFollowers(scene: Scene, cluster: Cluster): Promise<void> {
  const count = async (what: string) => {
    const [row] = await cluster.sql.all<{ n: number }>(`SELECT COUNT(*) AS n FROM ${what}`);
    return Number(row?.n);
  };
  for (const [name, what] of [
    ['identities', 'identity'],
    ['persons', 'person'],
    ['episodes', `episode WHERE kind = 'followed'`],
    ['timeline entries', `timeline_entry WHERE kind = 'followed'`],
  ] as const) {
    const n = await count(what);
    scene.promise(n === scene.recipients, `${n} ${name} for ${scene.recipients} followers`);
    scene.figures[name] = n;
  }
  const dead = await count(`job WHERE state = 'dead'`);
  scene.promise(dead === 0, `${dead} dead letters`);
}
