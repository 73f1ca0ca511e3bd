import { addCampaign, runCampaignNow } from '../campaigns';
import type { Kit } from '../kernel/kit';
import { createPromotion, PromotionForm, startPromotion } from '../red-packets';
import type { DemoParts } from './demo-parts';
import type { SandboxDriver } from '../accounts';
import { moveClock, until } from './patience';
import { seeder } from './seeder';
import type { DemoSegments } from './segments';
import { demoNames } from './words';

const minute = 60_000;
/** An opened packet is asked for after an hour, so the examples ran longer ago than that. */
const agoMs = 95 * minute;

type Place = { appId: string; mchId: string; segments: DemoSegments };

/**
 * One campaign that was sent and one promotion that was paid, an hour and a half ago on the sandbox's clock:
 * real runs over the real ledgers to the phones of the sandbox, opened there. Nothing is written by hand, so
 * the three books agree.
 */
export async function addExamples(
  kit: Kit,
  parts: DemoParts,
  driver: SandboxDriver,
  place: Place,
): Promise<void> {
  const [made] = await kit.db.read.all<{ n: number }>(`SELECT COUNT(*) AS n FROM promotion`);
  let opened = 0;
  try {
    await moveClock(kit, driver, { setTo: kit.clock.system() - agoMs }, -agoMs);
    await sendCampaign(kit, parts, place);
    const promotionId = made?.n ? undefined : await payPromotion(kit, place);
    if (promotionId) opened = await openPackets(kit, driver, promotionId);
  } finally {
    await moveClock(kit, driver, { reset: true }, 0);
  }
  await until(kit, 'the opened packets are in our books', async () => {
    const [row] = await kit.db.read.all<{ n: number }>(
      `SELECT COUNT(*) AS n FROM payout WHERE state = 'received'`,
    );
    return (row?.n ?? 0) >= opened;
  });
}

async function sendCampaign(kit: Kit, parts: DemoParts, place: Place): Promise<void> {
  const { book, sending, officialAccounts: client } = parts;
  const [known] = await kit.db.read.all<{ id: string }>(`SELECT id FROM campaign`);
  if (known) return;
  const { campaign } = await addCampaign(
    kit,
    { book, sending, client },
    seeder,
    {
      name: demoNames.campaign.name,
      segmentId: place.segments.parcel,
      appId: place.appId,
      message: {
        type: 'template',
        templateId: demoNames.template.templateId,
        data: demoNames.campaign.data,
      },
      schedule: null,
    },
    'zh-CN',
  );
  await runCampaignNow(kit, { book, sending, client }, seeder, campaign.id);
  await until(kit, 'the example campaign is sent', async () => {
    const [row] = await kit.db.read.all<{ status: string }>(
      `SELECT status FROM campaign WHERE id = ?`,
      [campaign.id],
    );
    return row?.status === 'finished';
  });
}

async function payPromotion(kit: Kit, { appId, mchId, segments }: Place): Promise<string> {
  const form = PromotionForm.parse({
    ...demoNames.promotion,
    segmentId: segments.regulars,
    appId,
    mchId,
    acknowledgement: true,
  });
  const id = await createPromotion(kit, seeder, form, 'zh-CN');
  await startPromotion(kit, seeder, id);
  await until(kit, 'the example promotion is paid', async () => {
    const [row] = await kit.db.read.all<{ status: string }>(
      `SELECT status FROM promotion WHERE id = ?`,
      [id],
    );
    return row?.status === 'finished';
  });
  return id;
}

/** All but two of them, as it goes; how many were opened. */
async function openPackets(kit: Kit, driver: SandboxDriver, promotionId: string): Promise<number> {
  const paid = await kit.db.read.all<{ openid: string }>(
    `SELECT i.externalId AS openid FROM payout p JOIN identity i ON i.id = p.identityId
     WHERE p.promotionId = ? AND p.state = 'sent' ORDER BY p.id`,
    [promotionId],
  );
  const opening = paid.slice(2);
  for (const { openid } of opening) {
    await driver.post(`/people/${openid}/open-packet`, {});
  }
  return opening.length;
}
