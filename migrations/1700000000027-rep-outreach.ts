import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  id,
  idText,
  instant,
  json,
  longText,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class RepOutreach1700000000027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'outreach',
      [
        id(),
        idText('accountId'),
        text('name', 64),
        idText('segmentId', 26, maybe),
        longText('rule', maybe),
        longText('text'),
        json('links'),
        instant('startsAt', maybe),
        count('remindAfterHours', maybe),
        text('status', 12),
        count('outsiders'),
        text('createdBy', 64),
        instant('createdAt'),
        instant('updatedAt'),
        instant('frozenAt', maybe),
        instant('endedAt', maybe),
      ],
      { index: [['ix_outreach_account', ['accountId', 'createdAt']]] },
    );
    await createTable(
      runner,
      'outreach_order',
      [
        id(),
        idText('outreachId'),
        idText('accountId'),
        idText('userId', 64),
        count('part'),
        count('people'),
        text('state', 16),
        text('reason', 64, maybe),
        idText('messageId', 64, maybe),
        instant('askedAt', maybe),
        count('looks'),
        instant('confirmedAt', maybe),
        json('reminders'),
        instant('polledAt', maybe),
        instant('changedAt'),
      ],
      {
        unique: [['uq_outreach_order', ['outreachId', 'userId', 'part']]],
        index: [
          ['ix_outreach_order_rep', ['accountId', 'userId', 'state']],
          ['ix_outreach_order_message', ['accountId', 'messageId']],
        ],
      },
    );
    await createTable(
      runner,
      'outreach_recipient',
      [
        id('outreachId'),
        id('identityId'),
        idText('accountId'),
        idText('externalUserId', 64),
        idText('userId', 64, maybe),
        idText('orderId', 26, maybe),
        text('state', 16),
        text('reason', 64, maybe),
        instant('sentAt', maybe),
        instant('changedAt'),
      ],
      {
        index: [
          ['ix_outreach_recipient_state', ['outreachId', 'state', 'identityId']],
          ['ix_outreach_recipient_order', ['orderId', 'state']],
          ['ix_outreach_recipient_cap', ['identityId', 'state', 'sentAt']],
        ],
      },
    );
    await createTable(runner, 'outreach_setting', [
      id('accountId'),
      text('capRule', 16),
      instant('changedAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'outreach_setting',
      'outreach_recipient',
      'outreach_order',
      'outreach',
    ]);
  }
}
