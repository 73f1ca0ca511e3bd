import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import {
  count,
  createTable,
  dropTables,
  id,
  instant,
  json,
  text,
} from '../src/kernel/database/schema';

const maybe = { nullable: true };

export class Segments1700000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'segment', [
      id(),
      text('name', 64),
      json('rule'),
      count('people', maybe),
      instant('countedAt', maybe),
      count('version'),
      instant('createdAt'),
      instant('updatedAt'),
    ]);
    // What rules ask most, in one narrow copy: without lastActiveAt, which every message changes.
    await runner.createIndex(
      'identity',
      new TableIndex({
        name: 'ix_identity_segment',
        columnNames: [
          'kind',
          'followedAt',
          'state',
          'accountId',
          'sourceScene',
          'firstScene',
          'followCount',
          'optedOutAt',
          'personId',
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('identity', 'ix_identity_segment');
    await dropTables(runner, ['segment']);
  }
}
