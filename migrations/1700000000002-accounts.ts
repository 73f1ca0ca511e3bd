import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  dropTables,
  flag,
  id,
  idText,
  instant,
  json,
  longText,
  text,
} from '../src/kernel/database/schema';

export class Accounts1700000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'account',
      [
        id(),
        text('kind', 24),
        idText('platformId', 64),
        idText('originalId', 64, { nullable: true }),
        text('name', 64),
        text('world', 16),
        text('mode', 16),
        json('details'),
        longText('secrets'),
        flag('enabled'),
        instant('lastCallbackAt', { nullable: true }),
        instant('createdAt'),
      ],
      { unique: [['uq_account_platform', ['kind', 'platformId']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['account']);
  }
}
