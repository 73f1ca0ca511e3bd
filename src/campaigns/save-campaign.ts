import { recordChange, requireAccount, type Actor } from '../kernel/access';
import { execute } from '../kernel/database';
import { AppError, Conflict, InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import { checkTimetable } from '../kernel/schedule';
import type { Locale } from '../kernel/text';
import { ruleOfSegment } from '../segments';
import { audit, visibleCampaign, type CampaignParts } from './campaign-kit';
import type { CampaignRow } from './campaign.entity';
import { insertCampaign } from './campaign.queries';
import type { CampaignBody } from './campaign.schema';
import { checkMessage } from './check-message';

type Content = Pick<
  CampaignRow,
  'accountId' | 'name' | 'segmentId' | 'message' | 'cron' | 'zone' | 'missed'
>;

export async function addCampaign(
  kit: Kit,
  parts: CampaignParts,
  actor: Actor,
  body: CampaignBody,
  locale: Locale,
): Promise<{ campaign: CampaignRow; warnings: string[] }> {
  const { content, warnings } = await checkContent(kit, parts, actor, body, locale);
  const now = kit.clock.business();
  const campaign: CampaignRow = {
    id: kit.newId(),
    ...content,
    status: 'draft',
    pauseReason: null,
    createdAt: now,
    updatedAt: now,
    startedAt: null,
    finishedAt: null,
  };
  await kit.db.transact(async (tx) => {
    await insertCampaign(tx, campaign);
    const change = audit(kit, 'campaign.created', campaign.id);
    await recordChange(tx, actor, { ...change, after: body });
  });
  return { campaign, warnings };
}

/** Only a draft changes: what has started is sent as it was. */
export async function changeCampaign(
  kit: Kit,
  parts: CampaignParts,
  actor: Actor,
  id: string,
  body: CampaignBody,
  locale: Locale,
): Promise<{ campaign: CampaignRow; warnings: string[] }> {
  const before = await visibleCampaign(kit, actor, id);
  if (before.status !== 'draft') throw new Conflict('campaign_not_draft');
  const { content, warnings } = await checkContent(kit, parts, actor, body, locale);
  const campaign = { ...before, ...content, updatedAt: kit.clock.business() };
  await kit.db.transact(async (tx) => {
    const changed = await execute(
      tx,
      `UPDATE campaign SET accountId = ?, name = ?, segmentId = ?, message = ?, cron = ?, zone = ?, missed = ?,
       updatedAt = ? WHERE id = ? AND status = 'draft'`,
      [
        campaign.accountId,
        campaign.name,
        campaign.segmentId,
        campaign.message,
        campaign.cron,
        campaign.zone,
        campaign.missed,
        campaign.updatedAt,
        id,
      ],
    );
    if (changed === 0) throw new Conflict('campaign_not_draft');
    const change = audit(kit, 'campaign.changed', id);
    await recordChange(tx, actor, { ...change, before: contentOf(before), after: body });
  });
  return { campaign, warnings };
}

const contentOf = ({
  accountId,
  name,
  segmentId,
  message,
  cron,
  zone,
  missed,
}: CampaignRow): Content => ({
  accountId,
  name,
  segmentId,
  message,
  cron,
  zone,
  missed,
});

async function checkContent(
  kit: Kit,
  parts: CampaignParts,
  actor: Actor,
  body: CampaignBody,
  locale: Locale,
): Promise<{ content: Content; warnings: string[] }> {
  const accountId = accountOf(parts, actor, body.appId);
  await checkSegment(kit, body.segmentId);
  const { schedule } = body;
  if (schedule) checkTimetable(schedule, kit.clock.business());
  const { message, warnings } = await checkMessage(kit, parts, accountId, body.message, locale);
  const content = {
    accountId,
    name: body.name,
    segmentId: body.segmentId,
    message: JSON.stringify(message),
    cron: schedule?.cron ?? null,
    zone: schedule?.zone ?? null,
    missed: schedule?.missed ?? 'once',
  };
  return { content, warnings };
}

/** An account of somebody else is answered like one that does not exist. */
export function accountOf(parts: Pick<CampaignParts, 'book'>, actor: Actor, appId: string): string {
  const account = parts.book.findByPlatformId('official-account', appId);
  if (!account) throw new InvalidInput('account_unknown', { path: 'appId' });
  try {
    requireAccount(actor, account.id);
  } catch {
    throw new InvalidInput('account_unknown', { path: 'appId' });
  }
  return account.id;
}

async function checkSegment(kit: Kit, segmentId: string): Promise<void> {
  try {
    await ruleOfSegment(kit, segmentId);
  } catch (error) {
    if (error instanceof AppError && error.status === 404) {
      throw new InvalidInput('segment_unknown', { path: 'segmentId' });
    }
    throw error;
  }
}
