import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  dropTables,
  id,
  idText,
  instant,
  longText,
  text,
} from '../src/kernel/database/schema';

export class Welcomes1700000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'welcome_text', [
      id('accountId'),
      id('source', 64),
      longText('text'),
      instant('changedAt'),
    ]);
    await createTable(
      runner,
      'welcome',
      [
        id(),
        idText('identityId'),
        idText('accountId'),
        idText('userId', 64),
        idText('agentId', 16),
        instant('addedAt'),
        text('state', 16),
        instant('changedAt'),
      ],
      { unique: [['uq_welcome', ['identityId', 'userId', 'addedAt']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['welcome', 'welcome_text']);
  }
}
