import type { Actor } from '../kernel/access';
import type { Kit } from '../kernel/kit';
import { nextRuns } from '../kernel/schedule';
import type { Locale } from '../kernel/text';
import { personName } from '../relationships';
import { membersWhere, ruleOfSegment } from '../segments';
import {
  personVariables,
  prepareTemplate,
  skipReasonSql,
  troublesOf,
  type Addressee,
  type TemplateRunMessage,
} from '../sending';
import { visibleCampaign, type CampaignParts } from './campaign-kit';
import { errorOf } from './check-message';
import { iso, reasonText } from './words';

const mostSamples = 10;
const runsShown = 5;

type Member = Addressee & { personId: string };

/** Who will get it, who will not and why, and how it will read: nothing is written. */
export async function planCampaign(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  parts: Pick<CampaignParts, 'book'>,
  actor: Actor,
  id: string,
  locale: Locale,
) {
  const campaign = await visibleCampaign(kit, actor, id);
  const { rule, judging } = await ruleOfSegment(kit, campaign.segmentId);
  const members = membersWhere(rule, judging, { accountId: campaign.accountId });
  const counted = await kit.db.longRead<{ reason: string | null; n: number }>(
    `SELECT reason, COUNT(*) AS n FROM (SELECT ${skipReasonSql} AS reason FROM identity i
     WHERE ${members.text}) audience GROUP BY reason`,
    members.params,
  );
  const sampled = await kit.db.longRead<Member>(
    `SELECT i.id AS identityId, i.externalId AS openid, i.personId, i.followedAt, p.displayName
     FROM identity i LEFT JOIN person p ON p.id = i.personId
     WHERE ${members.text} AND (${skipReasonSql}) IS NULL ORDER BY i.id LIMIT ${mostSamples}`,
    members.params,
  );
  const excluded = counted.flatMap(({ reason, n }) =>
    reason === null ? [] : [{ reason, name: reasonText(locale, reason, null), count: n }],
  );
  const audience = counted.reduce((sum, { n }) => sum + n, 0);
  const left = excluded.reduce((sum, { count }) => sum + count, 0);
  const { cron, zone } = campaign;
  const timetable = cron === null ? undefined : { cron, zone: zone ?? kit.settings.orgZone };
  return {
    audience,
    willReceive: audience - left,
    excluded,
    samples: await renderSamples(kit, parts, campaign, sampled, locale),
    nextRuns: timetable ? nextRuns(timetable, kit.clock.business(), runsShown).map(iso) : [],
  };
}

async function renderSamples(
  kit: Pick<Kit, 'db' | 'clock' | 'settings'>,
  parts: Pick<CampaignParts, 'book'>,
  campaign: { accountId: string; message: string },
  members: readonly Member[],
  locale: Locale,
) {
  const zone = kit.settings.orgZone;
  const template = prepareTemplate(JSON.parse(campaign.message) as TemplateRunMessage, zone);
  const accountName = parts.book.find(campaign.accountId)?.name ?? '';
  const world = { accountName, now: kit.clock.business(), zone };
  const people = await personVariables(kit.db.read, template.needs, world, members);
  return members.flatMap((member) => {
    const variables = people.get(member.identityId);
    if (!variables) return [];
    const who = {
      personId: member.personId,
      name: personName(locale, member.displayName, member.openid),
      openid: member.openid,
    };
    try {
      const rendered = template.render(variables);
      const troubles = troublesOf(rendered).map((trouble) => errorOf(trouble, locale));
      return [{ ...who, rendered: rendered.fields, url: rendered.url ?? null, troubles }];
    } catch {
      const message = reasonText(locale, 'render-failed', null);
      const troubles = [{ path: 'message.data', code: 'render-failed', message }];
      return [{ ...who, rendered: {}, url: null, troubles }];
    }
  });
}
