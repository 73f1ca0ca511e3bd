import type { Kit } from '../kernel/kit';
import { nextRuns } from '../kernel/schedule';
import { text, type Locale } from '../kernel/text';
import {
  addCounts,
  countDeliveries,
  countReasons,
  leastOutcomes,
  noCounts,
  type SendCounts,
  type TemplateRunMessage,
} from '../sending';
import type { CampaignParts } from './campaign-kit';
import type { CampaignRow } from './campaign.entity';
import { latestRuns, listRuns, segmentNames, type RunRow } from './campaign.queries';
import { iso, isoOrNull, reasonText, timetableText } from './words';

type Part = Pick<Kit, 'db' | 'clock' | 'settings'>;

/** A campaign's page shows this many runs and adds all of these up. */
const mostRuns = 50;

export async function presentCampaigns(
  kit: Part,
  parts: Pick<CampaignParts, 'book'>,
  campaigns: readonly CampaignRow[],
  locale: Locale,
) {
  const runs = await latestRuns(
    kit.db.read,
    campaigns.map((campaign) => campaign.id),
  );
  const counts = await countDeliveries(kit.db, [...runs.values()]);
  const names = await segmentNames(
    kit.db.read,
    campaigns.map((campaign) => campaign.segmentId),
  );
  return campaigns.map((campaign) => {
    const counted = counts.get(runs.get(campaign.id) ?? '') ?? noCounts;
    return present(kit, parts, campaign, names.get(campaign.segmentId), counted, locale);
  });
}

/** With its runs, the sums over them, and why deliveries of the latest one did not arrive. */
export async function presentCampaign(
  kit: Part,
  parts: Pick<CampaignParts, 'book'>,
  campaign: CampaignRow,
  locale: Locale,
) {
  const runs = await listRuns(kit.db.read, campaign.id, { limit: mostRuns });
  const counts = await countDeliveries(
    kit.db,
    runs.map((run) => run.id),
  );
  const names = await segmentNames(kit.db.read, [campaign.segmentId]);
  const latest = runs.find((run) => run.note === null);
  const reasons = latest ? await countReasons(kit.db, latest.id) : [];
  const counted = counts.get(latest?.id ?? '') ?? noCounts;
  return {
    ...present(kit, parts, campaign, names.get(campaign.segmentId), counted, locale),
    runs: runs.map((run) => presentRun(run, counts.get(run.id) ?? noCounts)),
    totals: addCounts([...counts.values()]),
    reasons: reasons.map((row) => ({
      ...row,
      name: reasonText(locale, row.reason, row.errcode),
    })),
    pausePercent: kit.settings.pausePercent,
    pauseLeast: leastOutcomes,
  };
}

export function presentRun(run: RunRow, counts: SendCounts) {
  return {
    id: run.id,
    dueAt: iso(run.dueAt),
    cause: run.cause,
    state: run.state ?? (run.note === null ? 'freezing' : 'left-out'),
    note: run.note,
    finishedAt: isoOrNull(run.finishedAt),
    ...counts,
  };
}

function present(
  kit: Part,
  parts: Pick<CampaignParts, 'book'>,
  campaign: CampaignRow,
  segmentName: string | undefined,
  counts: SendCounts,
  locale: Locale,
) {
  const account = parts.book.find(campaign.accountId);
  return {
    id: campaign.id,
    name: campaign.name,
    segmentId: campaign.segmentId,
    segmentName: segmentName ?? null,
    accountId: campaign.accountId,
    accountName: account?.name ?? '',
    appId: account?.platformId ?? '',
    message: JSON.parse(campaign.message) as TemplateRunMessage,
    schedule: presentSchedule(kit, campaign, locale),
    status: campaign.status,
    statusText: text(locale, `campaign.status.${campaign.status}`),
    pauseReason: campaign.pauseReason,
    pauseText:
      campaign.pauseReason === null ? null : reasonText(locale, campaign.pauseReason, null),
    ...counts,
    nextRunAt: nextRunAt(kit, campaign),
    createdAt: iso(campaign.createdAt),
    updatedAt: iso(campaign.updatedAt),
    startedAt: isoOrNull(campaign.startedAt),
    finishedAt: isoOrNull(campaign.finishedAt),
  };
}

function presentSchedule(kit: Part, campaign: CampaignRow, locale: Locale) {
  if (campaign.cron === null) return null;
  return {
    cron: campaign.cron,
    zone: campaign.zone ?? kit.settings.orgZone,
    missed: campaign.missed,
    text: timetableText(locale, campaign.cron),
  };
}

function nextRunAt(kit: Part, { status, cron, zone }: CampaignRow): string | null {
  if (cron === null || (status !== 'scheduled' && status !== 'running')) return null;
  const timetable = { cron, zone: zone ?? kit.settings.orgZone };
  const [next] = nextRuns(timetable, kit.clock.business(), 1);
  return next === undefined ? null : iso(next);
}
