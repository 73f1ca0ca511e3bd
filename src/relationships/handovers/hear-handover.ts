import type { InboundEvent } from '../../channels/inbound-event';
import { select, type Raw } from '../../kernel/database';
import type { Kit } from '../../kernel/kit';
import type { Handover, HandoverState } from './handover.entity';
import { endIfSettled, settleItems } from './settle-handover';

type Waiting = Pick<Handover, 'id' | 'accountId' | 'fromUserId' | 'toUserId'> & {
  identityId: string;
};

/** A hand-over of ours failed, or was carried out; nothing for every other event. */
export function handoverNews(
  kit: Pick<Kit, 'clock' | 'newId'>,
  event: InboundEvent,
): ((raw: Raw) => Promise<void>) | undefined {
  if (event.kind === 'contact-transfer-failed') {
    const state = event.reason === 'rep-full' ? 'rep-full' : 'refused';
    const reason = event.reason === 'unknown' ? event.rawReason : undefined;
    return (raw) => settle(kit, raw, event, { side: 'toUserId', state, reason });
  }
  if (event.kind === 'contact-deleted-by-rep' && event.byTransfer) {
    return (raw) => settle(kit, raw, event, { side: 'fromUserId', state: 'done' });
  }
  return undefined;
}

async function settle(
  kit: Pick<Kit, 'clock' | 'newId'>,
  raw: Raw,
  event: { accountId: string; openid: string; userId: string; at: number },
  end: { side: 'fromUserId' | 'toUserId'; state: HandoverState; reason?: string | undefined },
): Promise<void> {
  const { accountId, openid, userId, at } = event;
  const rows = await select<Waiting>(
    raw,
    `SELECT h.id, h.accountId, h.fromUserId, h.toUserId, i.identityId FROM handover_item i
     JOIN handover h ON h.id = i.handoverId
     WHERE i.accountId = ? AND i.externalUserId = ? AND i.state = 'waiting' AND h.${end.side} = ?`,
    [accountId, openid, userId],
  );
  for (const { identityId, ...handover } of rows) {
    const { state, reason } = end;
    await settleItems(raw, kit, handover, [identityId], { state, at, reason });
    await endIfSettled(raw, handover.id, at);
  }
}
