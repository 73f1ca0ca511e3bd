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

export class WeComKf1700000000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'kf_account',
      [
        id(),
        idText('accountId'),
        idText('kfId', 64),
        idText('agentId', 16),
        text('name', 64),
        flag('enabled'),
        longText('welcome', maybe),
        idText('readTo', 128, maybe),
        instant('readAt', maybe),
        flag('isWanted'),
        idText('leaseBy', 64, maybe),
        instant('leaseUntil', maybe),
        text('lastError', 128, maybe),
        flag('isListed'),
      ],
      { unique: [['uq_kf_account', ['accountId', 'kfId']]] },
    );
    await createTable(runner, 'kf_chat', [
      id('identityId'),
      idText('accountId'),
      idText('kfId', 64),
      idText('agentId', 16),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['kf_chat', 'kf_account']);
  }
}
