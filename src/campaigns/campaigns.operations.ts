import { z } from 'zod';
import type { Actor } from '../kernel/access';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { text } from '../kernel/text';
import { visibleCampaign, type CampaignParts } from './campaign-kit';
import { listCampaigns } from './campaign.queries';
import {
  CampaignBody,
  CampaignDetail,
  CampaignView,
  CancelledCampaign,
  PlanView,
  SavedCampaign,
} from './campaign.schema';
import { deliveryOperations } from './delivery.operations';
import { planCampaign } from './plan-campaign';
import { presentCampaign, presentCampaigns } from './present-campaign';
import type { ProgressStreams } from './progress-stream';
import { cancelCampaign, pauseCampaign, runCampaignNow, startCampaign } from './run-campaign';
import { accountOf, addCampaign, changeCampaign } from './save-campaign';
import { templateOperations } from './template.operations';

export const byId = z.object({ id: z.string().max(26) });

export function campaignOperations(
  kit: Kit,
  parts: CampaignParts,
  streams: ProgressStreams,
): Operation[] {
  const detail = async (actor: Actor, id: string, locale: Locale) =>
    presentCampaign(kit, parts, await visibleCampaign(kit, actor, id), locale);
  const coded = (codes: readonly string[], locale: Locale) =>
    codes.map((code) => ({ code, text: text(locale, `warning.${code}`) }));

  /** Start, pause and the like: something is done, then the campaign is shown. */
  const act = (
    verb: string,
    summary: string,
    todo: (kit: Kit, parts: CampaignParts, actor: Actor, id: string) => Promise<void>,
  ) =>
    operation(
      {
        method: 'POST',
        path: `/api/v1/campaigns/{id}/${verb}`,
        permission: 'campaigns.send',
        summary,
        params: byId,
        response: CampaignDetail,
      },
      async ({ actor, params, locale }) => {
        await todo(kit, parts, actor, params.id);
        return detail(actor, params.id, locale);
      },
    );

  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/campaigns',
        permission: 'campaigns.read',
        summary: 'Campaigns, newest first',
        query: pageQuery.extend({
          status: CampaignView.shape.status.optional(),
          appId: z.string().max(64).optional(),
        }),
        response: pageOf(CampaignView),
      },
      async ({ actor, query, locale }) => {
        const before = query.cursor && String(decodeCursor(query.cursor, ['string'])[0]);
        const rows = await listCampaigns(kit.db.read, actor, {
          ...(query.status ? { status: query.status } : {}),
          ...(query.appId ? { accountId: accountOf(parts, actor, query.appId) } : {}),
          ...(before ? { before } : {}),
          limit: query.limit + 1,
        });
        const page = pageFrom(
          rows,
          query.limit,
          (row) => [row.id],
          (row) => row,
        );
        return { ...page, items: await presentCampaigns(kit, parts, page.items, locale) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/campaigns',
        permission: 'campaigns.edit',
        summary: 'A new draft; its message is checked against the rules of WeChat',
        body: CampaignBody,
        response: SavedCampaign,
        status: 201,
      },
      async ({ actor, body, locale }) => {
        const { campaign, warnings } = await addCampaign(kit, parts, actor, body, locale);
        const shown = await detail(actor, campaign.id, locale);
        return { ...shown, warnings: coded(warnings, locale) };
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/campaigns/{id}',
        permission: 'campaigns.read',
        summary: 'One campaign: counts of its latest run, all runs, and their sums',
        params: byId,
        response: CampaignDetail,
      },
      ({ actor, params, locale }) => detail(actor, params.id, locale),
    ),
    operation(
      {
        method: 'PUT',
        path: '/api/v1/campaigns/{id}',
        permission: 'campaigns.edit',
        summary: 'Changes a draft',
        params: byId,
        body: CampaignBody,
        response: SavedCampaign,
      },
      async ({ actor, params, body, locale }) => {
        const { warnings } = await changeCampaign(kit, parts, actor, params.id, body, locale);
        const shown = await detail(actor, params.id, locale);
        return { ...shown, warnings: coded(warnings, locale) };
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/campaigns/{id}/plan',
        permission: 'campaigns.read',
        summary: 'Who would receive it, who not and why, ten filled-in samples, the next runs',
        params: byId,
        response: PlanView,
      },
      ({ actor, params, locale }) => planCampaign(kit, parts, actor, params.id, locale),
    ),
    act('start', 'Starts a draft, or resumes a paused campaign', startCampaign),
    act('pause', 'Stops sending within a second; calls under way end', pauseCampaign),
    act('run-now', 'One run now, besides the timetable', runCampaignNow),
    operation(
      {
        method: 'POST',
        path: '/api/v1/campaigns/{id}/cancel',
        permission: 'campaigns.send',
        summary: 'Ends a campaign for good and says how many deliveries it stopped',
        params: byId,
        response: CancelledCampaign,
      },
      async ({ actor, params, locale }) => {
        const stopped = await cancelCampaign(kit, parts, actor, params.id);
        return { ...(await detail(actor, params.id, locale)), stopped };
      },
    ),
    ...deliveryOperations(kit, parts, streams),
    ...templateOperations(kit, parts),
  ];
}
