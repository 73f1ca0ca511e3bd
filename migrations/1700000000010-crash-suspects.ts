import type { MigrationInterface, QueryRunner } from 'typeorm';
import { count, createTable, dropTables, id, instant } from '../src/kernel/database/schema';

export class CrashSuspects1700000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'crash_suspect', [
      id('accountId'),
      id('dedupeKey', 160),
      count('crashes'),
      instant('lastAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['crash_suspect']);
  }
}
