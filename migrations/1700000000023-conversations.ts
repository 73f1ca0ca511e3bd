import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
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

export class Conversations1700000000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE identity ADD COLUMN attended varchar(24) NULL');
    await createTable(
      runner,
      'conversation',
      [
        id('identityId'),
        idText('accountId'),
        text('state', 8),
        instant('since'),
        instant('waitingSince', maybe),
        idText('operatorId', 26, maybe),
        idText('lastOperatorId', 26, maybe),
        instant('lastOperatorAt', maybe),
        idText('draftBy', 26, maybe),
        instant('draftUntil', maybe),
        instant('changedAt'),
      ],
      {
        index: [
          ['ix_conversation_state', ['state', 'waitingSince']],
          ['ix_conversation_operator', ['operatorId', 'state']],
          ['ix_conversation_changed', ['changedAt']],
        ],
      },
    );
    await createTable(
      runner,
      'conversation_message',
      [
        id(),
        idText('identityId'),
        idText('operatorId'),
        idText('clientKey', 64),
        instant('changedAt'),
      ],
      {
        unique: [['uq_conversation_message', ['identityId', 'clientKey']]],
        index: [['ix_conversation_message_changed', ['changedAt']]],
      },
    );
    await createTable(runner, 'conversation_read', [
      id('identityId'),
      id('operatorId'),
      idText('entryId'),
    ]);
    await createTable(runner, 'operator_presence', [
      id('operatorId'),
      text('name', 64),
      longText('accountIds', maybe),
      flag('canReply'),
      flag('isOnline'),
      instant('seenAt'),
      instant('assignedAt'),
    ]);
    await createTable(
      runner,
      'canned_reply',
      [
        id(),
        idText('accountId', 26, maybe),
        text('title', 64),
        longText('body'),
        text('shortcut', 16),
        instant('createdAt'),
        instant('updatedAt'),
      ],
      { index: [['ix_canned_reply_account', ['accountId']]] },
    );
    await createTable(runner, 'inbox_setting', [
      id('accountId'),
      longText('settings'),
      instant('updatedAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, [
      'inbox_setting',
      'canned_reply',
      'operator_presence',
      'conversation_read',
      'conversation_message',
      'conversation',
    ]);
    await runner.query('ALTER TABLE identity DROP COLUMN attended');
  }
}
