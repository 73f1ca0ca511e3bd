import { recordChange, type Actor } from '../kernel/access';
import type { Tx } from '../kernel/database';
import { Conflict } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { cancelSendRuns, dropQueued, pauseSendRuns, resumeSendRuns } from '../sending';
import { audit, visibleCampaign, type CampaignParts } from './campaign-kit';
import type { CampaignRow } from './campaign.entity';
import { moveCampaign, openRunIds, readCampaign } from './campaign.queries';
import { freezeRun, planRun } from './freeze-run';

/** Starts a draft or resumes what is paused; a campaign under way is left as it is. */
export async function startCampaign(
  kit: Kit,
  parts: CampaignParts,
  actor: Actor,
  id: string,
): Promise<void> {
  await visibleCampaign(kit, actor, id);
  const runId = await kit.db.transact(async (tx) => {
    const campaign = await readCampaign(tx, id);
    switch (campaign?.status) {
      case 'draft':
        return start(tx, kit, actor, campaign);
      case 'paused':
        await resume(tx, kit, actor, campaign);
        return undefined;
      case 'running':
      case 'scheduled':
        return undefined;
      default:
        throw new Conflict('campaign_over');
    }
  });
  await freezeAtOnce(kit, parts, runId);
  parts.sending.ring();
}

const movedTo = (
  kit: Kit,
  action: string,
  { id, status: from }: Pick<CampaignRow, 'id' | 'status'>,
  status: CampaignRow['status'],
) => audit(kit, action, id, { before: { status: from }, after: { status } });

async function start(
  tx: Tx,
  kit: Kit,
  actor: Actor,
  campaign: CampaignRow,
): Promise<string | undefined> {
  const now = kit.clock.business();
  const isRecurring = campaign.cron !== null;
  const status = isRecurring ? 'scheduled' : 'running';
  if (!(await moveCampaign(tx, campaign.id, ['draft'], { status, now }))) return undefined;
  await recordChange(tx, actor, movedTo(kit, 'campaign.started', campaign, status));
  if (isRecurring) {
    await activate(tx, kit, campaign);
    return undefined;
  }
  return planRunOrThrow(tx, kit, campaign, 'start', now);
}

async function activate(tx: Tx, kit: Kit, campaign: CampaignRow): Promise<void> {
  await kit.schedules.save(tx, {
    id: campaign.id,
    kind: 'campaign',
    ownerId: campaign.id,
    cron: campaign.cron ?? '',
    zone: campaign.zone ?? kit.settings.orgZone,
    missed: campaign.missed,
    active: true,
  });
}

async function planRunOrThrow(
  tx: Tx,
  kit: Kit,
  campaign: CampaignRow,
  cause: 'start' | 'button',
  dueAt: number,
): Promise<string> {
  const runId = await planRun(tx, kit, { campaign, cause, dueAt });
  if (runId === undefined) throw new Conflict('campaign_run_impossible');
  return runId;
}

async function resume(tx: Tx, kit: Kit, actor: Actor, campaign: CampaignRow): Promise<void> {
  const now = kit.clock.business();
  const open = await openRunIds(tx, campaign.id);
  const isBusy = open.frozen.length + open.waiting.length > 0;
  const status = isBusy ? 'running' : campaign.cron === null ? 'finished' : 'scheduled';
  if (!(await moveCampaign(tx, campaign.id, ['paused'], { status, now }))) return;
  await resumeSendRuns(tx, open.frozen);
  // Ticks that passed while it was paused are not made up for.
  if (campaign.cron !== null) await activate(tx, kit, campaign);
  await recordChange(tx, actor, movedTo(kit, 'campaign.resumed', campaign, status));
}

/** One run now, besides the timetable. A draft starts with it. */
export async function runCampaignNow(
  kit: Kit,
  parts: CampaignParts,
  actor: Actor,
  id: string,
): Promise<void> {
  await visibleCampaign(kit, actor, id);
  const runId = await kit.db.transact(async (tx) => {
    const campaign = await readCampaign(tx, id);
    if (campaign?.status === 'draft') {
      const startedRun = await start(tx, kit, actor, campaign);
      if (startedRun !== undefined) return startedRun;
    } else if (campaign?.status === 'paused') {
      throw new Conflict('campaign_paused');
    } else if (campaign?.status !== 'scheduled' && campaign?.status !== 'running') {
      throw new Conflict('campaign_over');
    }
    const open = await openRunIds(tx, id);
    if (open.frozen.length + open.waiting.length > 0) throw new Conflict('campaign_busy');
    const now = kit.clock.business();
    await moveCampaign(tx, id, ['scheduled', 'running'], { status: 'running', now });
    await recordChange(tx, actor, movedTo(kit, 'campaign.run-now', campaign, 'running'));
    return planRunOrThrow(tx, kit, campaign, 'button', now);
  });
  await freezeAtOnce(kit, parts, runId);
}

/** The work row would do it too; doing it here makes the answer show the audience. */
async function freezeAtOnce(
  kit: Kit,
  parts: CampaignParts,
  runId: string | undefined,
): Promise<void> {
  if (runId !== undefined) await freezeRun(kit, parts, runId);
}

export async function pauseCampaign(
  kit: Kit,
  parts: CampaignParts,
  actor: Actor,
  id: string,
): Promise<void> {
  const before = await visibleCampaign(kit, actor, id);
  if (before.status === 'paused') return;
  await kit.db.transact(async (tx) => {
    const now = kit.clock.business();
    const pauseReason = 'operator';
    const from = ['running', 'scheduled'] as const;
    if (!(await moveCampaign(tx, id, from, { status: 'paused', pauseReason, now }))) {
      throw new Conflict('campaign_not_running');
    }
    await pauseSendRuns(tx, (await openRunIds(tx, id)).frozen, pauseReason);
    await kit.schedules.deactivate(tx, id);
    await recordChange(tx, actor, movedTo(kit, 'campaign.paused', before, 'paused'));
  });
}

/** Ends a campaign for good; how many deliveries it stopped. What is over already has nothing to stop. */
export async function cancelCampaign(
  kit: Kit,
  parts: CampaignParts,
  actor: Actor,
  id: string,
): Promise<number> {
  const before = await visibleCampaign(kit, actor, id);
  const runIds = await kit.db.transact(async (tx) => {
    const now = kit.clock.business();
    const from = ['draft', 'scheduled', 'running', 'paused'] as const;
    if (await moveCampaign(tx, id, from, { status: 'cancelled', now })) {
      await kit.schedules.deactivate(tx, id);
      await recordChange(tx, actor, movedTo(kit, 'campaign.cancelled', before, 'cancelled'));
    }
    const campaign = await readCampaign(tx, id);
    if (campaign?.status !== 'cancelled') return [];
    const { frozen } = await openRunIds(tx, id);
    await cancelSendRuns(tx, frozen);
    return frozen;
  });
  let stopped = 0;
  for (const runId of runIds) stopped += await dropQueued(kit.db, runId);
  parts.sending.ring();
  return stopped;
}
