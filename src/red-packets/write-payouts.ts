import { insertRows, select, type Tx } from '../kernel/database';
import type { Kit } from '../kernel/kit';
import { takeBillNumbers } from './bill-numbers';
import { chinaDay } from './china-day';
import type { Dealt } from './deal-chunk';
import { freezeRequest } from './frozen-request';
import { moveMoney, type LockedPromotion } from './ledger';
import type { PayingMerchant } from './pay-rail';
import { logCalls } from './payout-log';

type Part = Pick<Kit, 'clock' | 'newId'>;

type Writing = {
  locked: LockedPromotion;
  merchant: PayingMerchant;
  runId: string;
  amounts: Dealt['amounts'];
  /** The message that asked for it, hashed. */
  cause?: string;
};

/**
 * Payouts with their numbers and frozen requests, and the ledger's lines that reserve their amounts: what may be sent
 * from the commit on.
 */
export async function writePayouts(tx: Tx, kit: Part, writing: Writing): Promise<void> {
  const { locked, merchant, runId, amounts, cause = null } = writing;
  if (amounts.length === 0) return;
  const now = kit.clock.business();
  const [packet] = await select<PacketWords>(
    tx,
    `SELECT a.platformId AS appId, m.senderName, m.wish, m.activityName, m.remark, m.sceneId
     FROM promotion m JOIN account a ON a.id = m.accountId WHERE m.id = ?`,
    [locked.id],
  );
  if (!packet) throw new Error('a promotion without its account');
  const numbers = await takeBillNumbers(tx, merchant, now, amounts.length);
  const { sceneId, ...words } = packet;
  const rows = amounts.map(({ recipient, amountFen }, index) => {
    const billNo = numbers[index] ?? '';
    const frozen = freezeRequest(merchant.mchId, {
      billNo,
      ...words,
      openid: recipient.openid,
      amountFen,
      clientIp: merchant.clientIp,
      ...(sceneId === null ? {} : { sceneId }),
    });
    return {
      id: kit.newId(),
      promotionId: locked.id,
      runId,
      identityId: recipient.identityId,
      accountId: locked.accountId,
      merchantAccountId: locked.merchantAccountId,
      billNo,
      amountFen,
      ...frozen,
      state: 'reserved',
      moneyPlace: 'reserved',
      reasonCode: null,
      nextAction: 'send',
      nextActionAt: now,
      cause,
      chinaDay: chinaDay(now),
      tries: 0,
      asks: 0,
      wasUnknown: 0,
      notFoundAt: null,
      refusedAt: null,
      firstSentAt: null,
      lastSentAt: null,
      deliveredAt: null,
      finishedAt: null,
      leaseBy: null,
      leaseUntil: null,
      version: 1,
      createdAt: now,
    };
  });
  await insertRows(tx, 'payout', rows);
  await moveMoney(
    tx,
    kit,
    locked,
    rows.map(({ id, amountFen }) => ({
      kind: 'reserve',
      from: 'available',
      to: 'reserved',
      amountFen,
      payoutId: id,
    })),
  );
  await logCalls(
    tx,
    kit,
    rows.map(({ id }) => ({
      payoutId: id,
      kind: 'state',
      phase: 'none',
      code: null,
      state: 'reserved',
    })),
  );
}

type PacketWords = {
  appId: string;
  senderName: string;
  wish: string;
  activityName: string;
  remark: string;
  sceneId: string | null;
};
