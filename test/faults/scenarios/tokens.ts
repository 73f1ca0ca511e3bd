import type { Cluster } from '../../support/cluster';
import { pause } from '../../support/json-client';
import { checkMessages, makeCampaign, press } from '../check-messages';
import type { Scene } from '../scene';
import { everythingEnds } from './messages';
import { tokenRefreshes } from '../count-tokens';

const theftSeconds = 60;
/** WeChat's own pace for renewing a token that it thinks well of; closer waves must make no exchange. */
const renewEverySeconds = 10;

/**
 * Somebody else's console throws our token away every second while four processes send with it. Calls are
 * refused in waves; one process renews, seldom, and nobody's message is lost or doubled by it.
 */
export async function tokens(scene: Scene, cluster: Cluster): Promise<void> {
  await cluster.syncFollowers();
  const segmentId = await cluster.everybody();
  const launch = async (name: string) => {
    const id = await makeCampaign(cluster, segmentId, name);
    await press(cluster.api, `/api/v1/campaigns/${id}/start`);
  };
  await launch('first');
  const before = await tokenRefreshes(cluster);
  const began = Date.now();
  let thefts = 0;
  while (Date.now() - began < theftSeconds * 1_000) {
    await cluster.driver('POST', `/accounts/${cluster.account.appId}/steal-token`);
    thefts += 1;
    const [left] = await cluster.sql.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM delivery WHERE state IN ('queued', 'sending')`,
    );
    if (Number(left?.n) < scene.recipients / 4) await launch(`more ${thefts}`);
    await pause(1_000);
  }
  const seconds = (Date.now() - began) / 1_000;
  const refreshes = (await tokenRefreshes(cluster)) - before;
  const most = Math.floor(seconds / renewEverySeconds) + 1;
  scene.promise(
    refreshes <= most,
    `${refreshes} tokens in ${seconds.toFixed(0)} s: ${most} at most`,
  );
  scene.promise(refreshes > 1, 'the token was never renewed, so nothing was tried');
  scene.figures['token thefts'] = thefts;
  scene.figures['token refreshes'] = refreshes;
  await everythingEnds(cluster);
  const counts = await checkMessages(scene, cluster, scene.recipients);
  scene.promise(counts.failed === 0, `${counts.failed} messages failed of a token`);
  scene.promise(counts.unknown === 0, `${counts.unknown} messages are unknown for a token`);
  for (const member of cluster.members) await scene.mustLive(member);
}
