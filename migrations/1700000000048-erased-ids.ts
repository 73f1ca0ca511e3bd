import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTables, id, idText, instant } from '../src/kernel/database/schema';

/** Who was erased, by a digest: a sync does not bring them back. */
export class ErasedIds1700000000048 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'erased_id', [
      id('digest', 43),
      idText('identityId'),
      instant('erasedAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['erased_id']);
  }
}
