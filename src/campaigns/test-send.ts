import { recordChange, type Actor } from '../kernel/access';
import { InvalidInput } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { Locale } from '../kernel/text';
import { findDelivery, queueMessage, type TemplateRunMessage } from '../sending';
import { audit, visibleCampaign, type CampaignParts } from './campaign-kit';
import { presentDelivery } from './present-delivery';

const lookEveryMs = 100;
const waitMs = 5_000;

/** The campaign's message to one follower, now, through the same ledger; waits a little for what became of it. */
export async function sendTest(
  kit: Kit,
  parts: CampaignParts,
  actor: Actor,
  id: string,
  openid: string,
  locale: Locale,
) {
  const campaign = await visibleCampaign(kit, actor, id);
  const [identity] = await kit.db.read.all<{ id: string }>(
    `SELECT id FROM identity WHERE accountId = ? AND externalId = ?`,
    [campaign.accountId, openid],
  );
  if (!identity) throw new InvalidInput('follower_unknown', { path: 'openid' });
  const message = JSON.parse(campaign.message) as TemplateRunMessage;
  const runId = kit.newId();
  await kit.db.transact(async (tx) => {
    await queueMessage(tx, {
      id: runId,
      accountId: campaign.accountId,
      identityId: identity.id,
      origin: 'test',
      title: message.title ?? campaign.name,
      message,
      at: kit.clock.business(),
    });
    await recordChange(tx, actor, { ...audit(kit, 'campaign.test-sent', id), after: { openid } });
  });
  parts.sending.ring();
  for (let waited = 0; ; waited += lookEveryMs) {
    const delivery = await findDelivery(kit.db.read, runId, identity.id);
    const isOpen = delivery?.state === 'queued' || delivery?.state === 'sending';
    if (delivery && (!isOpen || waited >= waitMs)) return presentDelivery(delivery, locale);
    await kit.clock.sleep(lookEveryMs);
  }
}
