import { execute, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import type { Tick } from '../kernel/schedule';
import type { OnRunChange } from '../sending';
import type { CampaignParts } from './campaign-kit';
import { openRunIds, readCampaign } from './campaign.queries';
import { freezeRun, freezeWork, planRun } from './freeze-run';

/** Hooks campaigns into ticks, work and what senders tell; call it once at wiring, in every role. */
export function registerCampaigns(kit: Kit, parts: CampaignParts): void {
  kit.schedules.on('campaign', (tx, tick) => onTick(tx, kit, tick));
  kit.work.on(freezeWork, async ({ payload }) => {
    await freezeRun(kit, parts, (payload as { runId: string }).runId);
  });
  parts.sending.onRunChange(followRun(kit));
}

/** The run and the work of freezing it, in the tick's own transaction. A run never overlaps the one before. */
async function onTick(tx: Tx, kit: Kit, tick: Tick): Promise<void> {
  const campaign = await readCampaign(tx, tick.ownerId);
  if (campaign?.status !== 'scheduled' && campaign?.status !== 'running') return;
  const open = await openRunIds(tx, campaign.id);
  const isBusy = open.frozen.length + open.waiting.length > 0;
  const overlap = isBusy ? { note: 'overlap' } : {};
  await planRun(tx, kit, { campaign, cause: 'tick', dueAt: tick.dueAt, ...overlap });
}

/** A run that ends takes its campaign along; one that pauses by itself too. */
function followRun(kit: Pick<Kit, 'clock'>): OnRunChange {
  return async (at, { runId, origin, state, reason }) => {
    if (origin !== 'campaign') return;
    const now = kit.clock.business();
    const ofRun = `id = (SELECT campaignId FROM campaign_run WHERE id = ?)`;
    if (state === 'paused') {
      await execute(
        at,
        `UPDATE campaign SET status = 'paused', pauseReason = ?, updatedAt = ? WHERE ${ofRun} AND status = 'running'`,
        [reason, now, runId],
      );
      return;
    }
    await execute(
      at,
      `UPDATE campaign SET status = 'finished', pauseReason = NULL, finishedAt = ?, updatedAt = ?
       WHERE ${ofRun} AND cron IS NULL AND status IN ('running', 'paused')`,
      [now, now, runId],
    );
    await execute(
      at,
      `UPDATE campaign SET status = 'scheduled', updatedAt = ? WHERE ${ofRun} AND cron IS NOT NULL AND status = 'running'`,
      [now, runId],
    );
  };
}
