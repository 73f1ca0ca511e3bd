import { setImmediate } from 'node:timers/promises';
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
  type FieldTrouble,
  type PersonVariables,
  type RenderedTemplate,
  type TemplateRunMessage,
} from '../sending';
import { visibleCampaign, type CampaignParts } from './campaign-kit';
import { errorOf } from './check-message';
import { iso, reasonText } from './words';

const mostSamples = 10;
/** A plan fills the message in for this many; of a bigger audience for the first so many, and says so. */
const mostFilledIn = 20_000;
/** A text that takes long is filled in for fewer. */
const mostFillingMs = 5_000;
/** Between so many other work gets its turn. */
const together = 100;
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
  const following = await kit.db.longRead<Member>(
    `SELECT i.id AS identityId, i.externalId AS openid, i.personId, i.followedAt, p.displayName
     FROM identity i LEFT JOIN person p ON p.id = i.personId
     WHERE ${members.text} AND (${skipReasonSql}) IS NULL ORDER BY i.id LIMIT ${mostFilledIn}`,
    members.params,
  );
  const excluded = counted.flatMap(({ reason, n }) =>
    reason === null ? [] : [{ reason, name: reasonText(locale, reason, null), count: n }],
  );
  const audience = counted.reduce((sum, { n }) => sum + n, 0);
  const reachable = audience - excluded.reduce((sum, { count }) => sum + count, 0);
  const filling = fillingFor(kit, parts, campaign);
  const failing = await countFailing(kit, filling, following, reachable);
  for (const [reason, count] of failing.reasons) {
    excluded.push({ reason, name: reasonText(locale, reason, null), count });
  }
  const left = excluded.reduce((sum, { count }) => sum + count, 0);
  const { cron, zone } = campaign;
  const timetable = cron === null ? undefined : { cron, zone: zone ?? kit.settings.orgZone };
  return {
    audience,
    willReceive: audience - left,
    excluded,
    filledIn: { people: failing.people, of: reachable },
    samples: await renderSamples(kit, filling, following.slice(0, mostSamples), locale),
    nextRuns: timetable ? nextRuns(timetable, kit.clock.business(), runsShown).map(iso) : [],
  };
}

type Filling = ReturnType<typeof fillingFor>;

/** What it takes to fill in the campaign's message for somebody. */
function fillingFor(
  kit: Pick<Kit, 'clock' | 'settings'>,
  parts: Pick<CampaignParts, 'book'>,
  campaign: { accountId: string; message: string },
) {
  const zone = kit.settings.orgZone;
  const template = prepareTemplate(JSON.parse(campaign.message) as TemplateRunMessage, zone);
  const accountName = parts.book.find(campaign.accountId)?.name ?? '';
  return { template, world: { accountName, now: kit.clock.business(), zone } };
}

type FilledIn = { rendered: RenderedTemplate; troubles: FieldTrouble[] } | undefined;

/** Undefined when the text went over its limits. */
function fillIn({ template }: Filling, variables: PersonVariables): FilledIn {
  try {
    const rendered = template.render(variables);
    return { rendered, troubles: troublesOf(rendered) };
  } catch {
    return undefined;
  }
}

/** How many of those who may be written to have a message that WeChat would refuse, by the reason of the sending. */
async function countFailing(
  kit: Pick<Kit, 'db' | 'clock'>,
  filling: Filling,
  following: readonly Member[],
  reachable: number,
) {
  const reasons = new Map<string, number>();
  // The same words for everybody are wrong for everybody, or for nobody.
  const { isPersonal } = filling.template;
  const judged = isPersonal ? following : following.slice(0, 1);
  const eachStandsFor = isPersonal ? 1 : reachable;
  const startedAt = kit.clock.system();
  let people = 0;
  while (people < judged.length && kit.clock.system() - startedAt < mostFillingMs) {
    const some = judged.slice(people, people + together);
    const facts = await personVariables(kit.db.read, filling.template.needs, filling.world, some);
    for (const variables of facts.values()) {
      const reason = whyNot(fillIn(filling, variables));
      if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + eachStandsFor);
    }
    people += some.length;
    await setImmediate();
  }
  return { reasons, people: isPersonal ? people : reachable };
}

function whyNot(filledIn: FilledIn): string | undefined {
  if (!filledIn) return 'render-failed';
  return filledIn.troubles.length > 0 ? 'field-invalid' : undefined;
}

async function renderSamples(
  kit: Pick<Kit, 'db'>,
  filling: Filling,
  members: readonly Member[],
  locale: Locale,
) {
  const { needs } = filling.template;
  const people = await personVariables(kit.db.read, needs, filling.world, members);
  return members.flatMap((member) => {
    const variables = people.get(member.identityId);
    if (!variables) return [];
    const who = {
      personId: member.personId,
      name: personName(locale, member.displayName, member.openid),
      openid: member.openid,
    };
    const filledIn = fillIn(filling, variables);
    if (filledIn) {
      const { rendered } = filledIn;
      const troubles = filledIn.troubles.map((trouble) => errorOf(trouble, locale));
      return [{ ...who, rendered: rendered.fields, url: rendered.url ?? null, troubles }];
    }
    const message = reasonText(locale, 'render-failed', null);
    const troubles = [{ path: 'message.data', code: 'render-failed', message }];
    return [{ ...who, rendered: {}, url: null, troubles }];
  });
}
