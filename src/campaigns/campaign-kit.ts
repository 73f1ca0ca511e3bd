import type { AccountBook } from '../accounts';
import type { OfficialAccountClient } from '../channels/official-account';
import { requireAccount, type Actor } from '../kernel/access';
import { NotFound } from '../kernel/errors';
import type { Kit } from '../kernel/kit';
import type { Sending } from '../sending';
import type { CampaignRow } from './campaign.entity';
import { findCampaign } from './campaign.queries';

/** What campaigns stand on besides the kit. */
export type CampaignParts = {
  readonly sending: Sending;
  readonly book: AccountBook;
  readonly client: Pick<OfficialAccountClient, 'listTemplates'>;
};

/** A campaign of another account is answered like one that does not exist. */
export async function visibleCampaign(
  kit: Pick<Kit, 'db'>,
  actor: Actor,
  id: string,
): Promise<CampaignRow> {
  const campaign = await findCampaign(kit.db.read, id);
  if (!campaign) throw new NotFound();
  requireAccount(actor, campaign.accountId);
  return campaign;
}

export const audit = (
  kit: Pick<Kit, 'newId' | 'clock'>,
  action: string,
  targetId: string,
  values: { before?: unknown; after?: unknown } = {},
) => ({
  ...values,
  id: kit.newId(),
  at: kit.clock.system(),
  action,
  targetKind: 'campaign',
  targetId,
});
