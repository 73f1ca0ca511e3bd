import type { MigrationInterface, QueryRunner } from 'typeorm';
import { count, createTable, dropTables, id, instant, json, text } from '../src/kernel/database/schema';

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
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['segment']);
  }
}
