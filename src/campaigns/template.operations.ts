import { z } from 'zod';
import { WeChatError, WeChatUnclear } from '../channels/official-account';
import { AppError } from '../kernel/errors';
import { operation, pageOf, type Operation } from '../kernel/http';
import type { Kit } from '../kernel/kit';
import { checkTimetable, nextRuns } from '../kernel/schedule';
import type { CampaignParts } from './campaign-kit';
import { WeChatTemplateView } from './campaign.schema';
import { accountOf } from './save-campaign';
import { presentTemplate, templatesOf } from './wechat-templates';
import { iso, timetableText } from './words';

const runsShown = 5;

/** What the editor of a campaign asks for: the account's templates, and what a timetable means. */
export function templateOperations(kit: Kit, parts: CampaignParts): Operation[] {
  return [
    operation(
      {
        method: 'GET',
        path: '/api/v1/wechat-templates',
        permission: 'campaigns.read',
        summary: 'Templates registered with WeChat, with the rule of each field',
        query: z.object({
          appId: z.string().min(1).max(64),
          fresh: z.enum(['0', '1']).optional(),
        }),
        response: pageOf(WeChatTemplateView),
      },
      async ({ actor, query, locale }) => {
        const accountId = accountOf(parts, actor, query.appId);
        const source = { ...parts, cache: kit.cache };
        try {
          const listed = await templatesOf(source, accountId, query.fresh === '1');
          const items = listed.map((template) => presentTemplate(template, locale));
          return { items, nextCursor: null };
        } catch (error) {
          if (error instanceof WeChatUnclear) throw new AppError(503, 'wechat_unreachable');
          if (!(error instanceof WeChatError)) throw error;
          throw new AppError(502, 'wechat_refused', { errcode: error.errcode });
        }
      },
    ),
    operation(
      {
        method: 'GET',
        path: '/api/v1/schedules/preview',
        permission: 'signed-in',
        summary: 'The next five runs of a timetable',
        query: z.object({
          cron: z.string().min(1).max(64),
          zone: z.string().min(1).max(64).optional(),
        }),
        response: z.object({ runs: z.array(z.string()), text: z.string() }),
      },
      ({ query, locale }) => {
        const timetable = { cron: query.cron, zone: query.zone ?? kit.settings.orgZone };
        const now = kit.clock.business();
        checkTimetable(timetable, now);
        const runs = nextRuns(timetable, now, runsShown).map(iso);
        return Promise.resolve({ runs, text: timetableText(locale, query.cron) });
      },
    ),
  ];
}
