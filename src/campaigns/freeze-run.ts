import { execute, type Tx } from '../kernel/database';
import { faultPoint } from '../kernel/faults';
import type { Kit } from '../kernel/kit';
import { enqueue } from '../kernel/work';
import { judgingNow, membersWhere, readRule, type Sql } from '../segments';
import { freezeAudience, startSendRun, type TemplateRunMessage } from '../sending';
import type { CampaignParts } from './campaign-kit';
import type { CampaignRow, CampaignRunRow, RunCause } from './campaign.entity';
import { insertRun, moveCampaign, readCampaign, readRun, segmentRule } from './campaign.queries';

type NewRun = { campaign: CampaignRow; cause: RunCause; dueAt: number; note?: string };

export const freezeWork = 'campaign.freeze';

/**
 * Writes the run and the work of freezing its audience. Undefined when a run of that moment exists, so a
 * tick that fires in several processes makes one run.
 */
export async function planRun(
  tx: Tx,
  kit: Pick<Kit, 'newId' | 'clock'>,
  { campaign, cause, dueAt, note }: NewRun,
): Promise<string | undefined> {
  const rule = await segmentRule(tx, campaign.segmentId);
  const leftOut = note ?? (rule === undefined ? 'segment-missing' : null);
  const now = kit.clock.business();
  const run: CampaignRunRow = {
    id: kit.newId(),
    campaignId: campaign.id,
    accountId: campaign.accountId,
    dueAt,
    cause,
    rule: rule ?? '{}',
    note: leftOut,
    frozenAt: leftOut === null ? null : now,
    createdAt: now,
  };
  if (!(await insertRun(tx, run)) || leftOut !== null) return undefined;
  await enqueue(tx, [
    {
      id: kit.newId(),
      kind: freezeWork,
      payload: { runId: run.id },
      dedupeKey: run.id,
      accountId: campaign.accountId,
      dueAt: now,
      createdAt: kit.clock.system(),
    },
  ]);
  return run.id;
}

/** Freezes the audience of a run, once, however often and from wherever it is called. */
export async function freezeRun(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  parts: Pick<CampaignParts, 'sending'>,
  runId: string,
): Promise<void> {
  const judging = await judgingNow(kit);
  const isOurs = await kit.db.transact(async (tx) => {
    const run = await readRun(tx, runId);
    if (!run || run.frozenAt !== null) return false;
    const changed = await execute(
      tx,
      `UPDATE campaign_run SET frozenAt = ? WHERE id = ? AND frozenAt IS NULL`,
      [judging.now, runId],
    );
    const campaign = await readCampaign(tx, run.campaignId);
    if (changed === 0 || !campaign) return false;
    if (campaign.status === 'cancelled') {
      await execute(tx, `UPDATE campaign_run SET note = 'cancelled' WHERE id = ?`, [runId]);
      return false;
    }
    const rule = readRule(JSON.parse(run.rule), judging.fields);
    await freeze(tx, campaign, run, membersWhere(rule, judging, { accountId: run.accountId }));
    if (campaign.status !== 'paused') {
      await moveCampaign(tx, campaign.id, ['scheduled', 'running'], {
        status: 'running',
        now: judging.now,
      });
    }
    faultPoint('campaign.before-freeze-commit');
    return true;
  });
  if (!isOurs) return;
  faultPoint('campaign.after-freeze-commit');
  parts.sending.ring();
}

async function freeze(
  tx: Tx,
  campaign: CampaignRow,
  run: CampaignRunRow,
  members: Sql,
): Promise<void> {
  const message = JSON.parse(campaign.message) as TemplateRunMessage;
  await startSendRun(tx, {
    id: run.id,
    accountId: run.accountId,
    origin: 'campaign',
    title: message.title ?? campaign.name,
    campaignId: campaign.id,
    message,
    state: campaign.status === 'paused' ? 'paused' : 'running',
    at: run.createdAt,
  });
  await freezeAudience(tx, run, members);
}
