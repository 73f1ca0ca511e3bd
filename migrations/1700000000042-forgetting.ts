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

/** Who left so long ago that their profile is gone, and who was erased on request. */
export class Forgetting1700000000042 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(
      runner,
      'cleared_profile',
      [id('identityId'), idText('accountId'), instant('at'), flag('hadAny')],
      { index: [['ix_cleared_profile', ['accountId', 'at']]] },
    );
    await createTable(
      runner,
      'erasure',
      [
        id(),
        idText('personId'),
        text('state', 8),
        idText('orderedById', 64),
        text('orderedByName', 128),
        instant('orderedAt'),
        idText('sweptTo'),
        longText('counts'),
        instant('finishedAt', { nullable: true }),
      ],
      { index: [['ix_erasure_person', ['personId']]] },
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['erasure', 'cleared_profile']);
  }
}
