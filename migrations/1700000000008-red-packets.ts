import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  fen,
  flag,
  id,
  idText,
  instant,
  longText,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class RedPackets1700000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createPromotions(runner);
    await createPayouts(runner);
    await createLedger(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'kill_switch',
      'spend_day',
      'merchant_counter',
      'ledger_entry',
      'payout_call',
      'payout',
      'promotion_recipient',
      'promotion_run',
      'promotion',
    ]);
  }
}

async function createPromotions(runner: QueryRunner): Promise<void> {
  await createTable(
    runner,
    'promotion',
    [
      id(),
      text('name', 64),
      idText('segmentId'),
      idText('accountId'),
      idText('merchantAccountId'),
      fen('minFen'),
      fen('maxFen'),
      flag('isRandom'),
      fen('budgetFen'),
      fen('perPersonFen', maybe),
      fen('perDayFen', maybe),
      text('cron', 64, maybe),
      text('zone', 64, maybe),
      text('missed', 8, maybe),
      text('status', 16),
      text('pauseReason', 64, maybe),
      text('senderName', 32),
      text('wish', 128),
      text('activityName', 32),
      text('remark', 255),
      idText('sceneId', 16, maybe),
      instant('acknowledgedAt', maybe),
      idText('acknowledgedBy', 64, maybe),
      fen('reservedFen'),
      fen('inFlightFen'),
      fen('paidFen'),
      fen('refundedFen'),
      count('ledgerSeq'),
      idText('ledgerHash', 64),
      count('version'),
      instant('createdAt'),
      instant('startedAt', maybe),
    ],
    {
      index: [
        ['ix_promotion_status', ['status']],
        ['ix_promotion_merchant', ['merchantAccountId', 'status']],
      ],
    },
  );
  await createTable(
    runner,
    'promotion_run',
    [
      id(),
      idText('promotionId'),
      instant('dueAt'),
      text('state', 16),
      longText('segmentRule'),
      count('audience'),
      count('decided'),
      fen('poolFen'),
      instant('nextActionAt'),
      count('failures'),
      text('lastError', 255, maybe),
      idText('leaseBy', 64, maybe),
      instant('leaseUntil', maybe),
      instant('createdAt'),
    ],
    {
      unique: [['uq_promotion_run', ['promotionId', 'dueAt']]],
      index: [['ix_promotion_run_state', ['state', 'nextActionAt']]],
    },
  );
  await createTable(
    runner,
    'promotion_recipient',
    [id('runId'), id('identityId'), idText('promotionId'), text('state', 16)],
    {
      index: [
        ['ix_recipient_state', ['runId', 'state', 'identityId']],
        ['ix_recipient_promotion', ['promotionId', 'state']],
      ],
    },
  );
}

async function createPayouts(runner: QueryRunner): Promise<void> {
  await createTable(
    runner,
    'payout',
    [
      id(),
      idText('promotionId'),
      idText('runId'),
      idText('identityId'),
      idText('accountId'),
      idText('merchantAccountId'),
      idText('billNo', 28),
      fen('amountFen'),
      longText('request'),
      idText('requestHash', 64),
      text('state', 16),
      text('moneyPlace', 16),
      text('reasonCode', 64, maybe),
      text('nextAction', 8, maybe),
      instant('nextActionAt', maybe),
      idText('chinaDay', 8),
      count('tries'),
      count('asks'),
      flag('wasUnknown'),
      instant('notFoundAt', maybe),
      instant('refusedAt', maybe),
      instant('firstSentAt', maybe),
      instant('lastSentAt', maybe),
      instant('deliveredAt', maybe),
      instant('finishedAt', maybe),
      idText('leaseBy', 64, maybe),
      instant('leaseUntil', maybe),
      count('version'),
      instant('createdAt'),
    ],
    {
      unique: [
        ['uq_payout_recipient', ['runId', 'identityId']],
        ['uq_payout_bill', ['merchantAccountId', 'billNo']],
      ],
      index: [
        ['ix_payout_due', ['merchantAccountId', 'nextAction', 'nextActionAt']],
        ['ix_payout_promotion', ['promotionId', 'state']],
        ['ix_payout_run', ['runId', 'state']],
        ['ix_payout_identity', ['identityId']],
      ],
    },
  );
  await createTable(
    runner,
    'payout_call',
    [
      id(),
      idText('payoutId'),
      instant('at'),
      text('kind', 8),
      text('phase', 8),
      text('code', 64, maybe),
      text('state', 16),
      count('tookMs', maybe),
      text('detail', 512, maybe),
    ],
    { index: [['ix_payout_call', ['payoutId', 'id']]] },
  );
}

async function createLedger(runner: QueryRunner): Promise<void> {
  await createTable(
    runner,
    'ledger_entry',
    [
      id(),
      idText('promotionId'),
      count('seq'),
      text('kind', 16),
      text('fromAccount', 16),
      text('toAccount', 16),
      fen('amountFen'),
      idText('payoutId', 26, maybe),
      instant('at'),
      idText('prevHash', 64),
      idText('hash', 64),
    ],
    {
      unique: [['uq_ledger_seq', ['promotionId', 'seq']]],
      index: [['ix_ledger_payout', ['payoutId']]],
    },
  );
  await createTable(runner, 'merchant_counter', [id('merchantAccountId'), fen('nextNumber')]);
  await createTable(runner, 'spend_day', [id('scope', 64), id('chinaDay', 8), fen('spentFen')]);
  await createTable(runner, 'kill_switch', [
    id('scope', 64),
    flag('active'),
    text('reason', 64),
    instant('endsAt', maybe),
    text('decidedBy', 128),
    instant('changedAt'),
  ]);
}
