import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  flag,
  id,
  idText,
  instant,
  longText,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class Campaigns1700000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'delivery',
      [
        id('runId'),
        id('identityId'),
        idText('accountId'),
        text('state', 12),
        text('reason', 48, maybe),
        count('errcode', maybe),
        idText('platformMessageId', 32, maybe),
        count('tries'),
        idText('leaseBy', 26, maybe),
        instant('leaseUntil', maybe),
        instant('firstSentAt', maybe),
        instant('sentAt', maybe),
        instant('receiptAt', maybe),
        instant('dueAt'),
      ],
      { index: [['ix_delivery_work', ['runId', 'state', 'dueAt']]] },
    );
    await createTable(
      runner,
      'send_run',
      [
        id(),
        idText('accountId'),
        text('origin', 12),
        text('channel', 20),
        text('title', 128),
        idText('campaignId', 26, maybe),
        longText('message'),
        text('state', 12),
        flag('isOpen'),
        text('pauseReason', 48, maybe),
        count('outcomes'),
        count('errors'),
        instant('createdAt'),
        instant('finishedAt', maybe),
      ],
      { index: [['ix_send_run_open', ['isOpen', 'accountId', 'channel']]] },
    );
    await createTable(runner, 'send_receipt', [
      id('accountId'),
      id('messageId', 32),
      idText('runId', 26, maybe),
      idText('identityId', 26, maybe),
      text('outcome', 12, maybe),
      instant('receivedAt', maybe),
    ]);
    await createTable(runner, 'sending_hold', [
      id('accountId'),
      id('channel', 20),
      instant('untilAt'),
      text('reason', 48),
    ]);
    await createTable(
      runner,
      'send_event',
      [
        id(),
        idText('runId'),
        idText('identityId', 26, maybe),
        instant('at'),
        text('kind', 24),
        text('detail', 128, maybe),
      ],
      { index: [['ix_send_event_run', ['runId', 'at']]] },
    );
    await createTable(
      runner,
      'campaign',
      [
        id(),
        idText('accountId'),
        text('name', 64),
        idText('segmentId'),
        longText('message'),
        text('cron', 64, maybe),
        text('zone', 64, maybe),
        text('missed', 8),
        text('status', 12),
        text('pauseReason', 48, maybe),
        instant('createdAt'),
        instant('updatedAt'),
        instant('startedAt', maybe),
        instant('finishedAt', maybe),
      ],
      { index: [['ix_campaign_account', ['accountId', 'id']]] },
    );
    await createTable(
      runner,
      'campaign_run',
      [
        id(),
        idText('campaignId'),
        idText('accountId'),
        instant('dueAt'),
        text('cause', 12),
        longText('rule'),
        text('note', 32, maybe),
        instant('frozenAt', maybe),
        instant('createdAt'),
      ],
      { unique: [['uq_campaign_run', ['campaignId', 'dueAt']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'campaign_run',
      'campaign',
      'send_event',
      'sending_hold',
      'send_receipt',
      'send_run',
      'delivery',
    ]);
  }
}
