import type { Actor } from '../kernel/access';
import type { Db } from '../kernel/database';
import { countDeliveries, noCounts } from '../sending';
import type { CampaignStatus } from './campaign.entity';
import { latestRuns, listCampaigns } from './campaign.queries';

export type RunningCampaign = {
  id: string;
  name: string;
  status: CampaignStatus;
  done: number;
  total: number;
};

const mostShown = 10;

/** For the overview: campaigns that send now or were paused in the middle. */
export async function listRunningCampaigns(db: Db, actor: Actor): Promise<RunningCampaign[]> {
  const running = await listCampaigns(db.read, actor, { status: 'running', limit: mostShown });
  const paused = await listCampaigns(db.read, actor, { status: 'paused', limit: mostShown });
  const all = [...running, ...paused];
  const runs = await latestRuns(
    db.read,
    all.map((campaign) => campaign.id),
  );
  const counts = await countDeliveries(db, [...runs.values()]);
  return all.map(({ id, name, status }) => {
    const { planned, pending } = counts.get(runs.get(id) ?? '') ?? noCounts;
    return { id, name, status, done: planned - pending, total: planned };
  });
}
