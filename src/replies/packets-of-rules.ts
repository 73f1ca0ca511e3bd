import type { Actor } from '../kernel/access';
import { Forbidden, InvalidInput } from '../kernel/errors';
import type { Locale } from '../kernel/text';
import type { Actions } from './actions';
import type { RuleMatch } from './matching';

export type PacketNews = { promotionId: string; code: string; text: string };

/** What rules need of red packets, which replies do not know: handed in where things are joined. */
export type PacketsOfRules = {
  /** Whose followers a promotion pays by keyword; undefined for one that is not there or pays an audience. */
  accountOf(promotionId: string): Promise<string | undefined>;
  /** What somebody would get who hit the rule now; nothing is reserved. */
  explain(
    hit: { promotionId: string; accountId: string; identityId: string | undefined },
    locale: Locale,
  ): Promise<PacketNews>;
};

export const noPackets: PacketsOfRules = {
  accountOf: () => Promise.resolve(undefined),
  explain: ({ promotionId }) => Promise.resolve({ promotionId, code: 'over', text: '' }),
};

/** WeChat forbids money for following, scanning or tapping: it is given for words. */
const byWords: readonly RuleMatch[] = ['exact', 'words', 'all-words', 'prefix', 'pattern'];

type Wanted = { match: RuleMatch; also: Actions | null };

/** Whoever may plan or pay promotions may let a rule pay; a rule that does so already may be edited by others. */
export async function refusePacket(
  packets: PacketsOfRules,
  actor: Actor,
  { match, also }: Wanted,
  accountId: string | null,
  before?: { actions: string | null },
): Promise<void> {
  const promotionId = also?.redPacket?.promotionId;
  if (promotionId === undefined) return;
  const known = before?.actions ? (JSON.parse(before.actions) as Actions) : null;
  const mayPay =
    actor.permissions.has('promotions.edit') || actor.permissions.has('promotions.pay');
  if (!mayPay && known?.redPacket?.promotionId !== promotionId) {
    throw new Forbidden('forbidden', { permission: 'promotions.edit' });
  }
  const refuse = (path: string, code: string) => {
    throw new InvalidInput('input_invalid', { errors: [{ path, code }] });
  };
  if (!byWords.includes(match)) refuse('also.redPacket', 'packet_by_words_only');
  if (accountId === null) refuse('appId', 'packet_needs_account');
  if ((await packets.accountOf(promotionId)) !== accountId) {
    refuse('also.redPacket.promotionId', 'packet_elsewhere');
  }
}
