import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTables, id, instant, text } from '../src/kernel/database/schema';

export class Marks1700000000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'mark', [id(), text('name', 26), instant('createdAt')], {
      unique: [['uq_mark_name', ['name']]],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['mark']);
  }
}
