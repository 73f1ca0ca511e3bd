import { z } from 'zod';
import { NotFound } from '../kernel/errors';
import {
  decodeCursor,
  operation,
  pageFrom,
  pageOf,
  pageQuery,
  type Operation,
} from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { countDeliveries, noCounts, readDeliveries, type DeliveryState } from '../sending';
import { visibleCampaign, type CampaignParts } from './campaign-kit';
import { latestRuns, listRuns } from './campaign.queries';
import { DeliveryView, RunView } from './campaign.schema';
import { presentRun } from './present-campaign';
import { presentDelivery } from './present-delivery';
import type { ProgressStreams } from './progress-stream';
import { sendTest } from './test-send';

const byId = z.object({ id: z.string().max(26) });
const openid = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

const statesOf: Record<string, readonly DeliveryState[]> = {
  pending: ['queued', 'sending'],
  sent: ['sent', 'delivered'],
  delivered: ['delivered'],
  'no-receipt': ['sent'],
  failed: ['failed'],
  skipped: ['skipped'],
  unknown: ['unknown'],
};

/** What became of a campaign's messages, one by one and as it happens. */
export function deliveryOperations(
  kit: Kit,
  parts: CampaignParts,
  streams: ProgressStreams,
): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/campaigns/{id}/runs',
        permission: 'campaigns.read',
        summary: 'Runs of a campaign, latest first',
        params: byId,
        query: pageQuery,
        response: pageOf(RunView),
      },
      async ({ actor, params, query }) => {
        await visibleCampaign(kit, actor, params.id);
        const before = query.cursor && Number(decodeCursor(query.cursor, ['number'])[0]);
        const rows = await listRuns(kit.db.read, params.id, {
          ...(before ? { before } : {}),
          limit: query.limit + 1,
        });
        const counts = await countDeliveries(
          kit.db,
          rows.map((row) => row.id),
        );
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.dueAt],
          (row) => presentRun(row, counts.get(row.id) ?? noCounts),
        );
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/campaigns/{id}/deliveries',
        permission: 'campaigns.read',
        summary: 'Deliveries of one run (the latest unless said otherwise)',
        params: byId,
        query: pageQuery.extend({
          state: z
            .enum(['pending', 'sent', 'delivered', 'no-receipt', 'failed', 'skipped', 'unknown'])
            .optional()
            .describe('`sent` has `delivered` in it; `no-receipt` is the rest of it'),
          runId: z.string().max(26).optional(),
        }),
        response: pageOf(DeliveryView),
      },
      async ({ actor, params, query, locale }) => {
        const campaign = await visibleCampaign(kit, actor, params.id);
        const runId =
          query.runId ?? (await latestRuns(kit.db.read, [campaign.id])).get(campaign.id);
        if (runId === undefined) return { items: [], nextCursor: null };
        if (query.runId !== undefined) await requireRun(kit, campaign.id, runId);
        const after = query.cursor && String(decodeCursor(query.cursor, ['string'])[0]);
        const rows = await readDeliveries(kit.db.read, {
          runId,
          states: query.state ? (statesOf[query.state] ?? []) : [],
          ...(after ? { after } : {}),
          limit: query.limit,
        });
        return pageFrom(
          rows,
          query.limit,
          (row) => [row.identityId],
          (row) => presentDelivery(row, locale),
        );
      },
    ),
    operation(
      {
        method: 'POST',
        path: '/api/v1/campaigns/{id}/test-send',
        permission: 'campaigns.send',
        summary: 'Sends the message to one follower and says what became of it',
        params: byId,
        body: z.strictObject({ openid }),
        response: DeliveryView,
      },
      ({ actor, params, body, locale }) =>
        sendTest(kit, parts, actor, params.id, body.openid, locale),
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/campaigns/{id}/events',
        permission: 'campaigns.read',
        summary: 'Progress as server-sent events: `event: progress`, at most one a second',
        params: byId,
        raw: true,
        stream: true,
      },
      async ({ actor, params, ctx }) => {
        const campaign = await visibleCampaign(kit, actor, params.id);
        ctx.status = 200;
        ctx.type = 'text/event-stream';
        ctx.set('Cache-Control', 'no-cache, no-transform');
        ctx.set('X-Accel-Buffering', 'no');
        const stream = streams.stream(campaign.id);
        ctx.req.on('close', () => stream.destroy());
        ctx.body = stream;
        return undefined;
      },
    ),
  ];
}

async function requireRun(kit: Pick<Kit, 'db'>, campaignId: string, runId: string): Promise<void> {
  const [row] = await kit.db.read.all(
    `SELECT id FROM campaign_run WHERE id = ? AND campaignId = ?`,
    [runId, campaignId],
  );
  if (!row) throw new NotFound();
}
