import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, dropTables, id, idText, instant } from '../src/kernel/database/schema';

export class TemplateOrigins1700000000026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'template_origin', [
      id('place', 128),
      idText('hash', 64),
      instant('importedAt'),
    ]);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['template_origin']);
  }
}
