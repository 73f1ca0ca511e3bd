import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  flag,
  id,
  idText,
  instant,
  json,
  text,
} from '../src/kernel/database/schema';

export class FriendNotices1700000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'friend_notice',
      [
        id(),
        idText('accountId'),
        idText('noticeKey', 128),
        text('kind', 16),
        idText('userId', 64),
        idText('identityId', 26, { nullable: true }),
        instant('at'),
        json('told'),
        text('state', 16),
        instant('changedAt'),
      ],
      {
        unique: [['uq_friend_notice', ['accountId', 'noticeKey']]],
        index: [['ix_friend_notice_rep', ['accountId', 'kind', 'userId', 'at']]],
      },
    );
    await createTable(runner, 'notice_setting', [
      id('accountId'),
      flag('tellsRep'),
      flag('tellsManager'),
      json('managers'),
      count('deletionsAnHour'),
      instant('changedAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['notice_setting', 'friend_notice']);
  }
}
